/** Components whose sources were never published: whoever has them keeps them on a mirror. */
import { UserError } from '../model/errors.ts';
import { labelOf } from '../resolve/graph.ts';
import type { PlannedComponent } from '../resolve/plan.ts';
import { privateComponents } from '../tree/component-notes.ts';
import type { OpenRun } from './open-run.ts';

/**
 * Fetches the sources of the private ones among these components, before hours go into the others.
 *
 * @throws UserError SOURCE_PRIVATE naming those whose sources cannot be had
 */
export async function requirePrivateSources(components: readonly PlannedComponent[], run: OpenRun): Promise<void> {
  // A mistake in component.json was told by whoever asked for it; here it makes nothing private.
  const privates = privateComponents(components, () => undefined);
  const missing = await run.sources.unobtainable(
    components.filter(({ key }) => privates.has(key)),
    run.signal,
  );
  if (missing.length === 0) return;
  const names = missing.map(({ key }) => labelOf(key)).join(', ');
  const [are, their] = missing.length === 1 ? ['is', 'its'] : ['are', 'their'];
  throw new UserError(
    'SOURCE_PRIVATE',
    `${names} ${are} private: ${their} sources were never published, and no mirror here has them.`,
    {
      hint: 'Name a mirror that has them with --mirror, or build a tree without them, such as --variant oss.',
    },
  );
}
