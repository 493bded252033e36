/** Pinned files of Debian's archive: against its signed indexes, and whether the archive has them. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Apt } from '../host/apt.ts';
import type { AptCandidates } from '../host/apt-lookup.ts';
import { remove, sizeIfThere } from '../host/files.ts';
import { announcedSize } from '../host/http-ask.ts';
import { DownloadError } from '../host/network.ts';
import { UserError } from '../model/errors.ts';
import type { Checksum, DebSource, DebSourceSource } from '../model/source.ts';
import { redactUrls } from '../model/url.ts';
import type { CheckContext, PinCheck } from './pin-check.ts';
import { fetchWhole } from './check-url.ts';
import type { PinnedItem } from './pinned.ts';

export async function checkDebs(
  { packages }: DebSource,
  items: readonly PinnedItem[],
  context: CheckContext,
): Promise<readonly PinCheck[]> {
  const queries = packages.map(({ checksum, ...query }) => ({ ...query, sha256: checksum.hex }));
  const found = await asking(context, (apt) => apt.findDebs(queries));
  if (typeof found === 'string') return items.map((item) => unreached(item, found));
  return await Promise.all(
    packages.map(async ({ checksum }, index) => {
      const item = items[index];
      const candidates = found[index];
      if (item === undefined || candidates === undefined) throw new Error('an answer for each package was expected');
      return await checkOnce(candidates, { item, checksum }, context);
    }),
  );
}

export async function checkTarball(
  { package: name, version, file, checksum }: DebSourceSource,
  item: PinnedItem,
  context: CheckContext,
): Promise<PinCheck> {
  const query = { package: name, version, file, sha256: checksum.hex };
  const candidates = await asking(context, (apt) => apt.findSource(query));
  if (typeof candidates === 'string') return unreached(item, candidates);
  return await checkOnce(candidates, { item, checksum }, context);
}

/** What the indexes say, or why they cannot be had. */
async function asking<Result>({ apt }: CheckContext, ask: (apt: Apt) => Promise<Result>): Promise<Result | string> {
  try {
    return await ask(await apt());
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return error.message;
  }
}

function isUnavailable(error: unknown): error is UserError {
  return error instanceof UserError && error.code === 'SOURCE_UNAVAILABLE';
}

function unreached({ item, name }: PinnedItem, reason: string): PinCheck {
  return { item, name, bytes: 0, state: 'unreached', reason };
}

interface Wanted {
  readonly item: PinnedItem;
  readonly checksum: Checksum;
}

function checkOnce(candidates: AptCandidates, wanted: Wanted, context: CheckContext): Promise<PinCheck> {
  const { name } = wanted.item;
  const answer = context.answers.get(name) ?? context.limit(() => checkFile(candidates, wanted, context));
  context.answers.set(name, answer);
  return answer;
}

/** Of a file that no index lists any more, all bytes are fetched: it may still lie beside its successor. */
async function checkFile(candidates: AptCandidates, wanted: Wanted, context: CheckContext): Promise<PinCheck> {
  const { item, name } = wanted.item;
  const { urls, bytes, listed, versions } = candidates;
  const failures: string[] = [];
  let isAbsent = true;
  for (const url of urls) {
    try {
      if (listed && (await isObtainable(url, bytes, wanted, context))) {
        return { item, name, bytes: 0, state: 'same', proof: 'listed' };
      }
      const check = listed ? undefined : await fetchWhole(url, [wanted.checksum], wanted.item, context);
      if (check?.state === 'same')
        return { ...check, note: `no index lists it any more; there is ${newest(versions)}` };
      failures.push(
        check === undefined ? `${redactUrls(url)}: a file of another size` : `${redactUrls(url)}: another file`,
      );
    } catch (error) {
      if (!isUnavailable(error) && !(error instanceof DownloadError)) throw error;
      isAbsent &&= error instanceof DownloadError && error.isAbsent;
      failures.push(isUnavailable(error) ? error.message : `${redactUrls(url)}: ${error.message}`);
    }
  }
  const reason = [`the archive has ${newest(versions)}`, ...failures].join('; ');
  return { item, name, bytes: 0, state: isAbsent ? 'gone' : 'unreached', reason };
}

/** By its size where a server can be asked; what only apt can reach, apt fetches and verifies. */
async function isObtainable(
  url: string,
  bytes: number | undefined,
  { item, checksum }: Wanted,
  { signal, retryBaseMs, scratch, apt }: CheckContext,
): Promise<boolean> {
  const { protocol } = new URL(url);
  if (protocol === 'file:') return (await sizeIfThere(fileURLToPath(url))) === bytes;
  if (protocol === 'http:' || protocol === 'https:') {
    const size = await announcedSize(new URL(url), { signal, retryBaseMs });
    return size === undefined || size === bytes;
  }
  const path = join(scratch, item.name.replace('/', '-'));
  try {
    await (await apt()).download(url, path, checksum.hex);
    return true;
  } finally {
    await remove(path);
  }
}

function newest(versions: readonly string[]): string {
  return versions.length === 0 ? 'no such package' : `version ${versions.join(', ')}`;
}
