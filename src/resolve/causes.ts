/** What a changed id goes back to: the component's own recipe, or that of something it requires. Pure. */
import { packageName, type PackageId } from '../model/package-id.ts';
import { changesBetween, inputsOf, requirementOf, type BuildInputs, type Change } from './explain.ts';
import type { ComponentKey, Plan, PlannedComponent } from './plan.ts';

/** A component whose own recipe, files or builder changed. */
export interface Cause {
  readonly key: ComponentKey;
  readonly before: string;
  readonly after: PackageId;
  /** The shortest way to it from the component that is explained, both included. */
  readonly path: readonly ComponentKey[];
  readonly changes: readonly Change[];
}

/** A requirement with another id than before, of whose earlier build nothing is recorded. */
export type Unrecorded = Omit<Cause, 'changes'>;

export interface Causes {
  /** In the order of the builds, so that what led to others comes before them. */
  readonly causes: readonly Cause[];
  readonly unrecorded: readonly Unrecorded[];
}

/** What entered an earlier id, if that is recorded anywhere. */
export type FindInputs = (id: string) => BuildInputs | undefined;

/** Why a component has another id than an earlier build of it. */
export function findCauses(plan: Plan, key: ComponentKey, before: BuildInputs, find: FindInputs): Causes {
  const component = plan.components.get(key);
  if (component === undefined) return { causes: [], unrecorded: [] };
  const changed = changedComponents(plan, component, before, find);
  const order = new Map(plan.buildOrder.map((each, index) => [each, index]));
  const ways = shortestWays(plan, key);
  const causes: Cause[] = [];
  const unrecorded: Unrecorded[] = [];
  for (const each of changed.values()) {
    const place = { key: each.component.key, before: each.before, after: each.component.id };
    const path = ways.get(place.key) ?? [key];
    if (each.changes === undefined) unrecorded.push({ ...place, path });
    else {
      const changes = ownChanges(each, changed);
      if (changes.length > 0) causes.push({ ...place, path, changes });
    }
  }
  const byOrder = (a: Unrecorded, b: Unrecorded): number => (order.get(a.key) ?? 0) - (order.get(b.key) ?? 0);
  return { causes: causes.toSorted(byOrder), unrecorded: unrecorded.toSorted(byOrder) };
}

/** Changes that a component brings itself, as far as it can be told without knowing what its requirements were. */
export interface DirectChanges {
  readonly own: readonly Change[];
  /** Direct requirements with another id than before. */
  readonly requirements: readonly ComponentKey[];
}

/** The first answer to "why is it built", without following requirements. */
export function directChanges(plan: Plan, component: PlannedComponent, before: BuildInputs): DirectChanges {
  const changes = changesBetween(before, inputsOf(component));
  const direct = new Map(component.requires.map((key) => [plan.components.get(key)?.name, key]));
  const own = changes.filter((change) => {
    const name = requirementOf(change);
    return name === undefined || (change.before === undefined && direct.has(name));
  });
  const requirements = changes.flatMap((change) => {
    const key = change.before === undefined ? undefined : direct.get(requirementOf(change));
    return key === undefined ? [] : [key];
  });
  return { own: own.length + requirements.length === 0 ? changes : own, requirements };
}

interface Changed {
  readonly component: PlannedComponent;
  readonly before: string;
  /** undefined: nothing is known of the earlier build. */
  readonly changes: readonly Change[] | undefined;
  /** Names of the direct requirements. */
  readonly direct: ReadonlySet<string>;
}

/** The component and those of its requirements that have another id than before, by name; an id holds all of them. */
function changedComponents(
  plan: Plan,
  component: PlannedComponent,
  before: BuildInputs,
  find: FindInputs,
): ReadonlyMap<string, Changed> {
  const byId = new Map([...plan.components.values()].map((each) => [each.id as string, each]));
  const describe = (each: PlannedComponent, earlier: string, inputs: BuildInputs | undefined): Changed => ({
    component: each,
    before: earlier,
    changes: inputs === undefined ? undefined : changesBetween(inputs, inputsOf(each)),
    direct: new Set(each.requires.flatMap((key) => plan.components.get(key)?.name ?? [])),
  });
  const top = describe(component, before.id, before);
  const changed = new Map([[component.name, top]]);
  for (const change of top.changes ?? []) {
    const requirement = requirementOf(change) === undefined ? undefined : byId.get(change.after ?? '');
    if (requirement === undefined || change.before === undefined) continue;
    changed.set(requirement.name, describe(requirement, change.before, find(change.before)));
  }
  return changed;
}

/**
 * Since an id holds the whole closure, most requirements that came, went or changed did so because of another one. Own
 * are those that the recipe itself names now, and those that went without a changed requirement that may have had them.
 */
function ownChanges({ component, changes = [], direct }: Changed, changed: ReadonlyMap<string, Changed>): Change[] {
  const changedNeeds = component.closure.flatMap((id) => changed.get(packageName(id)) ?? []);
  return changes.filter((change) => {
    const name = requirementOf(change);
    if (name === undefined) return true;
    if (change.before === undefined) return direct.has(name);
    if (change.after !== undefined) return false;
    return !changedNeeds.some(
      (need) =>
        need.changes === undefined ||
        need.changes.some(({ field, after }) => field === change.field && after === undefined),
    );
  });
}

/** The shortest way to everything that a component requires. */
function shortestWays(plan: Plan, from: ComponentKey): ReadonlyMap<ComponentKey, readonly ComponentKey[]> {
  const ways = new Map<ComponentKey, readonly ComponentKey[]>([[from, [from]]]);
  for (const [key, way] of ways) {
    for (const need of plan.components.get(key)?.requires ?? []) {
      if (!ways.has(need)) ways.set(need, [...way, need]);
    }
  }
  return ways;
}
