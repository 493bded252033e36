/** From component variants to planned components with their ids, requirements first. */
import type { UserError } from '../model/errors.ts';
import type { FileView } from '../model/file-view.ts';
import type { HashableJson, JsonObject } from '../model/json.ts';
import { parsePackageId, type PackageId } from '../model/package-id.ts';
import { member } from '../model/json.ts';
import { sorted } from '../model/order.ts';
import { sha1 } from '../model/digest.ts';
import { canonicalHash, hashOfMembers } from './canonical-hash.ts';
import { Closures, type Closure } from './closures.ts';
import { readInputs, type ComponentInputs } from './component-inputs.ts';
import type { ComponentVariant } from './component-variant.ts';
import type { Facts } from './facts.ts';
import type { PlannedComponent } from './plan.ts';
import type { Edge, RequirementEdges } from './requirement-edges.ts';
import { variantName } from '../recipe/names.ts';

interface Resolved {
  readonly planned: PlannedComponent;
  /** Its requirements, direct or not. */
  readonly closure: Closure;
}

export interface ResolverParts {
  readonly edges: RequirementEdges;
  readonly facts: Facts;
  readonly view: FileView;
}

export class ComponentResolver {
  readonly #parts: ResolverParts;
  readonly #closures: Closures;
  readonly #resolved = new Map<ComponentVariant, Resolved>();
  readonly #mistakes = new Map<ComponentVariant, readonly UserError[]>();

  /** @param components all that may be asked for */
  constructor(components: Iterable<ComponentVariant>, parts: ResolverParts) {
    this.#parts = parts;
    this.#closures = new Closures(components);
  }

  /** Resolves a component whose requirements have been resolved before it; once, however often it is called. */
  resolve(component: ComponentVariant): void {
    if (this.#resolved.has(component) || this.#mistakes.has(component)) return;
    const inputs = readInputs(component, this.#parts.facts, this.#parts.view);
    if ('buildIds' in inputs) this.#complete(component, inputs);
    else this.#mistakes.set(component, inputs);
  }

  /** undefined: it, or something that it requires, has a mistake. */
  planned(component: ComponentVariant): PlannedComponent | undefined {
    return this.#resolved.get(component)?.planned;
  }

  /** The component's own mistakes, less those in `requires`. */
  mistakes(component: ComponentVariant): readonly UserError[] {
    return this.#mistakes.get(component) ?? [];
  }

  /** The id of a bootstrap: only the set of components counts. */
  bootstrapId(components: Iterable<ComponentVariant>): string {
    const set = this.#closures.empty();
    for (const component of components) this.#closures.add(set, component);
    return this.#closures.hash(set);
  }

  #complete(component: ComponentVariant, inputs: ComponentInputs): void {
    const { found, mistakes } = this.#parts.edges.of(component);
    if (mistakes.length > 0 || found.some(({ to }) => !this.#resolved.has(to))) {
      this.#mistakes.set(component, []);
      return;
    }
    const closure = this.#closureOf(found);
    const conflict = this.#closures.conflict(closure);
    if (conflict !== undefined) {
      this.#mistakes.set(component, [conflictMistake(component, conflict)]);
      return;
    }
    const members = Object.entries(inputs.buildIds).map(([key, value]) => [key, canonicalHash(value)] as const);
    const version = hashOfMembers([...members, ['requires', this.#closures.hash(closure)]]);
    const id = parsePackageId(`${component.name}--${version}`);
    this.#closures.setHash(component, sha1(id));
    const requires = sorted(new Set(found.map(({ to }) => to.key)));
    const planned = plannedComponent(component, { ...inputs, id, requires, listClosure: () => this.#idsOf(closure) });
    this.#resolved.set(component, { planned, closure });
  }

  #closureOf(edges: readonly Edge[]): Closure {
    const closure = this.#closures.empty();
    for (const { to } of edges) {
      this.#closures.add(closure, to);
      const inner = this.#resolved.get(to)?.closure;
      if (inner !== undefined) this.#closures.join(closure, inner);
    }
    return closure;
  }

  #idsOf(closure: Closure): PackageId[] {
    return this.#closures.list(closure).flatMap((component) => this.planned(component)?.id ?? []);
  }
}

function conflictMistake(
  { file }: ComponentVariant,
  [one, other]: readonly [ComponentVariant, ComponentVariant],
): UserError {
  const both = `${variantName(one.variant)} and ${variantName(other.variant)}`;
  const message = `${file.shown} requires both ${both} of "${one.name}", directly or through others.`;
  return file.mistake(['requires'], message, { hint: 'Let all of them require the same variant.' });
}

interface Parts extends ComponentInputs {
  readonly id: PackageId;
  readonly requires: readonly string[];
  readonly listClosure: () => readonly PackageId[];
}

/** Lists of ids are made when they are asked for: all of a large tree would take more memory than all else. */

function plannedComponent(component: ComponentVariant, parts: Parts): PlannedComponent {
  const { key, name, variant, folder, recipe, file } = component;
  const { id, buildIds, sources, builder, extra, requires, listClosure } = parts;
  let closure: readonly PackageId[] | undefined;
  return {
    key,
    name,
    variant,
    id,
    get buildIds() {
      return { ...buildIds, requires: this.closure };
    },
    folder: folder.path,
    buildScript: recipe.buildScript,
    extra,
    sources,
    rawSources: Object.fromEntries(recipe.sources.map((source) => [source.name, source.raw])),
    builder: { name: recipe.builder, ...builder },
    requires,
    get closure() {
      return (closure ??= listClosure());
    },
    packageInfo: packageInfo(recipe.verbatim, file.value),
  };
}

/** `requires` as the recipe writes it, by name: pkginfo.json knows no ids. */
function packageInfo(verbatim: Readonly<Record<string, HashableJson>>, recipe: JsonObject): JsonObject {
  return { ...verbatim, requires: member(recipe, 'requires') ?? [] };
}
