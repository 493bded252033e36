/** Keeps what a release consists of from being removed while somebody is about to use it, and looks that it is all there. */
import { UserError } from '../model/errors.ts';
import type { ArtifactStore, Listed } from '../store/artifact-store.ts';
import { idOfTarball, MANIFEST, PROVENANCE, releaseFile, sideNames } from './layout.ts';
import { announce, pendingPrefix, readCondemned, settle } from './pending.ts';
import type { Artifact, Release } from './release-manifest.ts';

/** Names of everything in a store that belongs to a release, whether it is there or not. */
export function namesOfRelease({ id, manifest: { artifacts, files } }: Release): readonly string[] {
  const own = [MANIFEST, PROVENANCE, ...files.map(({ name }) => name)].map((file) => releaseFile(id, file));
  return [...artifacts.flatMap(({ name }) => [name, ...sideNames(name)]), ...own];
}

/** The blobs of a release by their names in the store. */
export function blobsOfRelease({ id, manifest: { artifacts, files } }: Release): readonly Artifact[] {
  return [...artifacts, ...files.map((file) => ({ ...file, name: releaseFile(id, file.name) }))];
}

interface Problem {
  readonly name: string;
  readonly kind: 'missing' | 'damaged';
  /** What it should be and what it is, if it is damaged. */
  readonly expected: string | undefined;
  readonly actual: string | undefined;
}

/** What a listing shows to be wrong: no byte is read. */
function problemsIn(release: Release, present: ReadonlyMap<string, Listed>): readonly Problem[] {
  const tarballs = release.manifest.artifacts.filter(({ name }) => idOfTarball(name) !== undefined);
  const manifests = tarballs.flatMap(({ name }) => sideNames(name).filter((side) => side.endsWith('.manifest.json')));
  const missing = (name: string): Problem => ({ name, kind: 'missing', expected: undefined, actual: undefined });
  return [
    ...blobsOfRelease(release).flatMap(({ name, sha256, bytes }): Problem[] => {
      const there = present.get(name);
      if (there === undefined) return [missing(name)];
      const actual = there.sha256 ?? (there.bytes === bytes ? sha256 : undefined);
      if (actual === sha256 && there.bytes === bytes) return [];
      const expected = `sha256 ${sha256}, ${bytes} bytes`;
      return [{ name, kind: 'damaged', expected, actual: `sha256 ${actual ?? 'unknown'}, ${there.bytes} bytes` }];
    }),
    ...manifests.filter((name) => !present.has(name)).map(missing),
  ];
}

/**
 * Announces the use of a release for a channel, then looks at all of it.
 *
 * @throws UserError RELEASE_DAMAGED
 */
export async function holdRelease(
  store: ArtifactStore,
  release: Release,
  channel: string,
  signal: AbortSignal,
): Promise<void> {
  await announce(store, { release: release.id, channel, names: namesOfRelease(release) }, signal);
  const present = await store.list('', { signal });
  const condemned = await readCondemned(store, present, signal);
  const needed = namesOfRelease(release).filter((name) => present.has(name) && condemned.has(name));
  const gone = new Set<string>();
  for (const name of needed) if (!(await store.touch(name, { signal }))) gone.add(name);
  const [problem, ...more] = problemsIn(release, new Map([...present].filter(([name]) => !gone.has(name))));
  if (problem === undefined) return;
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  throw new UserError(
    'RELEASE_DAMAGED',
    `The release ${release.id} of ${store.location} is not whole: ${problem.name} is ${problem.kind}${others}.`,
    {
      hint: `"dcos-build release verify ${release.id}" shows all of it; "release create" from its tree mends what is missing.`,
    },
  );
}

/** Ends what {@link holdRelease} began, when the channel has the release. */
export async function releaseHold(
  store: ArtifactStore,
  id: string,
  channel: string,
  signal: AbortSignal,
): Promise<void> {
  const announced = await store.list(pendingPrefix(id), { signal });
  await settle(store, announced.keys(), channel, signal);
}
