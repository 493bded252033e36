/** Packs a folder into a compressed tarball whose bytes depend on the folder's content only. */
import { open, rm, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { Sha256Stream } from '../model/digest.ts';
import { compressCommand, type CompressOptions } from './compression.ts';
import { explainDiskFull } from './disk-space.ts';
import { cleanEnvironment } from './environment.ts';
import type { HashedBytes } from './hash-file.ts';
import { NORMAL_MODE } from './normalise-tree.ts';
import { streamProcess } from './stream-process.ts';

export interface PackOptions extends CompressOptions {
  /** The time of every entry, in seconds since the epoch (SOURCE_DATE_EPOCH). */
  readonly epoch: number;
  /** Folders that appear below the packed one without being copied into it. */
  readonly mounted?: MountedFolders;
  readonly signal?: AbortSignal;
}

/** `<parent>/<name>` for each name, packed as `./<under>/<name>` after all other entries. */
interface MountedFolders {
  readonly parent: string;
  /** Every name holds `--`; no entry directly in the packed folder does. */
  readonly names: readonly string[];
  readonly under: string;
}

/**
 * Packs the content of a folder: first entry `./`, names sorted, owner and group 0, one time, GNU format, hard links as
 * links to the first name. Modes are what {@link NORMAL_MODE} makes of them, whatever the umask of the build was.
 * Extended attributes, ACLs and holes are not kept.
 *
 * @param tarPath the file to write, synced to disk; the caller gives it its final name
 * @throws UserError DISK_FULL, HOST_INCOMPLETE
 */
export async function pack(folder: string, tarPath: string, options: PackOptions): Promise<HashedBytes> {
  const args = [
    '--create',
    '--file=-',
    '--format=gnu',
    '--sort=name',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    `--mtime=@${options.epoch}`,
    `--mode=${NORMAL_MODE}`,
    '--no-xattrs',
    '--no-acls',
    '--no-selinux',
    `--use-compress-program=${compressCommand(options)}`,
    ...renamed(options.mounted),
    '-C',
    folder,
    '.',
    ...mountedArguments(options.mounted),
  ];
  let packed: HashedBytes | undefined;
  try {
    await using file = await open(tarPath, 'w', 0o644);
    const read = async (stdout: Readable): Promise<void> => {
      packed = await writeHashed(stdout, file);
    };
    const { status, stderr } = await streamProcess('tar', args, {
      env: cleanEnvironment(),
      signal: options.signal,
      read,
    });
    if (status !== 0 || packed === undefined) throw new Error(`tar failed to pack ${folder}: ${stderr.trim()}`);
    return packed;
  } catch (error) {
    await rm(tarPath, { force: true });
    throw explainDiskFull(error, tarPath);
  }
}

/** Member names and hard link targets are renamed, the targets of symbolic links are left as they are. */
function renamed(mounted: MountedFolders | undefined): string[] {
  return mounted === undefined ? [] : [`--transform=flags=rSh;s,^\\./\\([^/]*--[^/]*\\),./${mounted.under}/\\1,`];
}

function mountedArguments(mounted: MountedFolders | undefined): string[] {
  return mounted === undefined || mounted.names.length === 0
    ? []
    : ['-C', mounted.parent, ...mounted.names.map((name) => `./${name}`)];
}

/** Pipes bring 64 KiB at a time; to write that little costs more than to copy it together first. */
const PIECE_BYTES = 2 ** 20;
/** So much is handed to the disk while the next is compressed, or all of it would have to be waited for at the end. */
const SYNC_BYTES = 2 ** 25;

/** The one pass of the compressed bytes through this process. */
async function writeHashed(from: Readable, file: FileHandle): Promise<HashedBytes> {
  const hash = new Sha256Stream();
  let bytes = 0;
  let synced = 0;
  let syncing = Promise.resolve();
  for await (const piece of inPieces(from)) {
    hash.update(piece);
    await file.writeFile(piece);
    bytes += piece.length;
    if (bytes - synced < SYNC_BYTES) continue;
    await syncing;
    synced = bytes;
    syncing = file.datasync();
    // A failure is met when it is waited for; until then it has been seen.
    syncing.catch(() => undefined);
  }
  await syncing;
  await file.sync();
  return { sha256: hash.digest(), bytes };
}

/** Each piece is overwritten by the next: whoever takes them is done with one before asking for another. */
async function* inPieces(from: Readable): AsyncGenerator<Buffer> {
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  let filled = 0;
  for await (const chunk of from) {
    for (let taken = 0; taken < chunk.length;) {
      const copied = chunk.copy(piece, filled, taken);
      taken += copied;
      filled += copied;
      if (filled < PIECE_BYTES) continue;
      yield piece;
      filled = 0;
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}
