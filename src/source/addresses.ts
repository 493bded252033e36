/**
 * The addresses of one wanted file, asked one after another. First the mirrors, for `<mirror>/<algorithm>/<hex>`: they
 * are near, and they still have what upstream has lost or replaced. Then upstream's own. A wrong hash, an error, a web
 * page in place of the file: all mean the next address.
 */
import { fileURLToPath } from 'node:url';
import { moveTo, renameDurably, sizeIfThere } from '../host/files.ts';
import { digestsOf, download, DownloadError, type Downloaded, removePartial } from '../host/network.ts';
import { UserError } from '../model/errors.ts';
import { isLocalUrl, mirrorAddress } from '../model/mirror.ts';
import type { Checksum } from '../model/source.ts';
import { redactUrls } from '../model/url.ts';
import type { SourceContext } from './kind.ts';

export interface WantedFile {
  readonly checksum: Checksum;
  /** Another hash of the same file, which the recipe gives as well. */
  readonly secondChecksum?: Checksum;
  /** What a person calls it: a file name. */
  readonly item: string;
  /** Upstream's addresses, asked for only when no mirror has the file. */
  readonly addresses: () => Promise<readonly string[]>;
  /** Fetches an address that could not be reached in another way: apt, with its own proxies and methods. */
  readonly throughApt?: (url: string, path: string) => Promise<void>;
  /** What to do when nobody has it. */
  readonly hint: string;
}

export type Digests = Pick<Downloaded, 'sha1' | 'sha256'>;

/** What became of one address that did not give the file. */
interface Failure {
  /** For people: without secrets. */
  readonly url: string;
  readonly reason: string;
  /** Whether it answered that it has no such file, gave another one, or could not be asked. */
  readonly kind: 'absent' | 'mismatch' | 'unreached';
  /** The hash of what came in place of the file. */
  readonly actual?: string;
}

/** Tries at an address that others can stand in for. */
export const MIRROR_ATTEMPTS = 2;

/**
 * Fetches the file to `path`, verified.
 *
 * @param hashPath `<algorithm>/<hex>`
 * @throws UserError SOURCE_MISMATCH, SOURCE_UNAVAILABLE with all that was tried
 */
export async function fetchFromAnywhere(path: string, hashPath: string, fetching: Fetching): Promise<Digests> {
  const { file, context } = fetching;
  const failures: Failure[] = [];
  for (const mirror of usableMirrors(context)) {
    const end = await tryAddress(mirrorAddress(mirror, hashPath), path, { ...fetching, attempts: MIRROR_ATTEMPTS });
    if ('sha256' in end) return end;
    failures.push(end);
    if (end.kind === 'unreached') context.unreached.add(mirror);
    if (end.kind !== 'absent') context.onWarning(`${context.label}: mirror ${end.url}: ${end.reason}.`);
  }
  const addresses = await file.addresses();
  for (const url of context.offline ? addresses.filter(isLocalUrl) : addresses) {
    let end = await tryAddress(url, path, fetching);
    if ('kind' in end && end.kind === 'unreached' && file.throughApt !== undefined) {
      end = await tryAddress(url, path, { ...fetching, throughApt: file.throughApt });
    }
    if ('sha256' in end) return end;
    failures.push(end);
  }
  throw allFailed(failures, path, fetching);
}

export interface Fetching {
  readonly file: WantedFile;
  readonly context: SourceContext;
}

interface Try extends Fetching {
  readonly attempts?: number;
  readonly throughApt?: NonNullable<WantedFile['throughApt']>;
}

/** Whether a folder of this machine, be it a mirror or the address itself, has the file. */
export async function isHere(hashPath: string, address: string, context: SourceContext): Promise<boolean> {
  const urls = [...context.mirrors.map((mirror) => mirrorAddress(mirror, hashPath)), address].filter(isLocalUrl);
  const sizes = await Promise.all(urls.map((url) => sizeIfThere(fileURLToPath(url))));
  return sizes.some((size) => size !== undefined);
}

export function matches(digests: Digests, { algorithm, hex }: Checksum): boolean {
  return digests[algorithm] === hex.toLowerCase();
}

/** One that could not be reached is not asked again in this run: with many files that would take minutes. */
export function usableMirrors({ mirrors, unreached, offline }: SourceContext): string[] {
  return mirrors.filter((mirror) => !unreached.has(mirror) && (!offline || isLocalUrl(mirror)));
}

async function tryAddress(url: string, path: string, attempt: Try): Promise<Digests | Failure> {
  const { checksum } = attempt.file;
  const part = `${path}.part`;
  const shown = redactUrls(url);
  try {
    let got = await getPart(part, url, attempt);
    if (got.resumed && !matches(got, checksum)) {
      await removePartial(part);
      got = await getPart(part, url, attempt);
    }
    const isRight = matches(got, checksum);
    if (isRight) await renameDurably(part, path);
    else await moveTo(part, `${path}.corrupt`);
    await removePartial(part);
    if (isRight) return got;
    const what = got.contentType?.startsWith('text/html') === true ? 'a web page' : 'a file';
    const actual = got[checksum.algorithm];
    return { url: shown, kind: 'mismatch', reason: `${what} with another hash came (${actual})`, actual };
  } catch (error) {
    const isApts = error instanceof UserError && error.code === 'SOURCE_UNAVAILABLE';
    if (!isApts && !(error instanceof DownloadError)) throw error;
    const isAbsent = error instanceof DownloadError && error.isAbsent;
    return {
      url: shown,
      kind: isAbsent ? 'absent' : 'unreached',
      reason: isAbsent ? 'no such file there' : error.message,
    };
  }
}

async function getPart(part: string, url: string, { file, context, attempts, throughApt }: Try): Promise<Downloaded> {
  if (throughApt !== undefined) {
    await removePartial(part);
    await throughApt(url, part);
    const bytes = (await sizeIfThere(part)) ?? 0;
    const unknown = { contentType: undefined, validator: undefined, resumed: false };
    return { ...(await digestsOf(part, context.signal)), ...unknown, bytes };
  }
  return await download(url, part, {
    signal: context.signal,
    retryBaseMs: context.retryBaseMs,
    ...(attempts === undefined ? {} : { attempts }),
    onProgress: (bytes, totalBytes) => context.onProgress(file.item, bytes, totalBytes),
    onRetry: (reason, waitMs) =>
      context.onWarning(`${context.label}: ${redactUrls(url)}: ${reason}; again in ${Math.ceil(waitMs / 1000)} s.`),
  });
}

function allFailed(failures: readonly Failure[], path: string, { file, context }: Fetching): UserError {
  const { algorithm, hex } = file.checksum;
  const tried = failures.map(({ url, reason }) => `\n  ${url}: ${reason}`).join('');
  const wrong = failures.findLast(({ kind }) => kind === 'mismatch');
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
