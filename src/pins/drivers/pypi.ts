/** Projects of the Python Package Index, or of a server that speaks like it. */
import { z } from 'zod';
import { UserError } from '../../model/errors.ts';
import { parseVersion } from '../../model/version-scheme.ts';
import type { UpdateRule } from '../../recipe/updates.ts';
import type { Driver, OfferedFile } from '../driver.ts';
import { addressBelow, readAnswer } from './web.ts';

type PypiRule = Extract<UpdateRule, { readonly kind: 'pypi' }>;

/** @see https://docs.pypi.org/api/json/ */
const projectSchema = z.object({
  releases: z.record(
    z.string(),
    z.array(
      z.object({
        filename: z.string(),
        url: z.url({ protocol: /^https?$/ }),
        digests: z.object({ sha256: z.string().optional() }),
        yanked: z.boolean().optional(),
      }),
    ),
  ),
});

/** Releases without a file, and those that were taken back, do not count. */
export const pypi: Driver<PypiRule> = async (_item, rule, { json, bases }) => {
  const url = addressBelow(rule.base ?? bases.pypi, `pypi/${encodeURIComponent(rule.package)}/json`);
  const answer = await json(url);
  if (answer === undefined) {
    throw new UserError('SOURCE_UNAVAILABLE', `${url.origin} has no Python project "${rule.package}".`, {
      hint: 'Correct "package" under "updates" in component.json.',
    });
  }
  const { releases } = readAnswer(projectSchema, answer, url);
  const candidates = Object.entries(releases).flatMap(([text, listed]) => {
    const version = parseVersion(text);
    const files = listed.filter(({ yanked }) => yanked !== true).map(offered);
    if (version === undefined || files.length === 0) return [];
    return [{ version, isPrerelease: version.isPrerelease, offer: { kind: 'files' as const, files } }];
  });
  return { how: `PyPI at ${url.host} (${rule.package})`, candidates };
};

function offered(file: z.infer<typeof projectSchema>['releases'][string][number]): OfferedFile {
  const { sha256 } = file.digests;
  const checksum = sha256 === undefined ? {} : { checksum: { algorithm: 'sha256', hex: sha256 } as const };
  return { name: file.filename, url: file.url, ...checksum };
}
