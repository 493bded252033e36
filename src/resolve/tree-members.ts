/** Which components a tree and its bootstrap consist of (facts: pkgpanda 4). */
import { UserError } from '../model/errors.ts';
import { byCodePoint, sorted } from '../model/order.ts';
import { variantName } from '../recipe/names.ts';
import type { Treeinfo } from '../recipe/treeinfo.ts';
import type { ComponentStore } from './component-store.ts';
import type { ComponentVariant } from './component-variant.ts';
import { describeMissing, type Edge, type RequirementEdges } from './requirement-edges.ts';

export interface TreeMembers {
  readonly all: ReadonlySet<ComponentVariant>;
  readonly bootstrap: ReadonlySet<ComponentVariant>;
  /** In the order in which pkgpanda would come to them. */
  readonly mistakes: readonly UserError[];
}

/** How a component came into a set: required by one, or undefined if the tree itself names it. */
type Reasons = Map<ComponentVariant, { readonly from: ComponentVariant; readonly edge: Edge } | undefined>;

export function collectMembers(treeinfo: Treeinfo, store: ComponentStore, edges: RequirementEdges): TreeMembers {
  return new Collector(treeinfo, store, edges).collect();
}

class Collector {
  readonly #treeinfo: Treeinfo;
  readonly #store: ComponentStore;
  readonly #edges: RequirementEdges;
  /** A set, since the bootstrap's walk meets the same mistakes as the tree's. */
  readonly #mistakes = new Set<UserError>();
  readonly #reported = new Set<string>();

  constructor(treeinfo: Treeinfo, store: ComponentStore, edges: RequirementEdges) {
    this.#treeinfo = treeinfo;
    this.#store = store;
    this.#edges = edges;
  }

  collect(): TreeMembers {
    const { corePackageList, bootstrapPackageList, exclude } = this.#treeinfo;
    const names = corePackageList.length > 0 ? corePackageList : this.#store.names.filter((name) => !exclude.has(name));
    const all = this.#closure(names, corePackageList.length > 0 ? 'core_package_list' : undefined);
    this.#validate(all);
    let bootstrap = all;
    if (bootstrapPackageList.length > 0) {
      bootstrap = this.#closure(bootstrapPackageList, 'bootstrap_package_list');
      this.#validate(bootstrap);
      this.#checkSubset(bootstrap, all);
    }
    return { all: new Set(all.keys()), bootstrap: new Set(bootstrap.keys()), mistakes: [...this.#mistakes] };
  }

  /** The named components in the tree's variants, and all that they require. */
  #closure(names: readonly string[], list: string | undefined): Reasons {
    const reasons: Reasons = new Map();
    for (const name of sorted(new Set(names))) {
      const component = this.#start(name, list);
      if (component !== undefined) reasons.set(component, undefined);
    }
    // A Map goes on to entries that are added while it is walked.
    for (const from of reasons.keys()) {
      const { found, mistakes } = this.#edges.of(from);
      for (const mistake of mistakes) this.#mistakes.add(mistake);
      for (const edge of found) if (!reasons.has(edge.to)) reasons.set(edge.to, { from, edge });
    }
    return reasons;
  }

  #start(name: string, list: string | undefined): ComponentVariant | undefined {
    const { file, variants, wrongVariants } = this.#treeinfo;
    const wrong = wrongVariants.get(name);
    if (wrong !== undefined) this.#mistakes.add(wrong);
    const variant = variants.get(name);
    const component = this.#store.find(name, variant);
    if (component !== undefined || wrong !== undefined) return component;
    const { what, hint } = describeMissing(this.#store, name, variant);
    const isNamed = list !== undefined || variants.has(name);
    const message = isNamed ? `${file.shown} names ${what}.` : `The tree of ${file.shown} takes ${what}.`;
    const more = isNamed ? '' : ` Choose one in "variants", or exclude "${name}".`;
    const key = variants.has(name) ? ['variants', name] : list === undefined ? [] : [list];
    this.#fail(`missing ${name}`, file.mistake(key, message, { hint: `${hint}${more}`, code: 'COMPONENT_UNKNOWN' }));
    return undefined;
  }

  #validate(reasons: Reasons): void {
    const { variants, wrongVariants, exclude } = this.#treeinfo;
    const members = [...reasons.keys()].toSorted((a, b) => byCodePoint(a.key, b.key));
    for (const component of members) {
      const wrong = wrongVariants.get(component.name);
      if (wrong !== undefined) this.#mistakes.add(wrong);
      else if (component.variant !== variants.get(component.name)) this.#failVariant(component, reasons);
    }
    for (const component of members) if (exclude.has(component.name)) this.#failExcluded(component, reasons);
  }

  #failVariant(component: ComponentVariant, reasons: Reasons): void {
    const { file, variants } = this.#treeinfo;
    const { name, variant } = component;
    const { who, place } = this.#because(component, reasons);
    const message = `${who} ${variantName(variant)} of "${name}", but ${file.shown} takes ${variantName(variants.get(name))}.`;
    const hint = 'Require the variant that the tree takes, or change "variants" in the tree.';
    this.#fail(`variant ${component.key}`, new UserError('TREE_INVALID', message, { hint, place }));
  }

  #failExcluded(component: ComponentVariant, reasons: Reasons): void {
    const { file } = this.#treeinfo;
    const { who, place } = this.#because(component, reasons);
    const message = `${who} "${component.name}", which ${file.shown} excludes.`;
    const hint = 'Remove it from "exclude", or exclude what requires it as well.';
    this.#fail(`excluded ${component.key}`, new UserError('TREE_INVALID', message, { hint, place }));
  }

  #checkSubset(bootstrap: Reasons, all: Reasons): void {
    const { file } = this.#treeinfo;
    for (const component of [...bootstrap.keys()].toSorted((a, b) => byCodePoint(a.key, b.key))) {
      if (all.has(component)) continue;
      const message = `${file.shown}: the bootstrap needs ${variantName(component.variant)} of "${component.name}", which is not in the tree.`;
      const hint = 'Add it to "core_package_list", or take it out of "bootstrap_package_list".';
      this.#mistakes.add(file.mistake(['bootstrap_package_list'], message, { hint, code: 'TREE_INVALID' }));
    }
  }

  #because(
    component: ComponentVariant,
    reasons: Reasons,
  ): { readonly who: string; readonly place: NonNullable<UserError['place']> } {
    const reason = reasons.get(component);
    const { file } = this.#treeinfo;
    if (reason === undefined) return { who: `${file.shown} names`, place: file.place([]) };
    const { from, edge } = reason;
    return { who: `${from.file.shown} requires`, place: from.file.place(['requires', edge.requirement.index]) };
  }

  /** The tree's walk and the bootstrap's may both find it. */
  #fail(subject: string, mistake: UserError): void {
    if (!this.#reported.has(subject)) this.#mistakes.add(mistake);
    this.#reported.add(subject);
  }
}
