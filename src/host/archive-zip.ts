/** Reads zip by its central directory, as unzip does; names, modes and times as Info-ZIP writes them. */
import { open } from 'node:fs/promises';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { type ArchiveEntry, ArchiveRefusal, refuseEntry } from './archive-entry.ts';

const UNIX = 3;
const FILE_TYPE = 0o170_000;
const LINK = 0o120_000;
const FILE = 0o100_000;
const FOLDER = 0o040_000;
const MOST_LINK_BYTES = 4096;

/** Whether a file begins as an archive of this kind does, one without entries too. */
export async function isZip(path: string): Promise<boolean> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
  return ['PK\x03\x04', 'PK\x05\x06'].includes(buffer.toString('latin1', 0, bytesRead));
}

/** The entries in the order of the central directory. */
export async function* readZip(path: string): AsyncGenerator<ArchiveEntry> {
  const zip = await openPromise(path, { decodeStrings: false, validateEntrySizes: true, autoClose: false }).catch(
    (error: unknown) => {
      throw broken(error);
    },
  );
  try {
    for await (const entry of zip.eachEntry()) yield await readEntry(zip, entry);
  } catch (error) {
    throw broken(error);
  } finally {
    zip.close();
  }
}

async function readEntry(zip: ZipFile, entry: Entry): Promise<ArchiveEntry> {
  const name = entry.fileNameRaw.toString('latin1').replaceAll('\\', '/');
  if (!entry.canDecodeFileData()) throw refuseEntry(name, 'is encrypted or compressed in an unknown way');
  const unixMode = entry.versionMadeBy >>> 8 === UNIX ? entry.externalFileAttributes >>> 16 : 0;
  const type = unixMode & FILE_TYPE;
  if (![0, LINK, FILE, FOLDER].includes(type)) throw refuseEntry(name, 'is a device, a pipe or a socket');
  const isFolder = name.endsWith('/');
  const kind = isFolder ? 'folder' : type === LINK ? 'symlink' : 'file';
  return {
    name,
    kind,
    target: kind === 'symlink' ? await readTarget(zip, entry, name) : '',
    mode: unixMode === 0 ? (isFolder ? 0o755 : 0o644) : unixMode,
    mtime: Math.floor(entry.getLastModDate({ timezone: 'UTC' }).getTime() / 1000),
    bytes: kind === 'file' ? entry.uncompressedSize : 0,
    content: contentOf(zip, entry),
  };
}

async function* contentOf(zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array> {
  try {
    yield* await zip.openReadStreamPromise(entry);
  } catch (error) {
    throw broken(error);
  }
}

async function readTarget(zip: ZipFile, entry: Entry, name: string): Promise<string> {
  if (entry.uncompressedSize > MOST_LINK_BYTES) throw refuseEntry(name, 'is a link with an endless target');
  const chunks: Uint8Array[] = [];
  for await (const chunk of contentOf(zip, entry)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1');
}

function broken(error: unknown): unknown {
  if (error instanceof ArchiveRefusal || !(error instanceof Error)) return error;
  return new ArchiveRefusal(`its zip structure is broken (${error.message})`, { cause: error });
}
