/** The components that no working tree reaches, each resolved alone with what it requires; only made on request. */
import type { UserError } from '../model/errors.ts';
import type { FileView } from '../model/file-view.ts';
import { orderOf } from './build-order.ts';
import { ComponentResolver } from './component-resolver.ts';
import type { ComponentStore } from './component-store.ts';
import type { ComponentVariant } from './component-variant.ts';
import type { Facts } from './facts.ts';
import type { Plan, PlannedComponent } from './plan.ts';
import { RequirementEdges } from './requirement-edges.ts';

export type OtherComponent =
  | { readonly key: string; readonly planned: PlannedComponent }
  /** Its own mistakes, or those of what it requires. */
  | { readonly key: string; readonly errors: readonly UserError[] };

/** In the order of their names and variants. */
export function findOthers(store: ComponentStore, plan: Plan): readonly ComponentVariant[] {
  return everything(store).filter(({ key, variant }) => {
    const planned = plan.components.get(key);
    return planned === undefined || planned.variant !== variant;
  });
}

/** @param facts must cover what these components and their requirements need */
export function planOthers(store: ComponentStore, others: readonly ComponentVariant[], facts: Facts, view: FileView) {
  const edges = new RequirementEdges(store);
  const resolver = new ComponentResolver(everything(store), { edges, facts, view });
  return others.map((component): OtherComponent => {
    const { order, cycles } = orderOf([[component]], edges);
    for (const needed of order) resolver.resolve(needed);
    const planned = cycles.length === 0 ? resolver.planned(component) : undefined;
    if (planned !== undefined) return { key: component.key, planned };
    const mistakes = order.flatMap((needed) => [...resolver.mistakes(needed), ...edges.of(needed).mistakes]);
    return { key: component.key, errors: [...cycles, ...mistakes] };
  });
}

function everything(store: ComponentStore): ComponentVariant[] {
  return store.names.flatMap((name) => [...store.variantsOf(name).values()]);
}
