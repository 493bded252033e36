/**
 * Unpacks archives that nobody vouches for. They go into a new folder beside the destination, which gets its name when
 * all is there; links are made last, so that nothing is written through one. Modes keep their rwx bits, owners are
 * dropped, times are the archive's: the same archive gives the same tree, whoever unpacks it and when.
 */
import { mkdir, rename } from 'node:fs/promises';
import { throwCollected, UserError } from '../model/errors.ts';
import { type ArchiveEntry, ArchiveRefusal, refuseEntry, shownName } from './archive-entry.ts';
import { ArchiveTree, checkedPath, checkedTarget } from './archive-tree.ts';
import { openArchive } from './archive-open.ts';
import { explainDiskFull } from './disk-space.ts';
import { remove, temporaryBeside } from './files.ts';
import { TreeWriter } from './tree-writer.ts';

export interface ExtractOptions {
  /**
   * `first-part`: each name loses its first part, as by `tar --strip-components=1`; `single-folder`: the one folder on
   * top is the result, and there must be just one; `single-folder-if-any`: the same, or everything if there is not.
   */
  readonly strip: 'none' | 'first-part' | 'single-folder' | 'single-folder-if-any';
  /** Links to absolute paths: refused, or taken as relative to the unpacked folder, as in a Debian package. */
  readonly absoluteLinks?: 'refuse' | 'root';
  /** Bytes that the files may have together. Default: 8 GiB. */
  readonly unpackedLimit?: number;
  /** Entries that there may be. Default: 1,000,000. */
  readonly entryLimit?: number;
  /** Seconds since the epoch: later times become this, as do those of folders that no entry names. Default: 0 for these. */
  readonly epoch?: number;
  readonly signal?: AbortSignal;
}

/** 8 GiB: four times the largest source that DC/OS ever had. */
const DEFAULT_UNPACKED_LIMIT = 8 * 2 ** 30;
const DEFAULT_ENTRY_LIMIT = 1_000_000;

/** An archive file and what to call it in messages. */
export interface Archive {
  readonly path: string;
  readonly label: string;
}

/**
 * Unpacks one archive, or several into one folder. tar (plain, gzip, xz, bzip2, zstd, lzma), zip and Debian packages are
 * told apart by their first bytes.
 *
 * @param destination must not exist; its parent must
 * @throws UserError ARCHIVE_REFUSED with the name of the entry; then there is no destination
 */
export async function extractArchives(
  archives: readonly Archive[],
  destination: string,
  options: ExtractOptions,
): Promise<void> {
  const staging = temporaryBeside(destination);
  await mkdir(staging, { mode: 0o755 });
  try {
    const extraction = new Extraction(staging, options);
    for (const [index, archive] of archives.entries()) {
      try {
        await openArchive(archive.path, options.signal, (entries) => extraction.take(entries, index));
      } catch (error) {
        throw explain(error, archive.label, staging);
      }
    }
    await rename(extraction.finish(archives.map(({ label }) => label).join(', ')), destination);
  } finally {
    await remove(staging);
  }
}

class Extraction {
  readonly #tree = new ArchiveTree();
  readonly #writer: TreeWriter;
  readonly #options: ExtractOptions;
  readonly #limit: number;
  #entries = 0;
  #bytes = 0;

  constructor(staging: string, options: ExtractOptions) {
    this.#writer = new TreeWriter(staging, options.epoch);
    this.#options = options;
    this.#limit = options.unpackedLimit ?? DEFAULT_UNPACKED_LIMIT;
  }

  async take(entries: AsyncIterable<ArchiveEntry>, archive: number): Promise<void> {
    const limit = this.#options.entryLimit ?? DEFAULT_ENTRY_LIMIT;
    for await (const entry of entries) {
      this.#options.signal?.throwIfAborted();
      this.#entries += 1;
      if (this.#entries > limit) throw new ArchiveRefusal(`it has more than ${limit} entries`);
      const path = checkedPath(entry.name, this.#options.strip === 'first-part');
      this.#count(entry, 0, entry.bytes);
      if (path === '' || entry.kind !== 'file') this.#bytes += entry.bytes;
      if (path !== '') await this.#place(entry, path, archive);
    }
  }

  async #place(entry: ArchiveEntry, path: string, archive: number): Promise<void> {
    const { name, mode, mtime } = entry;
    if (entry.kind === 'folder') {
      this.#writer.folder(this.#tree.place(path, name, { kind: 'folder' }), mode, mtime);
    } else if (entry.kind === 'symlink') {
      const target = checkedTarget(entry, path, this.#options.absoluteLinks ?? 'refuse');
      this.#writer.symlink(this.#tree.place(path, name, { kind: 'symlink', archive, target }), mtime);
    } else if (entry.kind === 'hardlink') {
      this.#hardlink(entry, path, archive);
    } else {
      const placed = this.#tree.place(path, name, { kind: 'file', archive });
      await this.#writer.file(placed, { mode, mtime, content: this.#counted(entry) });
    }
  }

  /** A second name of a file that is there already; of a link, the same link again, since links come last. */
  #hardlink(entry: ArchiveEntry, path: string, archive: number): void {
    const { name, target, mtime } = entry;
    const to = checkedPath(target, this.#options.strip === 'first-part', name);
    const node = this.#tree.get(to);
    if (node === undefined || node.kind === 'folder' || to === path) {
      throw refuseEntry(name, `is a hard link to "${shownName(target)}", which is no file of this archive`);
    }
    if (node.kind === 'symlink') this.#writer.symlink(this.#tree.place(path, name, { ...node, archive }), mtime);
    else this.#writer.hardlink(this.#tree.place(path, name, { kind: 'file', archive }), to);
  }

  async *#counted(entry: ArchiveEntry): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    for await (const chunk of entry.content) {
      bytes += chunk.length;
      this.#count(entry, bytes, 0);
      yield chunk;
    }
    this.#bytes += bytes;
  }

  /** By the size that the archive declares before anything is written, and by what really comes. */
  #count(entry: ArchiveEntry, written: number, declared: number): void {
    if (this.#bytes + Math.max(written, declared) <= this.#limit) return;
    throw refuseEntry(entry.name, `makes it unpack to more than the limit of ${this.#limit} bytes`);
  }

  /** Makes the links, sets the times; returns the folder that is the result. */
  finish(label: string): string {
    const [top, ...more] = this.#tree.topNames();
    if (top === undefined) throw refusal(label, new ArchiveRefusal('it holds nothing'));
    const isSingle = more.length === 0 && this.#tree.get(top)?.kind === 'folder';
    const strip = this.#options.strip;
    if (strip === 'single-folder' && !isSingle) {
      throw refusal(
        label,
        new ArchiveRefusal(`it holds ${more.length + 1} things on top where one folder was expected`),
      );
    }
    const folder = isSingle && strip.startsWith('single-folder') ? top : '';
    const links = this.#tree.symlinks();
    throwCollected(
      links
        .filter(([path, target]) => this.#tree.leaves(path, target, folder === '' ? [] : [folder]))
        .map(([path, target]) =>
          refusal(label, refuseEntry(path, `is a link that leaves the folder, to "${shownName(target)}"`)),
        ),
    );
    return this.#writer.finish(links, folder);
  }
}

function explain(error: unknown, label: string, folder: string): unknown {
  return error instanceof ArchiveRefusal ? refusal(label, error) : explainDiskFull(error, folder);
}

function refusal(label: string, cause: ArchiveRefusal): UserError {
  return new UserError('ARCHIVE_REFUSED', `${label} was not unpacked: ${cause.message}.`, {
    hint: 'Look at what upstream published; "unpacked_limit" of the source raises the limit of size.',
    cause,
  });
}
