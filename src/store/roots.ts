/** What must stay: everything that a tree's last complete build, or a component's last build, names. */
import { isJsonArray, isJsonObject, member, type Json } from '../model/json.ts';
import { tryParsePythonJson } from '../model/python-json.ts';
import type { ArtifactStore } from './artifact-store.ts';

export interface Roots {
  readonly packages: ReadonlySet<string>;
  readonly bootstraps: ReadonlySet<string>;
}

/** Reads the `latest` and `complete` files of a repository. One that cannot be read names nothing. */
export async function readRoots(store: ArtifactStore): Promise<Roots> {
  const packages = new Set<string>();
  const bootstraps = new Set<string>();
  for (const name of (await store.list('packages/')).keys()) {
    if (/[/.]latest$/.test(name)) packages.add(await trimmed(store, name));
  }
  for (const name of (await store.list('bootstrap/')).keys()) {
    if (name.endsWith('bootstrap.latest')) bootstraps.add(await trimmed(store, name));
  }
  for (const name of (await store.list('complete/')).keys()) {
    const complete = tryParsePythonJson(await trimmed(store, name));
    for (const id of strings(complete, 'packages')) packages.add(id);
    const bootstrap = isJsonObject(complete) ? member(complete, 'bootstrap') : undefined;
    if (typeof bootstrap === 'string') bootstraps.add(bootstrap);
  }
  return { packages, bootstraps };
}

/** Reads the manifests of the releases that a repository has. One that cannot be read names nothing. */
export async function readReleaseRoots(store: ArtifactStore): Promise<Roots> {
  const packages = new Set<string>();
  const bootstraps = new Set<string>();
  for (const name of (await store.list('releases/')).keys()) {
    if (!/^releases\/[^/]+\/manifest\.json$/.test(name)) continue;
    const manifest = tryParsePythonJson(await trimmed(store, name));
    const trees = isJsonObject(manifest) ? member(manifest, 'trees') : undefined;
    for (const tree of isJsonArray(trees) ? trees : []) {
      for (const id of strings(tree, 'packages')) packages.add(id);
      const bootstrap = isJsonObject(tree) ? member(tree, 'bootstrap') : undefined;
      if (typeof bootstrap === 'string') bootstraps.add(bootstrap);
    }
    for (const id of tarballIds(manifest)) packages.add(id);
  }
  return { packages, bootstraps };
}

/** Packages that belong to no tree: those of configurations. */
function tarballIds(manifest: Json | undefined): string[] {
  const artifacts = isJsonObject(manifest) ? member(manifest, 'artifacts') : undefined;
  return (isJsonArray(artifacts) ? artifacts : []).flatMap((artifact) => {
    const name = isJsonObject(artifact) ? member(artifact, 'name') : undefined;
    return (typeof name === 'string' ? /^packages\/[^/]+\/(.+)\.tar\.(?:xz|zst)$/.exec(name)?.[1] : undefined) ?? [];
  });
}

async function trimmed(store: ArtifactStore, name: string): Promise<string> {
  return ((await store.readText(name)) ?? '').trim();
}

function strings(value: Json | undefined, key: string): string[] {
  const list = isJsonObject(value) ? member(value, key) : undefined;
  return isJsonArray(list) ? list.filter((item) => typeof item === 'string') : [];
}
