/**
 * Files by their hash: `<cache>/sources/<algorithm>/<hex>`. A file has that name only after its hash was seen to be
 * right. First the mirrors are asked, in order, for `<mirror>/<algorithm>/<hex>`: they are near, and they still have
 * what upstream has lost or replaced. Then come upstream's addresses. A wrong hash, an error and a web page in place of
 * the file all mean: the next address.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { moveAside, moveTo, renameDurably, sizeIfThere } from '../host/files.ts';
import { lock } from '../host/lock.ts';
import { digestsOf, download, DownloadError, type Downloaded, removePartial } from '../host/network.ts';
import { UserError } from '../model/errors.ts';
import type { Checksum } from '../model/source.ts';
import { redactUrls } from '../model/url.ts';
import type { SourceContext } from './kind.ts';

export interface WantedFile {
  readonly checksum: Checksum;
  /** What a person calls it: a file name. */
  readonly item: string;
  /** Upstream's addresses, asked for only when no mirror has the file. */
  readonly addresses: () => Promise<readonly string[]>;
  /** Fetches an address that could not be reached in another way: apt, with its own proxies and methods. */
  readonly throughApt?: (url: string, path: string) => Promise<void>;
  /** What to do when nobody has it. */
  readonly hint: string;
}

/** Where the file with that hash is, once it is there. @throws UserError SOURCE_INVALID if the text is no such hash */
export function cachedFile(checksum: Checksum, context: Pick<SourceContext, 'cache' | 'label'>): string {
  return join(context.cache, 'sources', hashPath(checksum, context.label));
}

/** Whether neither the cache nor a folder of this machine (a mirror, or the address itself) has the file. */
export async function isMissingFile(checksum: Checksum, context: SourceContext, address = ''): Promise<boolean> {
  const local = [...mirrorAddresses(checksum, context), address].filter(isLocal).map((url) => fileURLToPath(url));
  const sizes = await Promise.all([cachedFile(checksum, context), ...local].map(sizeIfThere));
  return sizes.every((size) => size === undefined);
}

/**
 * Brings the file into the cache, once among all processes that want it.
 *
 * @returns its path
 * @throws UserError SOURCE_MISMATCH, SOURCE_UNAVAILABLE
 */
export async function fetchFile(file: WantedFile, context: SourceContext): Promise<string> {
  const path = cachedFile(file.checksum, context);
  if (context.verified.has(path)) return path;
  await context.limit(async () => {
    const name = hashPath(file.checksum, context.label).replace('/', '-');
    const cancel = context.signal === undefined ? {} : { signal: context.signal };
    using _held = await lock(join(context.cache, 'locks', `${name}.lock`), cancel);
    if (!(await isGood(path, file, context))) await fetchInto(path, file, context);
  });
  context.verified.add(path);
  return path;
}

function mirrorAddresses(checksum: Checksum, { mirrors, label, offline }: SourceContext): string[] {
  const urls = mirrors.map((mirror) => `${mirror.replace(/\/+$/, '')}/${hashPath(checksum, label)}`);
  return offline ? urls.filter(isLocal) : urls;
}

function isLocal(url: string): boolean {
  return url.startsWith('file:');
}

function hashPath({ algorithm, hex }: Checksum, label: string): string {
  const digest = hex.toLowerCase();
  if (/^[0-9a-f]+$/.test(digest) && digest.length === { sha1: 40, sha256: 64 }[algorithm])
    return `${algorithm}/${digest}`;
  throw new UserError('SOURCE_INVALID', `${label}: "${hex}" is no ${algorithm}.`, {
    hint: `A ${algorithm} has ${algorithm === 'sha1' ? 40 : 64} hexadecimal digits.`,
  });
}

/** A file that rotted in the cache is set aside, and counts as missing. */
async function isGood(path: string, file: WantedFile, context: SourceContext): Promise<boolean> {
  if ((await sizeIfThere(path)) === undefined) return false;
  const digests = await digestsOf(path, context.signal);
  if (matches(digests, file.checksum)) {
    warnOfSha1(digests, file, context);
    return true;
  }
  const aside = await moveAside(path, 'corrupt');
  context.onWarning(
    `${context.label}: ${file.item} was damaged in the cache; it is fetched again (the old: ${aside}).`,
  );
  return false;
}

/** What became of one address. */
interface Failure {
  readonly url: string;
  readonly reason: string;
  /** The hash that came in place of the pinned one. */
  readonly actual?: string;
}

async function fetchInto(path: string, file: WantedFile, context: SourceContext): Promise<void> {
  const failures: Failure[] = [];
  for (const url of mirrorAddresses(file.checksum, context)) {
    const failure = await tryAddress(url, path, file, context);
    if (failure === undefined) return;
    failures.push(failure);
    if (failure.reason !== ABSENT) context.onWarning(`${context.label}: mirror ${failure.url}: ${failure.reason}.`);
  }
  const addresses = await file.addresses();
  for (const url of context.offline ? addresses.filter(isLocal) : addresses) {
    const direct = await tryAddress(url, path, file, context);
    const isUnreached = direct !== undefined && direct.reason !== ABSENT && direct.actual === undefined;
    const failure =
      isUnreached && file.throughApt !== undefined ? await tryAddress(url, path, file, context, 'apt') : direct;
    if (failure === undefined) return;
    failures.push(failure);
  }
  throw allFailed(failures, path, file, context);
}

const ABSENT = 'no such file there';

async function tryAddress(
  url: string,
  path: string,
  file: WantedFile,
  context: SourceContext,
  by: 'us' | 'apt' = 'us',
): Promise<Failure | undefined> {
  const part = `${path}.part`;
  const shown = redactUrls(url);
  try {
    let got = by === 'us' ? await downloadTo(part, url, file, context) : await aptTo(part, url, file, context);
    if (!matches(got, file.checksum) && got.resumed) {
      await removePartial(part);
      got = await downloadTo(part, url, file, context);
    }
    if (matches(got, file.checksum)) {
      await renameDurably(part, path);
      await removePartial(part);
      warnOfSha1(got, file, context);
      return undefined;
    }
    await moveTo(part, `${path}.corrupt`);
    await removePartial(part);
    const isPage = got.contentType?.startsWith('text/html') === true;
    const actual = got[file.checksum.algorithm];
    return { url: shown, reason: `${isPage ? 'a web page' : 'a file'} with another hash came (${actual})`, actual };
  } catch (error) {
    if (error instanceof UserError && error.code === 'SOURCE_UNAVAILABLE') return { url: shown, reason: error.message };
    if (!(error instanceof DownloadError)) throw error;
    return { url: shown, reason: error.isAbsent ? ABSENT : error.message };
  }
}

async function downloadTo(part: string, url: string, file: WantedFile, context: SourceContext): Promise<Downloaded> {
  return await download(url, part, {
    signal: context.signal,
    retryBaseMs: context.retryBaseMs,
    onProgress: (bytes, totalBytes) => context.onProgress(file.item, bytes, totalBytes),
    onRetry: (reason, waitMs) =>
      context.onWarning(`${context.label}: ${redactUrls(url)}: ${reason}; again in ${Math.ceil(waitMs / 1000)} s.`),
  });
}

async function aptTo(part: string, url: string, file: WantedFile, context: SourceContext): Promise<Downloaded> {
  await removePartial(part);
  await file.throughApt?.(url, part);
  const digests = await digestsOf(part, context.signal);
  return { ...digests, bytes: (await sizeIfThere(part)) ?? 0, contentType: undefined, resumed: false };
}

function matches(digests: Pick<Downloaded, 'sha1' | 'sha256'>, { algorithm, hex }: Checksum): boolean {
  return digests[algorithm] === hex.toLowerCase();
}

function warnOfSha1(
  { sha256 }: Pick<Downloaded, 'sha256'>,
  { checksum, item }: WantedFile,
  context: SourceContext,
): void {
  if (checksum.algorithm === 'sha256') return;
  context.onWarning(`${context.label}: ${item} is pinned by sha1, which can be forged. Its sha256 is ${sha256}.`);
}

function allFailed(failures: readonly Failure[], path: string, file: WantedFile, context: SourceContext): UserError {
  const { algorithm, hex } = file.checksum;
  const tried = failures.map(({ url, reason }) => `\n  ${url}: ${reason}`).join('');
  const wrong = failures.findLast(({ actual }) => actual !== undefined);
  if (wrong?.actual !== undefined) {
    const what = `${context.label}: ${file.item} should have the ${algorithm} ${hex}, but has ${wrong.actual}.`;
    return new UserError('SOURCE_MISMATCH', `${what}${tried}`, {
      hint: `The file is kept as ${path}.corrupt: compare it with what upstream announces before you change the pin.`,
    });
  }
  const none = failures.length === 0 ? ' no address is known for it.' : tried;
  return new UserError('SOURCE_UNAVAILABLE', `${context.label}: ${file.item} cannot be had:${none}`, {
    hint: file.hint,
  });
}
