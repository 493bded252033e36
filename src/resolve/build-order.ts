/** The order in which pkgpanda builds components one after another: what is required comes first (facts: pkgpanda 8). */
import type { UserError } from '../model/errors.ts';
import { byCodePoint } from '../model/order.ts';
import { byVariant, variantName } from '../recipe/names.ts';
import type { ComponentVariant } from './component-variant.ts';
import type { Edge, RequirementEdges } from './requirement-edges.ts';

export interface BuildOrder {
  readonly order: readonly ComponentVariant[];
  /** Circular requirements that share no component, each as one error. */
  readonly cycles: readonly UserError[];
}

interface Visit {
  readonly component: ComponentVariant;
  readonly edges: readonly Edge[];
  next: number;
}

/** @param groups the components of each tree; one that an earlier group has brought in keeps its place */
export function orderOf(groups: readonly Iterable<ComponentVariant>[], edges: RequirementEdges): BuildOrder {
  const walk = new DepthFirst(edges);
  for (const group of groups) {
    for (const component of [...group].toSorted(namedVariantsFirst)) walk.visit(component);
  }
  return walk;
}

class DepthFirst implements BuildOrder {
  readonly order: ComponentVariant[] = [];
  readonly cycles: UserError[] = [];
  readonly #edges: RequirementEdges;
  readonly #seen = new Set<ComponentVariant>();
  readonly #done = new Set<ComponentVariant>();
  readonly #inCycles = new Set<ComponentVariant>();

  constructor(edges: RequirementEdges) {
    this.#edges = edges;
  }

  visit(start: ComponentVariant): void {
    if (this.#seen.has(start)) return;
    const path = [this.#enter(start)];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const edge = top.edges[top.next];
      top.next += 1;
      if (edge === undefined) {
        this.order.push(top.component);
        this.#done.add(top.component);
        path.pop();
      } else if (!this.#seen.has(edge.to)) path.push(this.#enter(edge.to));
      else if (!this.#done.has(edge.to)) this.#reportCycle(path, edge);
    }
  }

  #enter(component: ComponentVariant): Visit {
    this.#seen.add(component);
    const edges = this.#edges.of(component).found.toSorted((a, b) => defaultFirst(a.to, b.to));
    return { component, edges, next: 0 };
  }

  #reportCycle(path: readonly Visit[], { to, requirement }: Edge): void {
    const components = path.map(({ component }) => component);
    const cycle = components.slice(components.indexOf(to));
    if (cycle.some((component) => this.#inCycles.has(component))) return;
    for (const component of cycle) this.#inCycles.add(component);
    const last = cycle.at(-1) ?? to;
    const message = `Circular requirement: ${[...cycle, to].map(label).join(' → ')}.`;
    const hint = 'Remove one of these requirements.';
    this.cycles.push(last.file.mistake(['requires', requirement.index], message, { hint, code: 'REQUIREMENT_CYCLE' }));
  }
}

function label({ name, variant }: ComponentVariant): string {
  return variant === undefined ? name : `${name} (${variantName(variant)})`;
}

/** The order of a tree's components: of one name, the named variants come before the default one. */
function namedVariantsFirst(left: ComponentVariant, right: ComponentVariant): number {
  if (left.name !== right.name) return byCodePoint(left.name, right.name);
  if (left.variant === undefined || right.variant === undefined) return byVariant(right.variant, left.variant);
  return byVariant(left.variant, right.variant);
}

function defaultFirst(left: ComponentVariant, right: ComponentVariant): number {
  return byCodePoint(left.name, right.name) || byVariant(left.variant, right.variant);
}
