/** What a release consists of in a store, and whether that is all there. */
import { UserError } from '../model/errors.ts';
import type { ArtifactStore, Listed } from '../store/artifact-store.ts';
import { idOfTarball, MANIFEST, PROVENANCE, releaseFile, sideNames } from './layout.ts';
import type { Intent } from './pending.ts';
import { pkgpandaFiles, type Place } from './pkgpanda-files.ts';
import type { Artifact, Release } from './release-manifest.ts';

/** Names of everything in a store that belongs to a release, whether it is there or not. */
export function namesOfRelease({ id, manifest: { artifacts, files } }: Release): readonly string[] {
  const own = [MANIFEST, PROVENANCE, ...files.map(({ name }) => name)].map((file) => releaseFile(id, file));
  return [...artifacts.flatMap(({ name }) => [name, ...sideNames(name)]), ...own];
}

/** To use all of a release, and to write pkgpanda's files of a channel for it. @param channel undefined: no channel moves */
export function intentOf(release: Release, channel: string | undefined, place: Place): Intent {
  const files = channel === undefined ? [] : pkgpandaFiles(release, channel, place).map(({ name }) => name);
  return { release: release.id, channel, names: [...namesOfRelease(release), ...files] };
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
  const sides = tarballs.flatMap(({ name }) => sideNames(name).filter((side) => side.endsWith('.manifest.json')));
  const manifests = [...sides, releaseFile(release.id, MANIFEST)];
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

/** @param present what the store has @throws UserError RELEASE_DAMAGED if something is missing, or visibly wrong */
export function requireWhole(
  { location }: ArtifactStore,
  release: Release,
  present: ReadonlyMap<string, Listed>,
): void {
  const [problem, ...more] = problemsIn(release, present);
  if (problem === undefined) return;
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  throw new UserError(
    'RELEASE_DAMAGED',
    `The release ${release.id} of ${location} is not whole: ${problem.name} is ${problem.kind}${others}.`,
    {
      hint: `"dcos-build release verify ${release.id}" shows all of it; "release create" from its tree mends what is missing.`,
    },
  );
}
