/** What every archive format comes down to, and the refusal of what no source may hold. */

/**
 * One entry as the archive has it, unchecked. Names are bytes, one UTF-16 unit each (`latin1`), so that a name in any
 * encoding, or in none, comes out as it went in.
 */
export interface ArchiveEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'symlink' | 'hardlink';
  /** Where a link points: bytes, as `name`. Empty for others. */
  readonly target: string;
  /** Permission bits, and whatever else the archive has there. */
  readonly mode: number;
  /** Seconds since the epoch. */
  readonly mtime: number;
  /** Who owns it, where the archive tells: tar does. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Extended attributes by name. */
  readonly xattrs?: ReadonlyMap<string, Buffer>;
  /** Size of a file as the archive declares it; what comes is counted all the same. */
  readonly bytes: number;
  /** The content of a file; to be read before the next entry is asked for, or left alone. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** Why an archive is not taken, without the archive's own name, which the caller adds. */
export class ArchiveRefusal extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'ArchiveRefusal';
  }
}

/** The refusal of one entry, by its name. */
export function refuseEntry(name: string, reason: string): ArchiveRefusal {
  return new ArchiveRefusal(`the entry "${shownName(name)}" ${reason}`);
}

/** A name of bytes for people: as UTF-8 where it is that, without what would move a terminal's cursor. */
export function shownName(name: string): string {
  return Buffer.from(name, 'latin1')
    .toString('utf8')
    .replaceAll(/\p{Cc}/gu, '?');
}
