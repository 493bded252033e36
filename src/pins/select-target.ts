/** Where a pin is to go: what a person asked for, found among what there is. Pure. */
import { UserError } from '../model/errors.ts';
import { nearestTo, parseRange, satisfies, type VersionRange } from '../model/version-range.ts';
import { compareVersions, parseVersion, type Version } from '../model/version-scheme.ts';
import { compareKeys } from '../model/version.ts';
import { asksForEarly, newestOf, pinnedVersion } from './choose.ts';
import type { Candidate, Found } from './driver.ts';
import type { LookRule } from './drivers/index.ts';
import type { PinnedItem } from './pinned-item.ts';

export type Target =
  | { readonly kind: 'candidate'; readonly candidate: Candidate }
  /** A commit, and the branch or tag that it was taken from. */
  | { readonly kind: 'commit'; readonly commit: string; readonly origin: string }
  /** The pin is newer than all that there is: it stays. */
  | { readonly kind: 'stay'; readonly newest: Version };

/**
 * @param wanted a version, a range, or for git a branch, tag or commit; undefined: the newest in the range of component.json
 * @throws UserError VERSION_UNKNOWN, naming the nearest there are; USAGE if it is neither a version nor a range
 */
export function selectTarget(item: PinnedItem, rule: LookRule, found: Found, wanted: string | undefined): Target {
  if (wanted === undefined) return newestAllowed(item, rule, found);
  const commit = namedCommit(item, found, wanted);
  if (commit !== undefined) return commit;
  const exact = exactly(found.candidates, wanted);
  if (exact !== undefined) return { kind: 'candidate', candidate: exact };
  const range = parseRange(wanted);
  if (range === undefined) throw neither(wanted);
  const prereleases = asksForEarly(item) || range.namesPrerelease;
  const newest = newestOf(found.candidates, { range, prereleases });
  if (newest !== undefined) return { kind: 'candidate', candidate: newest };
  throw unsatisfied(item, found, range);
}

function newestAllowed(item: PinnedItem, rule: LookRule, { candidates, tip, how, refs }: Found): Target {
  if (tip !== undefined) return { kind: 'commit', commit: tip.commit, origin: tip.branch };
  const range = rule.range === undefined ? undefined : parseRange(rule.range);
  const prereleases = asksForEarly(item) || range?.namesPrerelease === true;
  const newest = newestOf(candidates, { range, prereleases });
  if (newest === undefined) throw unsatisfied(item, { candidates, how }, range ?? ANY);
  const pinned = pinnedVersion(item, refs);
  const isOlder = pinned !== undefined && compareVersions(newest.version, pinned) < 0;
  return isOlder ? { kind: 'stay', newest: newest.version } : { kind: 'candidate', candidate: newest };
}

const ANY: VersionRange = { text: '*', alternatives: [[]], namesPrerelease: false };

/** Of git everything that names one commit will do; versions are told from branches by being looked for first. */
function namedCommit({ pin }: PinnedItem, { refs, candidates }: Found, wanted: string): Target | undefined {
  if (pin.kind !== 'git' || refs === undefined || exactly(candidates, wanted) !== undefined) return undefined;
  if (/^[0-9a-f]{40}$/i.test(wanted)) return { kind: 'commit', commit: wanted.toLowerCase(), origin: pin.refOrigin };
  const commit = refs.tags.get(wanted) ?? refs.heads.get(wanted);
  return commit === undefined ? undefined : { kind: 'commit', commit, origin: wanted };
}

/** The version spelled so, by upstream or by Debian; of several packages of it the newest. */
function exactly(candidates: readonly Candidate[], wanted: string): Candidate | undefined {
  const key = parseVersion(wanted)?.key;
  const spelled = candidates.filter(
    ({ version, offer }) =>
      [version.text, version.upstream, version.debian?.upstream].includes(wanted) ||
      (offer.kind === 'tag' && offer.tag === wanted),
  );
  const same = candidates.filter(({ version }) => key !== undefined && compareKeys(version.key, key) === 0);
  const chosen = spelled.length > 0 ? spelled : same;
  return chosen.toSorted((a, b) => compareVersions(a.version, b.version)).at(-1);
}

function neither(wanted: string): UserError {
  return new UserError('USAGE', `"${wanted}" is neither a version nor a range of versions.`, {
    hint: 'Versions are like 1.2.3 or R16B03, ranges like "^1.2", "1.x" or ">=2.0 <3".',
  });
}

function unsatisfied(item: PinnedItem, { candidates, how }: Found, range: VersionRange): UserError {
  const versions = candidates.map(({ version }) => version);
  const what = `${item.component}: ${item.name} has no version ${described(range.text)}`;
  const early = versions
    .filter((version) => satisfies(version, range))
    .toSorted(compareVersions)
    .at(-1);
  if (early !== undefined) {
    return new UserError('VERSION_UNKNOWN', `${what} but early ones, such as ${early.text} (${how}).`, {
      hint: 'Name that version, or set "prereleases" under "updates" in component.json.',
    });
  }
  const { below, above } = nearestTo(range, versions);
  const near = [below, above].filter((version) => version !== undefined).map(({ text }) => text);
  const [are, hint] =
    near.length === 0
      ? ['there is none at all', 'Correct "updates" in component.json.']
      : [
          `the nearest ${near.length === 1 ? 'is' : 'are'} ${near.join(' and ')}`,
          'Ask for one of these, or for a wider range.',
        ];
  return new UserError('VERSION_UNKNOWN', `${what}; ${are} (${how}).`, { hint });
}

/** A single version, or a range. */
function described(text: string): string {
  return /[\s<>=~^*|]|\bx\b/i.test(text) ? `in the range ${text}` : text;
}
