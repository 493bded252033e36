/** Opens an archive by what its first bytes say it is. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { type ArchiveEntry, ArchiveRefusal } from './archive-entry.ts';
import { readTar } from './archive-tar.ts';
import { readZip } from './archive-zip.ts';
import { cleanEnvironment } from './environment.ts';
import { streamProcess } from './stream-process.ts';

type Use = (entries: AsyncIterable<ArchiveEntry>) => Promise<void>;
type Open = (path: string, signal: AbortSignal | undefined, use: Use) => Promise<void>;

interface Format {
  readonly magic: string;
  /** Where the magic bytes stand. */
  readonly at?: number;
  readonly open: Open;
}

const READ_BYTES = 2 ** 18;

/** What a damaged xz file could make the decoder ask for is bounded. */
const XZ = ['-dcq', '--memlimit-decompress=1GiB'];

const FORMATS: readonly Format[] = [
  { magic: '\x1f\x8b', open: inflated(createGunzip) },
  { magic: '\xfd7zXZ\0', open: piped('xz', XZ) },
  { magic: 'BZh', open: piped('bzip2', ['-dc']) },
  { magic: '\x28\xb5\x2f\xfd', open: inflated(createZstdDecompress) },
  { magic: 'PK\x03\x04', open: async (path, _signal, use) => await use(readZip(path)) },
  { magic: '!<arch>\n', open: piped('dpkg-deb', ['--fsys-tarfile']) },
  { magic: '\x5d\0\0', open: piped('xz', [...XZ, '--format=lzma']) },
  { magic: 'ustar', at: 257, open: plain },
];

/** Hands the entries to `use`, which reads them to the end. @throws ArchiveRefusal */
export async function openArchive(path: string, signal: AbortSignal | undefined, use: Use): Promise<void> {
  const head = await readHead(path);
  const format = FORMATS.find(({ magic, at = 0 }) => head.startsWith(magic, at));
  if (format === undefined) {
    throw new ArchiveRefusal('it is no tar (plain, gzip, xz, bzip2, zstd, lzma), zip or Debian package');
  }
  await format.open(path, signal, use);
}

async function readHead(path: string): Promise<string> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
  return buffer.toString('latin1', 0, bytesRead);
}

/** A pipeline closes the file also where an entry is refused and the rest is not read. */
async function plain(path: string, signal: AbortSignal | undefined, use: Use): Promise<void> {
  await pipeline(
    createReadStream(path, { highWaterMark: READ_BYTES }),
    (chunks: AsyncIterable<Buffer>) => use(readTar(chunks)),
    { signal },
  );
}

function inflated(make: () => Transform): Open {
  return async (path, signal, use) => {
    try {
      await pipeline(
        createReadStream(path, { highWaterMark: READ_BYTES }),
        make(),
        (chunks: AsyncIterable<Buffer>) => use(readTar(chunks)),
        { signal },
      );
    } catch (error) {
      if (!isZlibError(error)) throw error;
      throw new ArchiveRefusal(`its compressed data is broken (${error.message})`, { cause: error });
    }
  };
}

function isZlibError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && /^(?:Z_|ZSTD_|ERR_ZSTD)/.test(String(error.code));
}

/** A program that writes the tar archive to its standard output. */
function piped(program: string, args: readonly string[]): Open {
  return async (path, signal, use) => {
    const { status, stderr } = await streamProcess(program, [...args, path], {
      env: cleanEnvironment(),
      signal,
      read: (stdout) => use(readTar(stdout)),
    });
    if (status !== 0) throw new ArchiveRefusal(`${program} cannot read it (${stderr.trim()})`);
  };
}
