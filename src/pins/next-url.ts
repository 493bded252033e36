/** Files behind URLs, moved: the address that upstream names, or the old one with the version in it followed. */
import { UserError } from '../model/errors.ts';
import { type JsonObject, member } from '../model/json.ts';
import type { Checksum, UrlSource } from '../model/source.ts';
import { isOnMirrorsOnly, redactUrls, urlFileName } from '../model/url.ts';
import { rankVersions } from '../model/version-scheme.ts';
import { pinnedVersion } from './choose.ts';
import type { Candidate, OfferedFile } from './driver.ts';
import type { Fetcher, Obtained } from './obtained.ts';
import type { PinnedItem } from './pinned-item.ts';
import { follow, type Spellings, spellings, withSeparators } from './spelled.ts';

export interface UrlPin {
  readonly pin: UrlSource;
  /** The object as the recipe gives it: the URL may be relative there. */
  readonly raw: JsonObject;
}

export async function nextUrl(
  item: PinnedItem,
  { pin, raw }: UrlPin,
  candidate: Candidate,
  fetcher: Fetcher,
): Promise<Obtained> {
  const before = pinnedVersion(item);
  const isSame = before !== undefined && rankVersions(before, candidate.version) === 0;
  const moved = before === undefined || isSame ? [] : spellings(before, candidate.version);
  const files = candidate.offer.kind === 'files' ? candidate.offer.files : [];
  const offered = isSame ? undefined : offeredFor(pin.url, files, withSeparators(moved));
  const url = isSame ? pin.url : (offered?.url ?? followed(item, pin.url, moved));
  const rawUrl = offered?.url ?? (isSame ? pin.url : follow(rawText(raw, pin.url), withSeparators(moved)));
  if (isOnMirrorsOnly(url)) throw onMirrorsOnly(item);
  const got = await fetcher.takeIn(item, url);
  if (offered?.checksum !== undefined) compare(item, offered.checksum, got[offered.checksum.algorithm], url);
  const { algorithm, hex } = pin.checksum;
  return {
    values: {
      ...(isSame ? {} : { url: rawUrl }),
      ...('sha1' in raw ? { sha1: got.sha1 } : {}),
      // A pin by sha1 alone gets its sha256 when it moves, and the id is a new one anyway.
      ...('sha256' in raw || !isSame ? { sha256: got.sha256 } : {}),
    },
    spellings: moved,
    from: before?.text ?? '?',
    to: candidate.version.text,
    isSame,
    hash: { name: algorithm, was: hex.toLowerCase(), is: got[algorithm] },
  };
}

function rawText(raw: JsonObject, otherwise: string): string {
  const text = member(raw, 'url');
  return typeof text === 'string' ? text : otherwise;
}

/** Of the files of a release the one that is named as the old one would be now. */
function offeredFor(url: string, files: readonly OfferedFile[], moved: Spellings): OfferedFile | undefined {
  const wanted = follow(urlFileName(url), moved);
  return (
    files.find(({ name }) => name === wanted) ?? files.find(({ name }) => name.toLowerCase() === wanted.toLowerCase())
  );
}

function followed({ component, name }: PinnedItem, url: string, moved: Spellings): string {
  const next = follow(url, withSeparators(moved));
  if (next !== url) return next;
  throw new UserError(
    'SOURCE_INVALID',
    `${component}: ${name}: the URL ${redactUrls(url)} does not spell the version that is pinned.`,
    {
      hint: 'Correct "version" in component.json, or move this pin by hand.',
    },
  );
}

function onMirrorsOnly({ component, name }: PinnedItem): UserError {
  return new UserError('SOURCE_UNAVAILABLE', `${component}: ${name} is on no server, so there is nothing to look at.`, {
    hint: 'Put the new file on your mirror by its sha256, and write its name and sha256 into buildinfo.json.',
  });
}

/** What upstream announces and what came must be the same. */
function compare({ component, name }: PinnedItem, { algorithm, hex }: Checksum, is: string, url: string): void {
  if (is === hex.toLowerCase()) return;
  const what = `${component}: ${name}: upstream announces the ${algorithm} ${hex} for ${redactUrls(url)}, but ${is} came.`;
  throw new UserError('SOURCE_MISMATCH', what, {
    hint: 'Try again later; if it stays so, ask upstream. Nothing was changed.',
  });
}
