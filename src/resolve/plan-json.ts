/**
 * What `plan --json` prints. `trees`, `packages` and `build_order` (with `builders` and `other_packages`) have the shape
 * in which DC/OS's own tools were recorded; all further facts of a component stand under `components`.
 */
import { posix } from 'node:path';
import type { UserError } from '../model/errors.ts';
import type { HashableJson, Json, JsonObject } from '../model/json.ts';
import type { Source } from '../model/source.ts';
import type { OtherComponent } from './other-components.ts';
import type { ComponentKey, Plan, PlannedComponent, PlannedTree } from './plan.ts';
import type { FailedTree } from './plan-trees.ts';

export interface PlanJsonOptions {
  /** Root of the tree: folders are printed relative to it. */
  readonly root: string;
  /** Image tags of `docker/` folders by component. */
  readonly imageTags?: ReadonlyMap<string, string>;
  /** Components whose sources were never published. */
  readonly privates?: ReadonlySet<ComponentKey>;
  readonly others?: readonly OtherComponent[];
  readonly failed?: readonly FailedTree[];
  /** Of all failed trees: the first one is the error of the whole. */
  readonly errors?: readonly UserError[];
}

/** Print it with `printJson`: JSON.stringify cannot print large whole numbers. */
export function planJson(plan: Plan, options: PlanJsonOptions): JsonObject {
  const { imageTags = new Map(), others = [], failed = [], errors = [], privates = new Set() } = options;
  const components = [...plan.components.values()];
  return {
    ...failureJson(errors),
    trees: objectOf([
      ...plan.trees.map((tree) => [tree.variant ?? 'null', treeJson(tree)] as const),
      ...failed.map((tree) => [tree.variant ?? 'null', failureJson(tree.errors)] as const),
    ]),
    build_order: plan.buildOrder,
    ...(imageTags.size > 0 ? { builders: objectOf(imageTags) } : {}),
    packages: objectOf(components.map((component) => [component.key, packageJson(component)])),
    ...(others.length > 0 ? { other_packages: objectOf(others.map((other) => [other.key, otherJson(other)])) } : {}),
    components: objectOf(
      components.map((component) => [
        component.key,
        {
          ...componentJson(component, options.root),
          availability: privates.has(component.key) ? 'private' : 'public',
        },
      ]),
    ),
  };
}

/** As errors look under `--json` everywhere. */
function errorJson({ code, message, hint, place }: UserError): JsonObject {
  return { code, message, hint, ...(place === undefined ? {} : { place: { ...place } }) };
}

function treeJson({ bootstrap, packages, active, buildOrder }: PlannedTree): JsonObject {
  return { bootstrap, packages, active, build_order: buildOrder };
}

function failureJson(errors: readonly UserError[]): JsonObject {
  const [first] = errors;
  return {
    ...(first === undefined ? {} : { error: errorJson(first) }),
    ...(errors.length > 1 ? { errors: errors.map(errorJson) } : {}),
  };
}

function packageJson({ id, buildIds }: PlannedComponent): JsonObject {
  return { id, build_ids: buildIds };
}

function otherJson(other: OtherComponent): JsonObject {
  return 'planned' in other ? packageJson(other.planned) : failureJson(other.errors);
}

function componentJson(component: PlannedComponent, root: string): JsonObject {
  const { name, variant, folder, buildScript, extra, builder, sources, requires, closure, packageInfo } = component;
  return {
    name,
    variant: variant ?? null,
    folder: posix.relative(root, folder) || folder,
    build_script: buildScript,
    extra: extra ?? null,
    builder: { ...builder },
    sources: objectOf(Array.from(sources, ([key, source]) => [key, sourceJson(source, root)])),
    requires,
    transitive_requires: closure,
    package_info: packageInfo,
  };
}

/** Keys as buildinfo.json spells them, and what was found out: the commit of a local repository. */
function sourceJson(source: Source, root: string): JsonObject {
  switch (source.kind) {
    case 'git':
      return { kind: source.kind, git: source.git, ref: source.ref, ref_origin: source.refOrigin };
    case 'git_local':
      return { kind: source.kind, path: posix.relative(root, source.path), commit: source.commit };
    case 'url':
    case 'url_extract':
    case 'deb_source': {
      const { kind, checksum } = source;
      const from: JsonObject =
        kind === 'deb_source'
          ? { package: source.package, version: source.version, file: source.file }
          : { url: source.url };
      const { secondChecksum: second } = kind === 'deb_source' ? {} : source;
      return { kind, ...from, [checksum.algorithm]: checksum.hex, ...(second && { [second.algorithm]: second.hex }) };
    }
    case 'deb':
      return {
        kind: source.kind,
        packages: source.packages.map(({ package: name, version, architecture, checksum }) => ({
          package: name,
          version,
          architecture,
          [checksum.algorithm]: checksum.hex,
        })),
      };
    default:
      return source satisfies never;
  }
}

/** Defines members one by one: a key named __proto__ stays a key. */
function objectOf(members: Iterable<readonly [string, Json | HashableJson]>): JsonObject {
  return Object.fromEntries(members);
}
