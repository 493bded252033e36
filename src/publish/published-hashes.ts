/** Hashes of what is published, where the store keeps none itself: each tarball has a manifest beside it that names its own. */
import { inParallel } from '../host/in-parallel.ts';
import type { ArtifactStore, Listed } from '../store/artifact-store.ts';
import { parseManifest } from '../store/manifest.ts';
import { idOfTarball } from './layout.ts';
import type { Artifact } from './release-manifest.ts';

export interface HashesOptions {
  /** Manifests read at once. */
  readonly jobs: number;
  readonly signal: AbortSignal;
}

/** The listing, with the hashes of those of the artifacts that are tarballs, as far as they are known. */
export async function withHashes(
  store: ArtifactStore,
  artifacts: readonly Artifact[],
  present: ReadonlyMap<string, Listed>,
  options: HashesOptions,
): Promise<ReadonlyMap<string, Listed>> {
  const unknown = artifacts.flatMap(({ name }) => {
    const there = present.get(name);
    const id = idOfTarball(name);
    return there === undefined || there.sha256 !== undefined || id === undefined ? [] : [{ name, id, there }];
  });
  const known = await inParallel(unknown, options, async ({ name, id, there }, signal) => {
    const text = await store.readText(`${id}.manifest.json`, { signal });
    const manifest = text === undefined ? undefined : parseManifest(text, id.slice(id.lastIndexOf('/') + 1));
    return [name, { ...there, sha256: manifest?.sha256 }] as const;
  });
  return new Map([...present, ...known]);
}
