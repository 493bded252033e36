/** The components of a tree with their state, for `tree`. */
import { RecordingFileView } from '../host/file-view.ts';
import { UserError } from '../model/errors.ts';
import { member } from '../model/json.ts';
import { byCodePoint } from '../model/order.ts';
import type { PackageId } from '../model/package-id.ts';
import type { Warning } from '../store/repositories.ts';
import { readJsonFile } from '../resolve/component-store.ts';
import { labelOf } from '../resolve/graph.ts';
import type { ComponentKey, PlannedComponent } from '../resolve/plan.ts';
import type { Folders } from './folders.ts';
import { inspectPlan, type ComponentState, type InspectOptions } from './inspect.ts';
import type { LoadedTree } from './load-plan.ts';

export interface ListedComponent {
  /** What a person calls it: `name` or `name/variant`. */
  readonly component: string;
  readonly key: ComponentKey;
  /** As component.json gives it; undefined: there is none. */
  readonly version: string | undefined;
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
  const view = new RecordingFileView();
  const listed = Array.from(states, ([key, state]): ListedComponent[] => {
    const component = plan.components.get(key);
    if (component === undefined) return [];
    const version = versionOf(component, view, options.warn);
    return [{ component: labelOf(key), key, version, id: component.id, state }];
  });
  return listed.flat().toSorted((a, b) => byCodePoint(a.component, b.component));
}

/** component.json decides nothing, so a mistake in it must not keep the list from being shown. */
function versionOf(
  { name, folder }: PlannedComponent,
  view: RecordingFileView,
  warn: (warning: Warning) => void,
): string | undefined {
  const path = `${folder}/component.json`;
  if (view.kind(path) === 'missing') return undefined;
  try {
    const { value } = readJsonFile(view, { path, shown: `packages/${name}/component.json` }, 'RECIPE_INVALID');
    const version = member(value, 'version');
    return typeof version === 'string' ? version : undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    warn(error);
    return undefined;
  }
}
