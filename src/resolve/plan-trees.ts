/**
 * From a store of components and the trees asked for to the Plan. In two steps, since the ids of builders and local
 * commits are looked up in between, and only for what the trees reach.
 */
import { UserError } from '../model/errors.ts';
import type { FileView } from '../model/file-view.ts';
import { byCodePoint } from '../model/order.ts';
import type { Warning } from '../model/warning.ts';
import type { PackageId } from '../model/package-id.ts';
import { packageName } from '../model/package-id.ts';
import { byVariant } from '../recipe/names.ts';
import type { TreeinfoResult } from '../recipe/treeinfo.ts';
import { orderOf, type BuildOrder } from './build-order.ts';
import { ComponentResolver } from './component-resolver.ts';
import type { ComponentStore } from './component-store.ts';
import type { ComponentVariant } from './component-variant.ts';
import type { Facts } from './facts.ts';
import type { Plan, PlannedComponent, PlannedTree } from './plan.ts';
import { RequirementEdges } from './requirement-edges.ts';
import { collectMembers, type TreeMembers } from './tree-members.ts';

/** What a tree consists of, before anything has an id. */
interface SurveyedTree {
  readonly variant: string | undefined;
  readonly members: TreeMembers;
  readonly order: BuildOrder;
  /** Of the treeinfo file itself; if there are any, the tree has no members. */
  readonly treeinfoMistakes: readonly UserError[];
}

export interface Survey {
  readonly store: ComponentStore;
  readonly edges: RequirementEdges;
  /** In the order asked for, which decides the build order. */
  readonly trees: readonly SurveyedTree[];
  /** Everything that a tree reaches. */
  readonly reached: ReadonlySet<ComponentVariant>;
  readonly warnings: readonly Warning[];
}

export interface FailedTree {
  readonly variant: string | undefined;
  readonly errors: readonly UserError[];
}

export interface PlanResult {
  /** Of the trees that have no mistake. */
  readonly plan: Plan;
  readonly failed: readonly FailedTree[];
  /** Of all failed trees, each once, the one first that pkgpanda would name. */
  readonly errors: readonly UserError[];
}

const NO_MEMBERS: TreeMembers = { all: new Set(), bootstrap: new Set(), mistakes: [] };

export function surveyTrees(store: ComponentStore, treeinfos: readonly TreeinfoResult[]): Survey {
  const edges = new RequirementEdges(store);
  const trees = treeinfos.map(({ variant, treeinfo, mistakes }): SurveyedTree => {
    const members = treeinfo === undefined ? NO_MEMBERS : collectMembers(treeinfo, store, edges);
    return { variant, members, order: orderOf([members.all], edges), treeinfoMistakes: mistakes };
  });
  const reached = new Set(trees.flatMap(({ order }) => order.order));
  const warnings = [
    ...treeinfos.flatMap((result) => result.warnings),
    ...[...reached].flatMap(({ recipe }) => recipe.warnings),
    ...sha1Warning(reached),
  ];
  return { store, edges, trees, reached, warnings };
}

/** One for all of them: trees of DC/OS have dozens. */
function sha1Warning(components: Iterable<ComponentVariant>): readonly Warning[] {
  const weak = [...components].flatMap(({ recipe, file }) =>
    recipe.sources
      .filter(({ source }) => 'checksum' in source && source.checksum.algorithm === 'sha1')
      .map(({ path }) => ({ file, path })),
  );
  const [first] = weak;
  if (first === undefined) return [];
  const count = weak.length === 1 ? '1 source is' : `${weak.length} sources are`;
  const message = `${count} pinned by SHA-1 alone, which can be forged: add "sha256" (the id stays the same), first in ${first.file.shown}.`;
  return [first.file.warning(first.path, message)];
}

/** Gives ids to everything that the trees reach. */
export function planTrees(survey: Survey, facts: Facts, view: FileView): PlanResult {
  const { edges, trees, reached } = survey;
  const resolver = new ComponentResolver(reached, { edges, facts, view });
  for (const { order } of trees) for (const component of order.order) resolver.resolve(component);
  const failed = trees
    .map((tree) => ({ variant: tree.variant, errors: errorsOf([tree], resolver) }))
    .filter(({ errors }) => errors.length > 0);
  const broken = new Set(failed.map(({ variant }) => variant));
  const working = trees.filter(({ variant }) => !broken.has(variant));
  return { plan: planOf(working, edges, resolver), failed, errors: errorsOf(trees, resolver) };
}

/** pkgpanda looks at all trees first, then for circles, then at one component after the other. */
function errorsOf(trees: readonly SurveyedTree[], resolver: ComponentResolver): readonly UserError[] {
  const errors = [
    ...trees.flatMap(({ treeinfoMistakes, members }) => [...treeinfoMistakes, ...members.mistakes]),
    ...trees.flatMap(({ order }) => order.cycles),
    ...trees.flatMap(({ order }) => order.order).flatMap((component) => resolver.mistakes(component)),
  ];
  const distinct = new Map(errors.map((error) => [identity(error), error])).values();
  return [...Map.groupBy(distinct, (error) => error.cause ?? error).values()].flatMap(toldOnce);
}

/** Dozens of components run into the same cause, such as an image whose id is not known: the first one tells it for all. */
function toldOnce(errors: readonly UserError[]): UserError[] {
  const [first, ...others] = errors;
  if (first === undefined || others.length === 0) return [...errors];
  const { code, message, hint, place, cause } = first;
  const more = others.length === 1 ? 'One more component runs' : `${others.length} more components run`;
  const told = `${message} ${more} into the same.`;
  return [new UserError(code, told, { hint, cause, ...(place === undefined ? {} : { place }) })];
}

/** Two trees that run into the same mistake report it in the same words at the same place. */
function identity({ message, place }: UserError): string {
  return `${message}\0${place?.file}\0${place?.line}\0${place?.column}`;
}

function planOf(trees: readonly SurveyedTree[], edges: RequirementEdges, resolver: ComponentResolver): Plan {
  const planned = (component: ComponentVariant): PlannedComponent => {
    const found = resolver.planned(component);
    if (found === undefined) throw new Error(`${component.key} has no id, and no mistake says why`);
    return found;
  };
  const { order } = orderOf(
    trees.map(({ members }) => members.all),
    edges,
  );
  const components = order.map(planned);
  checkKeys(order);
  return {
    trees: trees
      .toSorted((left, right) => byVariant(left.variant, right.variant))
      .map(({ variant, members, order: alone }): PlannedTree => {
        const active = [...members.bootstrap].map((component) => planned(component).id);
        return {
          variant,
          bootstrap: resolver.bootstrapId(members.bootstrap),
          packages: [...members.all].map((component) => planned(component).id).sort(byCodePoint),
          active: active.sort((left, right) => byCodePoint(tarballPath(left), tarballPath(right))),
          buildOrder: alone.order.map(({ key }) => key),
        };
      }),
    components: new Map(components.map((component) => [component.key, component])),
    buildOrder: components.map(({ key }) => key),
  };
}

/** A variant called "null" has the key of the default one; nothing tells them apart in what we print or publish. */
function checkKeys(components: readonly ComponentVariant[]): void {
  const keys = new Set<string>();
  for (const { key, file } of components) {
    if (keys.has(key)) {
      const message = `${file.shown}: a variant named "null" cannot be told from the default variant.`;
      throw file.mistake([], message, { hint: 'Give the variant another name.' });
    }
    keys.add(key);
  }
}

/** pkgpanda sorts the active list by the paths of the tarballs, where `a-b/` comes before `a/`. */
function tarballPath(id: PackageId): string {
  return `${packageName(id)}/${id}.tar.xz`;
}
