/** Everything that a tree is pinned to: the sources of its components, its upstream tree, the packages of its builders. */
import { UserError, UserErrors } from '../model/errors.ts';
import { sorted } from '../model/order.ts';
import type { Source } from '../model/source.ts';
import type { BuilderLock } from '../recipe/builder.ts';
import { graphOf, reachable } from '../resolve/graph.ts';
import type { ComponentKey } from '../resolve/plan.ts';
import type { SourceRequest } from '../source/index.ts';
import { pinnedItems, type PinnedItem } from '../source/pinned.ts';
import { readLock } from '../tree/builder-lock.ts';
import type { LoadedTree } from '../tree/load-plan.ts';
import { requestsOf } from '../tree/source-requests.ts';

/** What one source, or one builder, is pinned to. */
export interface PinnedGroup {
  /** `<component>: <source>`, or `builder <name>`. */
  readonly label: string;
  readonly items: readonly PinnedItem[];
  readonly origin:
    | { readonly kind: 'source'; readonly request: SourceRequest }
    | { readonly kind: 'builder'; readonly lock: BuilderLock };
}

/**
 * Groups in the order of their labels, builders last. A source whose pin is no hash is an error of its own.
 *
 * @param only components that count, with all that they require; none: the whole tree
 * @throws UserError SOURCE_INVALID, BUILDER_UNKNOWN, BUILDER_INVALID
 */
export async function pinnedGroups(
  tree: Pick<LoadedTree, 'plan' | 'folders' | 'upstream'>,
  only: readonly ComponentKey[],
): Promise<readonly PinnedGroup[]> {
  const { plan, upstream, folders } = tree;
  const wanted = only.length === 0 ? plan.components.keys() : reachable(graphOf(plan), only);
  const components = sorted(wanted).flatMap((key) => plan.components.get(key) ?? []);
  const own = upstream === undefined ? [] : [{ owner: 'upstream.json', name: 'checkout', source: upstream }];
  const roots = sorted(new Set(components.flatMap(({ builder }) => (builder.kind === 'root' ? [builder.name] : []))));
  const builders: PinnedGroup[] = [];
  for (const name of roots) builders.push(builderGroup(name, await readLock(folders.root, name)));
  return [...[...own, ...components.flatMap(requestsOf)].map(sourceGroup), ...builders];
}

function sourceGroup(request: SourceRequest): PinnedGroup {
  const label = `${request.owner}: ${request.name}`;
  return { label, items: pinnedItems(request.source, label), origin: { kind: 'source', request } };
}

function builderGroup(name: string, lock: BuilderLock): PinnedGroup {
  const packages = lock.packages.map(({ name: one, version, architecture, sha256: hex }) => {
    return { package: one, version, architecture, checksum: { algorithm: 'sha256', hex } as const };
  });
  const source: Source = { kind: 'deb', packages };
  return { label: `builder ${name}`, items: pinnedItems(source, `builder ${name}`), origin: { kind: 'builder', lock } };
}

/** The failures among the ends of work that goes on when a part of it fails. Anything but a UserError is thrown. */
export function failuresIn(ends: readonly PromiseSettledResult<unknown>[]): readonly UserError[] {
  return ends.flatMap((end) => {
    if (end.status === 'fulfilled') return [];
    const error: unknown = end.reason;
    if (error instanceof UserErrors) return error.errors;
    if (error instanceof UserError) return [error];
    throw error;
  });
}
