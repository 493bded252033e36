/** Packages of npm's registry, or of a server that speaks like it. */
import { z } from 'zod';
import { UserError } from '../../model/errors.ts';
import { urlFileName } from '../../model/url.ts';
import { parseVersion } from '../../model/version-scheme.ts';
import type { UpdateRule } from '../../recipe/updates.ts';
import type { Driver } from '../driver.ts';
import { addressBelow, readAnswer } from './web.ts';

type NpmRule = Extract<UpdateRule, { readonly kind: 'npm' }>;

/** @see https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md */
const packageSchema = z.object({
  versions: z.record(
    z.string(),
    z.object({
      deprecated: z.union([z.string(), z.boolean()]).optional(),
      dist: z.object({ tarball: z.url({ protocol: /^https?$/ }), shasum: z.string().optional() }),
    }),
  ),
});

/** What its author calls deprecated does not count. */
export const npm: Driver<NpmRule> = async (_item, rule, { json, bases, npmRegistry }) => {
  const url = addressBelow(rule.base ?? bases.npm ?? (await npmRegistry()), rule.package.replace('/', '%2f'));
  const answer = await json(url);
  if (answer === undefined) {
    throw new UserError('SOURCE_UNAVAILABLE', `${url.origin} has no npm package "${rule.package}".`, {
      hint: 'Correct "package" under "updates" in component.json.',
    });
  }
  const { versions } = readAnswer(packageSchema, answer, url);
  const candidates = Object.entries(versions).flatMap(([text, { deprecated, dist }]) => {
    const version = parseVersion(text, 'semver');
    if (version === undefined || (deprecated !== undefined && deprecated !== false)) return [];
    const checksum = dist.shasum === undefined ? {} : { checksum: { algorithm: 'sha1', hex: dist.shasum } as const };
    const file = { name: urlFileName(dist.tarball), url: dist.tarball, ...checksum };
    return [{ version, isPrerelease: version.isPrerelease, offer: { kind: 'files' as const, files: [file] } }];
  });
  return { how: `npm at ${url.host} (${rule.package})`, candidates };
};
