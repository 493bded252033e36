/** The components of a tree with their state, for `tree`. */
import type { Availability } from '../model/availability.ts';
import { byCodePoint } from '../model/order.ts';
import type { PackageId } from '../model/package-id.ts';
import type { Warning } from '../store/repositories.ts';
import { labelOf } from '../resolve/graph.ts';
import type { ComponentKey } from '../resolve/plan.ts';
import { readNotes } from '../tree/component-notes.ts';
import type { Folders } from '../tree/folders.ts';
import { inspectPlan, type ComponentState, type InspectOptions } from './inspect.ts';
import type { LoadedTree } from '../tree/load-plan.ts';

export interface ListedComponent {
  /** What a person calls it: `name` or `name/variant`. */
  readonly component: string;
  readonly key: ComponentKey;
  /** As component.json gives it; undefined: there is none. */
  readonly version: string | undefined;
  readonly availability: Availability;
  readonly id: PackageId;
  readonly state: ComponentState;
}

/**
 * Every component of the tree, sorted by label.
 *
 * @throws UserError USAGE for a repository that is none
 */
export async function listComponents(
  { plan }: Pick<LoadedTree, 'plan'>,
  folders: Folders,
  options: InspectOptions & { readonly warn: (warning: Warning) => void },
): Promise<readonly ListedComponent[]> {
  const states = await inspectPlan(plan, folders, options);
  const listed = Array.from(states, ([key, state]): ListedComponent[] => {
    const component = plan.components.get(key);
    if (component === undefined) return [];
    // Of those to build, mistakes in component.json have been told already.
    const notes = readNotes(component, state.kind === 'build' ? () => undefined : options.warn);
    return [{ component: labelOf(key), key, ...notes, id: component.id, state }];
  });
  return listed.flat().toSorted((a, b) => byCodePoint(a.component, b.component));
}
