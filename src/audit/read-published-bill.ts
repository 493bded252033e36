/** Makes the bill of materials of what a repository published last, from the manifests of its packages alone. */
import {
  billSource,
  described,
  DESCRIPTION_KEYS,
  type Bill,
  type BillComponent,
  type BillSource,
} from '../bom/bill.ts';
import { inParallel } from '../host/in-parallel.ts';
import { UserError } from '../model/errors.ts';
import { isJsonArray, isJsonObject, member, type JsonObject } from '../model/json.ts';
import { byCodePoint, sorted } from '../model/order.ts';
import { packageName, parsePackageId, type PackageId } from '../model/package-id.ts';
import { tryParsePythonJson } from '../model/python-json.ts';
import type { Description } from '../recipe/description.ts';
import { variantPrefix } from '../recipe/names.ts';
import { RecipeFile } from '../recipe/recipe-file.ts';
import { readSource } from '../recipe/sources.ts';
import { readManifest } from '../store/fetch-package.ts';
import { openRepository, type ReadableStore } from '../store/index.ts';
import type { Manifest } from '../store/manifest.ts';
import type { Warning } from '../store/repositories.ts';
import { billPackage } from './bill-package.ts';

export interface PublishedBillOptions {
  /** Which tree; undefined: the default one. */
  readonly variant: string | undefined;
  readonly signal: AbortSignal;
  /** Where credentials are looked for. Default: nowhere. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Told of packages of which nothing is known but the id. */
  readonly warn: (warning: Warning) => void;
}

const ASKED_AT_ONCE = 8;

/**
 * The bill of a repository's last complete build of a tree.
 *
 * @param location a folder or URL, in the layout of out/repository
 * @throws UserError USAGE for what is no repository, REPOSITORY_UNAVAILABLE, RELEASE_UNKNOWN
 */
export async function readPublishedBill(
  location: string,
  { variant, signal, warn, env = {} }: PublishedBillOptions,
): Promise<Bill> {
  const repository = openRepository(location, { env });
  const tree = await readComplete(repository, variant, signal);
  return await billOfPackages(repository, { ...tree, variant }, { signal, warn });
}

/** The bill of packages that a repository has, as their manifests tell. @throws UserError REPOSITORY_UNAVAILABLE */
export async function billOfPackages(
  repository: ReadableStore,
  {
    variant,
    bootstrap,
    packages,
  }: { readonly variant: string | undefined; readonly bootstrap: string; readonly packages: readonly PackageId[] },
  { signal, warn }: Pick<PublishedBillOptions, 'signal' | 'warn'>,
): Promise<Bill> {
  const manifests = await inParallel(packages, { jobs: ASKED_AT_ONCE, signal }, async (id, each) => {
    return [id, await readManifest(repository, id, { signal: each })] as const;
  });
  const unknown = manifests.flatMap(([id, manifest]) => (manifest === undefined ? [id] : []));
  if (unknown.length > 0) {
    warn({
      message: `${repository.location} has no manifest of ${unknown.join(', ')}, so that only the id is known.`,
      hint: 'Repositories made by pkgpanda have none.',
    });
  }
  const labels = new Map(manifests.map(([id, manifest]) => [id, labelOf(id, manifest)]));
  const components = manifests.map(([id, manifest]) => publishedComponent(id, manifest, labels));
  return {
    release: undefined,
    variant,
    bootstrap,
    components: components.toSorted((a, b) => byCodePoint(a.label, b.label)),
  };
}

async function readComplete(
  repository: ReadableStore,
  variant: string | undefined,
  signal: AbortSignal,
): Promise<{ readonly bootstrap: string; readonly packages: readonly PackageId[] }> {
  const name = `complete/${variantPrefix(variant)}complete.latest.json`;
  const text = await repository.readText(name, { signal });
  if (text === undefined) {
    throw new UserError('RELEASE_UNKNOWN', `The repository ${repository.location} has no ${name}.`, {
      hint: 'Name a repository in which a whole tree was published, and with --variant which one.',
    });
  }
  const value = tryParsePythonJson(text);
  const bootstrap = isJsonObject(value) ? member(value, 'bootstrap') : undefined;
  const packages = isJsonObject(value) ? member(value, 'packages') : undefined;
  if (typeof bootstrap === 'string' && isJsonArray(packages) && packages.every((id) => typeof id === 'string')) {
    return { bootstrap, packages: packages.map(parsePackageId) };
  }
  throw new UserError('RELEASE_UNKNOWN', `${name} of ${repository.location} does not list a bootstrap and packages.`, {
    hint: 'Tell those who run the repository.',
  });
}

function publishedComponent(
  id: PackageId,
  manifest: Manifest | undefined,
  labels: ReadonlyMap<string, string>,
): BillComponent {
  const facts = manifest?.facts ?? {};
  const buildIds = objectAt(facts, 'buildIds');
  const requires = textsAt(facts, 'requires') ?? labelsOfAll(buildIds, labels);
  return {
    label: labelOf(id, manifest),
    name: packageName(id),
    variant: variantOf(manifest),
    id,
    ...described(descriptionAt(facts)),
    requires: sorted(requires),
    sources: sourcesOf(id, facts),
    builder: builderAt(facts),
    package: manifest === undefined ? undefined : billPackage(manifest),
  };
}

/** All requirements, direct or not: manifests of before dcos-build 0.2 do not tell which are direct. */
function labelsOfAll(buildIds: JsonObject, labels: ReadonlyMap<string, string>): readonly string[] {
  return (textsAt(buildIds, 'requires') ?? []).map((id) => labels.get(id) ?? packageName(parsePackageId(id)));
}

function labelOf(id: PackageId, manifest: Manifest | undefined): string {
  const variant = variantOf(manifest);
  return variant === undefined ? packageName(id) : `${packageName(id)}/${variant}`;
}

/** pkgpanda hashes the default variant as an empty name. */
function variantOf(manifest: Manifest | undefined): string | undefined {
  const variant = member(objectAt(manifest?.facts ?? {}, 'buildIds'), 'variant');
  return typeof variant === 'string' && variant !== '' ? variant : undefined;
}

/** Manifests of before dcos-build 0.2 have no description. */
function descriptionAt(facts: JsonObject): Partial<Description> | undefined {
  const description = member(facts, 'description');
  if (!isJsonObject(description)) return undefined;
  const texts = DESCRIPTION_KEYS.flatMap((key) => {
    const value = member(description, key);
    return typeof value === 'string' && value !== '' ? [[key, value] as const] : [];
  });
  return Object.fromEntries(texts);
}

function builderAt(facts: JsonObject): BillComponent['builder'] {
  const { name, id, kind } = objectAt(facts, 'builder');
  return {
    name: typeof name === 'string' ? name : 'unknown',
    kind: kind === 'root' ? 'root' : 'image',
    id: typeof id === 'string' ? id : 'unknown',
  };
}

/** The manifest has the sources as the recipe gave them, and the commit of a local repository among the ids. */
function sourcesOf(id: PackageId, facts: JsonObject): readonly BillSource[] {
  const raw = objectAt(facts, 'sources');
  const hashed = objectAt(objectAt(facts, 'buildIds'), 'sources');
  const file = RecipeFile.parse(`manifest of ${id}`, '{}', 'RECIPE_INVALID');
  const owner = { name: packageName(id), variant: undefined, folder: '/' };
  return sorted(Object.keys(raw)).flatMap((name) => {
    const value = member(raw, name) ?? null;
    const { sources } = readSource(value, { file, path: [], name }, owner);
    return sources.map(({ source, raw: given }) => {
      const commit = member(objectAt(hashed, name), 'commit');
      const of = typeof commit === 'string' ? commit : '';
      return billSource(name, source.kind === 'git_local' ? { ...source, commit: of } : source, given);
    });
  });
}

function objectAt(object: JsonObject, key: string): JsonObject {
  const value = member(object, key);
  return isJsonObject(value) ? value : {};
}

function textsAt(object: JsonObject, key: string): readonly string[] | undefined {
  const value = member(object, key);
  return isJsonArray(value) ? value.filter((item) => typeof item === 'string') : undefined;
}
