/** Why a component has the id that it has, and why it requires another: data for `why`. */
import type { PackageId } from '../model/package-id.ts';
import { findCauses, type Cause, type Unrecorded } from '../resolve/causes.ts';
import { fieldsOf, inputsOf, type Change } from '../resolve/explain.ts';
import { countPaths, graphOf, labelOf, pathsBetween } from '../resolve/graph.ts';
import type { ComponentKey, Plan } from '../resolve/plan.ts';
import type { Folders } from '../tree/folders.ts';
import { KnownBuilds, type KnownBuild } from './known-builds.ts';

/** Printed as JSON as it is; components by label. */
export type Explanation = {
  readonly component: string;
  readonly id: PackageId;
  readonly inStore: boolean;
} & (
  | { readonly verdict: 'never-built'; readonly fields: ReturnType<typeof fieldsOf> }
  | { readonly verdict: 'unchanged'; readonly before: KnownBuild }
  /** Nothing is recorded of what entered the earlier id. */
  | { readonly verdict: 'unrecorded'; readonly before: KnownBuild }
  | {
      readonly verdict: 'changed';
      readonly before: KnownBuild;
      /** What others changed because of comes first. */
      readonly causes: readonly ExplainedCause[];
      readonly unrecorded: readonly ExplainedPlace[];
    }
);

/** A requirement, or the component itself, that has another id than before. */
export interface ExplainedPlace {
  readonly component: string;
  readonly before: string;
  readonly after: string;
  /** From the explained component to this one. */
  readonly path: readonly string[];
}

export interface ExplainedCause extends ExplainedPlace {
  readonly changes: readonly Change[];
}

/**
 * @param options.against an earlier id, or the beginning of one; default: that of the last build
 * @throws UserError BUILD_UNKNOWN
 */
export async function explainComponent(
  plan: Plan,
  key: ComponentKey,
  { folders, against }: { readonly folders: Folders; readonly against: string | undefined },
): Promise<Explanation> {
  const component = plan.components.get(key);
  if (component === undefined) throw new Error(`${key} is not in the plan`);
  using known = new KnownBuilds(folders);
  const base = { component: labelOf(key), id: component.id, inStore: known.isStored(component.id) };
  const before = against === undefined ? await known.last(component) : await known.find(component, against);
  if (before === undefined) return { ...base, verdict: 'never-built', fields: fieldsOf(inputsOf(component)) };
  if (before.id === component.id) return { ...base, verdict: 'unchanged', before };
  const inputs = known.inputs(before.id);
  if (inputs === undefined) return { ...base, verdict: 'unrecorded', before };
  const { causes, unrecorded } = findCauses(plan, key, inputs, (id) => known.inputs(id));
  return {
    ...base,
    verdict: 'changed',
    before,
    causes: causes.map((cause: Cause) => ({ ...placeOf(cause), changes: cause.changes })),
    unrecorded: unrecorded.map(placeOf),
  };
}

function placeOf({ key, before, after, path }: Unrecorded): ExplainedPlace {
  return { component: labelOf(key), before, after, path: path.map(labelOf) };
}

/** How one component comes to require another. */
export interface RequirementPaths {
  readonly from: string;
  readonly to: string;
  /** Shortest first. */
  readonly paths: readonly (readonly string[])[];
  /** How many more there are. */
  readonly more: number;
  /** Whether it is the other way round. */
  readonly isRequiredBy: boolean;
}

const MOST_PATHS = 10;

export function explainRequirement(plan: Plan, from: ComponentKey, to: ComponentKey): RequirementPaths {
  const graph = graphOf(plan);
  const paths = from === to ? [] : pathsBetween(graph, from, to, MOST_PATHS);
  return {
    from: labelOf(from),
    to: labelOf(to),
    paths: paths.map((path) => path.map(labelOf)),
    more: paths.length < MOST_PATHS ? 0 : countPaths(graph, from, to) - paths.length,
    isRequiredBy: from !== to && paths.length === 0 && countPaths(graph, to, from) > 0,
  };
}
