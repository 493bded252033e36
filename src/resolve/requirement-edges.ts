/** From what recipes require, by name, to the components that a store has. */
import { nearest } from '../model/did-you-mean.ts';
import type { UserError } from '../model/errors.ts';
import type { Requirement } from '../recipe/requirements.ts';
import { variantName } from '../recipe/names.ts';
import type { ComponentStore } from './component-store.ts';
import type { ComponentVariant } from './component-variant.ts';

export interface Edge {
  readonly to: ComponentVariant;
  /** Where the recipe says so. */
  readonly requirement: Requirement;
}

export interface Edges {
  /** In the order of the recipe, repetitions included. */
  readonly found: readonly Edge[];
  /** Requirements that are malformed, or that the store cannot meet. */
  readonly mistakes: readonly UserError[];
}

/** Looks up each component's requirements once, so that a mistake that several trees meet is one error. */
export class RequirementEdges {
  readonly #store: ComponentStore;
  readonly #edges = new Map<ComponentVariant, Edges>();

  constructor(store: ComponentStore) {
    this.#store = store;
  }

  of(component: ComponentVariant): Edges {
    let edges = this.#edges.get(component);
    if (edges === undefined) {
      edges = this.#lookUp(component);
      this.#edges.set(component, edges);
    }
    return edges;
  }

  #lookUp(component: ComponentVariant): Edges {
    const { requirements, mistakes } = component.requirements;
    const found: Edge[] = [];
    const missing: UserError[] = [];
    for (const requirement of requirements) {
      const to = this.#store.find(requirement.name, requirement.variant);
      if (to === undefined) missing.push(this.#missing(component, requirement));
      else found.push({ to, requirement });
    }
    return { found, mistakes: [...mistakes, ...missing] };
  }

  #missing({ file }: ComponentVariant, { name, variant, index }: Requirement): UserError {
    const { what, hint } = describeMissing(this.#store, name, variant);
    return file.mistake(['requires', index], `${file.shown} requires ${what}.`, { hint, code: 'COMPONENT_UNKNOWN' });
  }
}

/** Words for a component, or variant of one, that no folder has; what follows "requires" or "names". */
export function describeMissing(
  store: ComponentStore,
  name: string,
  variant: string | undefined,
): { readonly what: string; readonly hint: string } {
  const variants = [...store.variantsOf(name).keys()];
  if (variants.length === 0) {
    const guess = nearest(name, store.names);
    const hint = guess === undefined ? `There must be a folder packages/${name}.` : `Did you mean "${guess}"?`;
    return { what: `${JSON.stringify(name)}, which is no component of this tree`, hint };
  }
  const named = variants.filter((one) => one !== undefined);
  const guess = variant === undefined ? undefined : nearest(variant, named);
  const known = `It has ${variants.map(variantName).join(', ')}.`;
  return {
    what: `${variantName(variant)} of ${JSON.stringify(name)}, which it does not have`,
    hint: guess === undefined ? known : `Did you mean "${guess}"?`,
  };
}
