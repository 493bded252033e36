/** A pinned download against its server. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeFolder, readTextIfThere, remove, renameDurably, sizeIfThere, writeFileWhole } from '../host/files.ts';
import { isUnmodified } from '../host/http-ask.ts';
import { digestsOf, download, type Downloaded, DownloadError, removePartial } from '../host/network.ts';
import { sha256 } from '../model/digest.ts';
import { isLocalUrl } from '../model/mirror.ts';
import type { Checksum, UrlSource } from '../model/source.ts';
import { isOnMirrorsOnly, redactUrls } from '../model/url.ts';
import { type Digests, matches } from './addresses.ts';
import type { CheckContext, PinCheck } from './pin-check.ts';
import type { PinnedItem } from './pinned.ts';

/** A date as the name of a version is one of a file that has not been written just now. */
const SETTLED_MS = 60_000;

/**
 * A file whose server named its version when its bytes came is asked for by that name, and does not come again. Any
 * other comes whole; the cache takes it if it lacks it.
 */
export async function checkUrl(source: UrlSource, item: PinnedItem, context: CheckContext): Promise<PinCheck> {
  const checked = { item: item.item, name: item.name, bytes: 0 };
  if (isOnMirrorsOnly(source.url)) return { ...checked, state: 'private' };
  try {
    if (isLocalUrl(source.url)) return await checkLocal(source, checked, context);
    return await context.limit(async () => {
      const validator = await knownValidator(source.url, item.name, context);
      const { signal, retryBaseMs } = context;
      if (validator !== undefined && (await isUnmodified(new URL(source.url), validator, { signal, retryBaseMs }))) {
        return { ...checked, state: 'same', proof: 'unchanged' };
      }
      return await fetchWhole(source.url, pinsOf(source), checked, context);
    });
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error;
    const reason = `${redactUrls(source.url)}: ${error.message}`;
    return { ...checked, state: error.isAbsent ? 'gone' : 'unreached', reason };
  }
}

export interface CheckedName {
  readonly item: string;
  /** Its name in a mirror and below `<cache>/sources`. */
  readonly name: string;
}

/**
 * Downloads a file and holds it against its hashes.
 *
 * @throws DownloadError
 */
export async function fetchWhole(
  url: string,
  pins: readonly Checksum[],
  { item, name }: CheckedName,
  context: CheckContext,
): Promise<PinCheck> {
  const part = join(context.scratch, sha256(url));
  const shown = redactUrls(url);
  try {
    const got = await download(url, part, {
      signal: context.signal,
      retryBaseMs: context.retryBaseMs,
      onRetry: (reason, waitMs) =>
        context.onWarning(`${context.label}: ${shown}: ${reason}; again in ${Math.ceil(waitMs / 1000)} s.`),
    });
    const what = got.contentType?.startsWith('text/html') === true ? 'a web page' : 'another file';
    const wrong = differs(got, pins);
    await noteValidator(url, { name, validator: wrong === undefined ? got.validator : undefined }, context);
    if (wrong !== undefined) {
      return { item, name, bytes: got.bytes, state: 'changed', ...wrong, reason: `${shown} gives ${what}` };
    }
    const cached = join(context.cache, 'sources', name);
    if ((await sizeIfThere(cached)) === undefined) await renameDurably(part, cached);
    return { item, name, bytes: got.bytes, state: 'same', proof: 'fetched' };
  } finally {
    await removePartial(part);
  }
}

async function checkLocal(source: UrlSource, checked: CheckedName, { signal }: CheckContext): Promise<PinCheck> {
  const path = fileURLToPath(source.url);
  const common = { item: checked.item, name: checked.name, bytes: 0 };
  if ((await sizeIfThere(path)) === undefined) return { ...common, state: 'gone', reason: `${path} is not there` };
  const wrong = differs(await digestsOf(path, signal), pinsOf(source));
  if (wrong === undefined) return { ...common, state: 'same', proof: 'local' };
  return { ...common, state: 'changed', ...wrong, reason: `${path} is another file` };
}

function pinsOf({ checksum, secondChecksum }: UrlSource): readonly Checksum[] {
  return secondChecksum === undefined ? [checksum] : [checksum, secondChecksum];
}

/** The first hash that is not what it should be. */
function differs(
  digests: Digests,
  pins: readonly Checksum[],
): { readonly expected: string; readonly actual: string } | undefined {
  const wrong = pins.find((pin) => !matches(digests, pin));
  if (wrong === undefined) return undefined;
  const { algorithm, hex } = wrong;
  return { expected: `${algorithm} ${hex.toLowerCase()}`, actual: `${algorithm} ${digests[algorithm]}` };
}

/** The server's name of the version whose bytes had the pinned hash, if it gave one that can be relied on. */
async function knownValidator(url: string, name: string, context: CheckContext): Promise<string | undefined> {
  const [of, validator] = ((await readTextIfThere(validatorFile(url, context))) ?? '').split('\n');
  return of === name && validator !== '' ? validator : undefined;
}

async function noteValidator(
  url: string,
  { name, validator }: Pick<Downloaded, 'validator'> & { readonly name: string },
  context: CheckContext,
): Promise<void> {
  const file = validatorFile(url, context);
  const isStrong = validator?.startsWith('"') === true || Date.parse(validator ?? '') < Date.now() - SETTLED_MS;
  if (!isStrong) return await remove(file);
  await makeFolder(join(file, '..'));
  await writeFileWhole(file, `${name}\n${validator ?? ''}\n`);
}

/** The URL may hold a secret, so it is not written down. */
function validatorFile(url: string, { cache }: CheckContext): string {
  return join(cache, 'validators', sha256(url));
}
