/** Tags of a git repository, or the tip of a branch. */
import { UserError } from '../../model/errors.ts';
import { redactUrls } from '../../model/url.ts';
import { parseVersion } from '../../model/version-scheme.ts';
import type { GitRefs } from '../../host/git-refs.ts';
import type { UpdateRule } from '../../recipe/updates.ts';
import type { Candidate, Driver, Found } from '../driver.ts';
import type { PinnedItem } from '../pinned-item.ts';

type GitRule = Extract<UpdateRule, { readonly kind: 'git' }>;

export const git: Driver<GitRule> = async (item, rule, { refs: ask }) => {
  const url = rule.repository ?? (item.pin.kind === 'git' ? item.pin.git : undefined);
  if (url === undefined) {
    throw new UserError(
      'RECIPE_INVALID',
      `${item.component}: "updates" names no repository to look at for ${item.name}.`,
      {
        hint: 'Add "repository" to "updates" in component.json: the source itself is none.',
      },
    );
  }
  const refs = await ask(url);
  const branch = branchOf(item, rule, refs);
  if (branch !== undefined) return tipOf(branch, url, refs);
  return { how: `git tags of ${redactUrls(url)}`, candidates: taggedVersions(refs, rule.tag_prefix), refs };
};

/** A branch is followed if component.json says so, or if the pin was taken from one and nothing speaks of versions. */
function branchOf({ pin }: PinnedItem, rule: GitRule, { heads, tags }: GitRefs): string | undefined {
  if (rule.branch !== undefined) return rule.branch;
  if (rule.tag_prefix !== undefined || rule.range !== undefined || pin.kind !== 'git') return undefined;
  return heads.has(pin.refOrigin) && !tags.has(pin.refOrigin) ? pin.refOrigin : undefined;
}

function tipOf(branch: string, url: string, refs: GitRefs): Found {
  const commit = refs.heads.get(branch);
  const how = `git branch ${branch} of ${redactUrls(url)}`;
  if (commit !== undefined) return { how, candidates: [], tip: { branch, commit }, refs };
  throw new UserError('SOURCE_UNAVAILABLE', `${redactUrls(url)} has no branch "${branch}".`, {
    hint: 'Correct "branch" in component.json, or "ref_origin" in buildinfo.json.',
  });
}

function taggedVersions({ tags }: GitRefs, prefix = ''): Candidate[] {
  return [...tags].flatMap(([tag, commit]) => {
    const version = tag.startsWith(prefix) ? parseVersion(tag.slice(prefix.length)) : undefined;
    if (version === undefined) return [];
    return [{ version, isPrerelease: version.isPrerelease, offer: { kind: 'tag', tag, commit } }];
  });
}
