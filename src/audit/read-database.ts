/** Databases of vulnerabilities out of files, folders, zip archives and from the web, advisory by advisory. */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Advisory } from '../bom/advisory.ts';
import { isDebianTracker, readDebianTracker } from '../bom/read-debian-tracker.ts';
import { osvEntries, readOsv } from '../bom/read-osv.ts';
import { ArchiveRefusal, shownName } from '../host/archive-entry.ts';
import { isZip, readZip } from '../host/archive-zip.ts';
import { makeFolder, readTextIfThere, remove, temporaryBeside } from '../host/files.ts';
import { hashFile } from '../host/hash-file.ts';
import { DownloadError } from '../host/http-get.ts';
import { listFiles } from '../host/listing.ts';
import { isFolderNow, sizeNow } from '../host/quick-files.ts';
import { toSha256, type Sha256 } from '../model/digest.ts';
import { UserError } from '../model/errors.ts';
import type { Json } from '../model/json.ts';
import { parseJson } from '../model/parse-json.ts';
import { sorted } from '../model/order.ts';
import { redactUrls } from '../model/url.ts';

export interface DatabaseOptions {
  readonly cwd: string;
  /** What is fetched lies here while it is read; a folder, made when it is needed. */
  readonly scratch: string;
  readonly signal: AbortSignal;
}

const ATTEMPTS = 4;

/** An entry of OSV is some kilobytes; what is larger than this is no entry. */
const MOST_ENTRY_BYTES = 64 * 2 ** 20;

/**
 * @param location a file, a folder of JSON files, or a URL; `#sha256=<hex>` behind it is what it must hash to
 * @throws UserError DATABASE_INVALID, DATABASE_UNAVAILABLE, SOURCE_MISMATCH, USAGE
 */
export async function* readDatabase(location: string, options: DatabaseOptions): AsyncGenerator<Advisory> {
  const { address, sha256 } = splitHash(location);
  const shown = redactUrls(address);
  if (!/^(?:https?|file):\/\//i.test(address)) {
    yield* await readPath(resolve(options.cwd, address), shown, sha256, options.signal);
    return;
  }
  if (/^file:/i.test(address)) {
    yield* await readPath(fileURLToPath(address), shown, sha256, options.signal);
    return;
  }
  const path = temporaryBeside(join(options.scratch, 'database'));
  await makeFolder(options.scratch);
  try {
    await fetchTo(address, path, options.signal);
    yield* await readPath(path, shown, sha256, options.signal);
  } finally {
    await remove(path);
  }
}

function splitHash(location: string): { readonly address: string; readonly sha256: Sha256 | undefined } {
  const [, address, hex] = /^(.*)#sha256=(.*)$/.exec(location) ?? [];
  if (address === undefined || hex === undefined) return { address: location, sha256: undefined };
  const sha256 = toSha256(hex);
  if (sha256 !== undefined) return { address, sha256 };
  throw new UserError('USAGE', `"${hex}" is no SHA-256.`, { hint: 'It has 64 hex digits.' });
}

async function fetchTo(address: string, path: string, signal: AbortSignal): Promise<void> {
  const { download } = await import('../host/network.ts');
  try {
    await download(address, path, { signal, attempts: ATTEMPTS });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof DownloadError)) throw error;
    throw new UserError('DATABASE_UNAVAILABLE', `${redactUrls(address)} cannot be fetched: ${error.message}.`, {
      hint: 'Look whether the address is right and can be reached from here, or give a file.',
      cause: error,
    });
  } finally {
    await remove(`${path}.state`);
  }
}

async function readPath(
  path: string,
  shown: string,
  sha256: Sha256 | undefined,
  signal: AbortSignal,
): Promise<Iterable<Advisory> | AsyncIterable<Advisory>> {
  if (isFolderNow(path)) {
    if (sha256 === undefined) return readFolder(path, shown);
    throw new UserError('USAGE', `${shown} is a folder, which has no SHA-256.`, { hint: 'Give a file, or no hash.' });
  }
  if (sizeNow(path) === undefined) {
    const hint = "Give a file, a folder or a URL of OSV entries, or the JSON of Debian's security tracker.";
    throw new UserError('DATABASE_INVALID', `There is no ${shown}.`, { hint });
  }
  if (sha256 !== undefined) await verify(path, shown, sha256, signal);
  if (await isZip(path)) return readArchive(path, shown, signal);
  return readText((await readTextIfThere(path)) ?? '', shown);
}

async function verify(path: string, shown: string, wanted: Sha256, signal: AbortSignal): Promise<void> {
  const { sha256 } = await hashFile(path, signal);
  if (sha256 === wanted) return;
  throw new UserError('SOURCE_MISMATCH', `${shown} has the SHA-256 ${sha256}, and not ${wanted}.`, {
    hint: 'It was changed, or cut off on its way: look at it before you give its new hash.',
  });
}

async function* readFolder(folder: string, shown: string): AsyncGenerator<Advisory> {
  const files = (await listFiles(folder)).map(({ path }) => path).filter((path) => path.endsWith('.json'));
  if (files.length === 0) throw noDatabase(shown, 'holds no JSON file');
  for (const file of sorted(files)) {
    yield* readText((await readTextIfThere(join(folder, file))) ?? '', `${shown}/${file}`);
  }
}

async function* readArchive(path: string, shown: string, signal: AbortSignal): AsyncGenerator<Advisory> {
  let files = 0;
  try {
    for await (const { name, kind, bytes, content } of readZip(path)) {
      signal.throwIfAborted();
      if (kind !== 'file' || !name.endsWith('.json')) continue;
      files += 1;
      const entry = `${shown}: ${shownName(name)}`;
      if (bytes > MOST_ENTRY_BYTES) throw noDatabase(entry, 'is too large to be an entry of OSV');
      const chunks: Uint8Array[] = [];
      for await (const chunk of content) chunks.push(chunk);
      yield* readText(Buffer.concat(chunks).toString('utf8'), entry);
    }
  } catch (error) {
    if (error instanceof ArchiveRefusal) throw noDatabase(shown, `cannot be read: ${error.message}`, error);
    throw error;
  }
  if (files === 0) throw noDatabase(shown, 'holds no JSON file');
}

function* readText(text: string, shown: string): Generator<Advisory> {
  const value = parse(text, shown);
  const entries = osvEntries(value);
  if (entries !== undefined) {
    for (const entry of entries) {
      const advisory = readOsv(entry, shown);
      if (advisory !== undefined) yield advisory;
    }
  } else if (isDebianTracker(value)) {
    yield* readDebianTracker(value);
  } else {
    throw noDatabase(shown, "is neither OSV nor the JSON of Debian's security tracker");
  }
}

function parse(text: string, shown: string): Json {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw noDatabase(shown, `is not valid JSON, or was cut off: ${error.message}`, error);
  }
}

function noDatabase(shown: string, what: string, cause?: unknown): UserError {
  return new UserError('DATABASE_INVALID', `${shown} ${what}.`, {
    hint: "Give OSV entries (https://ossf.github.io/osv-schema/) as JSON, a folder or a zip of them, or the tracker's JSON.",
    place: { file: shown },
    cause,
  });
}
