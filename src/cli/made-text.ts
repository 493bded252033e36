/** What a build says at its end: what there is now, where it is, and what can be done with it. */
import { join, relative } from 'node:path';
import type { Made } from '../build/up-to-date.ts';
import { variantPrefix } from '../recipe/names.ts';

/** @param cwd what paths are shown relative to */
export function describeMade({ components, bootstraps }: Made, repository: string, cwd: string): string {
  const shown = relative(cwd, repository) || '.';
  const packages = components === 1 ? '1 package' : `${components} packages`;
  if (bootstraps.length === 0) return `${packages} in ${shown}`;
  const lines = bootstraps.flatMap(({ variant, id }) => [
    `  bootstrap  ${join(shown, 'bootstrap', id)}.bootstrap.tar.*`,
    `  tree       ${join(shown, 'complete', `${variantPrefix(variant)}complete.latest.json`)}`,
  ]);
  return [
    `${packages} and ${bootstraps.length === 1 ? 'a bootstrap' : `${bootstraps.length} bootstraps`} are in ${shown}:`,
    ...lines,
    'Next: serve that folder over HTTP, and nodes install from it with',
    '  pkgpanda fetch --repository-url=URL ID…, or by unpacking the bootstrap in /opt/mesosphere.',
  ].join('\n');
}
