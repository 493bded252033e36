/** Releases on GitHub, or on a server that speaks like it; asked without an account. */
import { z } from 'zod';
import { UserError } from '../../model/errors.ts';
import { parseVersion } from '../../model/version-scheme.ts';
import type { UpdateRule } from '../../recipe/updates.ts';
import type { Candidate, Driver, OfferedFile } from '../driver.ts';
import { addressBelow, readAnswer } from './web.ts';

type GithubRule = Extract<UpdateRule, { readonly kind: 'github' }>;
type Release = z.infer<typeof releasesSchema>[number];

const PER_PAGE = 100;
/** Newest first, so that more would only tell of older ones. */
const MOST_PAGES = 5;

/** @see https://docs.github.com/en/rest/releases/releases#list-releases */
const releasesSchema = z.array(
  z.object({
    tag_name: z.string(),
    draft: z.boolean().default(false),
    prerelease: z.boolean().default(false),
    assets: z
      .array(
        z.object({
          name: z.string(),
          browser_download_url: z.url({ protocol: /^https?$/ }),
          digest: z.string().nullish(),
        }),
      )
      .default([]),
  }),
);

export const github: Driver<GithubRule> = async (_item, rule, { json, bases }) => {
  const releases: Release[] = [];
  const base = rule.base ?? bases.github;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const url = addressBelow(base, `repos/${rule.repository}/releases?per_page=${PER_PAGE}&page=${page}`);
    const answer = await json(url);
    if (answer === undefined) throw noRepository(rule.repository, url);
    const some = readAnswer(releasesSchema, answer, url);
    releases.push(...some);
    if (some.length < PER_PAGE) break;
  }
  const candidates = releases
    .filter(({ draft }) => !draft)
    .flatMap((release) => candidate(release, rule.tag_prefix ?? ''));
  return { how: `GitHub releases at ${new URL(base).host} (${rule.repository})`, candidates };
};

function candidate(release: Release, prefix: string): Candidate[] {
  const tag = release.tag_name;
  const version = tag.startsWith(prefix) ? parseVersion(tag.slice(prefix.length)) : undefined;
  if (version === undefined) return [];
  const isPrerelease = release.prerelease || version.isPrerelease;
  return [{ version, isPrerelease, offer: { kind: 'files', files: release.assets.map(offered) } }];
}

function offered({ name, browser_download_url: url, digest }: Release['assets'][number]): OfferedFile {
  const [, hex] = /^sha256:([0-9a-f]{64})$/.exec(digest ?? '') ?? [];
  return { name, url, ...(hex === undefined ? {} : { checksum: { algorithm: 'sha256', hex } as const }) };
}

function noRepository(repository: string, url: URL): UserError {
  return new UserError('SOURCE_UNAVAILABLE', `${url.origin} has no public repository "${repository}".`, {
    hint: 'Correct "repository" under "updates" in component.json.',
  });
}
