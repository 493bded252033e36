/** Fetches packages, bootstraps and whole releases into the store of this machine, verified before they are in it. */
import { inParallel } from '../host/in-parallel.ts';
import { UserError } from '../model/errors.ts';
import type { Sha256 } from '../model/digest.ts';
import { parsePackageId } from '../model/package-id.ts';
import type { TrustCheck } from '../sign/open-trust.ts';
import { bootstrapPlace, type BootstrapStore } from '../store/bootstrap-store.ts';
import { fetchBootstrap } from '../store/fetch-bootstrap.ts';
import { fetchPackage } from '../store/fetch-package.ts';
import type { Fetched } from '../store/fetch-tarball.ts';
import type { ReadableStore, Repository } from '../store/artifact-store.ts';
import { packagePlace, type PackageStore } from '../store/package-store.ts';
import { manifestName, type Place } from '../store/shelf.ts';
import { writeTreeFiles } from '../store/tree-files.ts';
import { requireTrust } from './judge-signature.ts';
import { ProgressSum, type TellProgress } from './progress.ts';
import { findRelease } from './read-release.ts';
import type { Release } from './release-manifest.ts';

export interface FetchRequest {
  readonly from: Repository;
  readonly packages: PackageStore;
  readonly bootstraps: BootstrapStore;
  /** Ids of packages, releases or beginnings of their ids, or channels. */
  readonly words: readonly string[];
  /** Only what it accepts is taken; undefined: everything that is what its manifest says. */
  readonly trust: TrustCheck | undefined;
  /** Whether one that is here with other bytes is replaced. */
  readonly replace: boolean;
  readonly jobs: number;
  readonly signal: AbortSignal;
  readonly onProgress: TellProgress;
}

export interface FetchAnswer {
  /** Ids of packages and bootstraps. */
  readonly fetched: readonly string[];
  readonly present: readonly string[];
  /** Releases that are here whole now. */
  readonly releases: readonly string[];
}

/** @throws UserError RELEASE_UNKNOWN, BUILD_UNKNOWN, SIGNATURE_REFUSED, RELEASE_DAMAGED, REPOSITORY_UNAVAILABLE */
export async function fetchArtifacts(request: FetchRequest): Promise<FetchAnswer> {
  const { from, words, trust, signal } = request;
  const wanted = new Map<string, WantedTarball>();
  const releases: Release[] = [];
  for (const word of words) {
    if (word.includes('--')) {
      wanted.set(word, { kind: 'package', id: parsePackageId(word), expected: undefined, bytes: 0 });
      continue;
    }
    const { release } = await findRelease(from, word, signal);
    if (trust !== undefined) await requireTrust(from, release, trust, signal);
    releases.push(release);
    for (const each of tarballsOf(release)) wanted.set(each.id, each);
  }
  const here = [...wanted.values()].filter((each) => isHere(request, each));
  const lacking = [...wanted.values()].filter((each) => !here.includes(each));
  await fetchAll(request, lacking);
  for (const { manifest } of releases) {
    for (const tree of manifest.trees) {
      await writeTreeFiles(request.packages.store, { ...tree, packages: tree.packages.map(parsePackageId) });
    }
  }
  return {
    fetched: lacking.map(({ id }) => id),
    present: here.map(({ id }) => id),
    releases: releases.map(({ id }) => id),
  };
}

interface WantedTarball {
  readonly kind: 'package' | 'bootstrap';
  readonly id: string;
  /** What a release that is trusted says of it; undefined: its own manifest is asked. */
  readonly expected: Sha256 | undefined;
  readonly bytes: number;
}

function tarballsOf({ manifest }: Release): readonly WantedTarball[] {
  return manifest.artifacts.flatMap(({ name, sha256: expected, bytes }): WantedTarball[] => {
    const [, id] = /^packages\/[^/]+\/(.+)\.tar\.(?:xz|zst)$/.exec(name) ?? [];
    if (id !== undefined) return [{ kind: 'package', id, expected, bytes }];
    const [, bootstrap] = /^bootstrap\/(.+)\.bootstrap\.tar\.(?:xz|zst)$/.exec(name) ?? [];
    return bootstrap === undefined ? [] : [{ kind: 'bootstrap', id: bootstrap, expected, bytes }];
  });
}

function isHere({ packages, bootstraps, replace }: FetchRequest, { kind, id, expected }: WantedTarball): boolean {
  const manifest = kind === 'package' ? packages.find(parsePackageId(id)) : bootstraps.find(id);
  if (manifest === undefined) return false;
  return expected === undefined ? !replace : manifest.sha256 === expected;
}

async function fetchAll(request: FetchRequest, lacking: readonly WantedTarball[]): Promise<void> {
  const { jobs, signal, onProgress } = request;
  const progress = new ProgressSum('fetching', lacking, onProgress);
  await inParallel(lacking, { jobs, signal }, (wanted, each) =>
    progress.count(wanted.bytes, async (onBytes) => {
      const fetched = await fetchOne(request, wanted, { signal: each, onProgress: onBytes });
      if (fetched.kind === 'fetched') return;
      if (fetched.kind === 'missing') throw notThere(request.from, wanted);
      const code = fetched.isUntrusted === true ? 'SIGNATURE_REFUSED' : 'RELEASE_DAMAGED';
      throw new UserError(code, fetched.message, { hint: fetched.hint });
    }),
  );
}

interface FetchOneOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number) => void;
}

/** What a release names has been vouched for with it; a package by itself has to be signed itself. */
async function fetchOne(request: FetchRequest, wanted: WantedTarball, options: FetchOneOptions): Promise<Fetched> {
  const { from, packages, bootstraps, replace, trust } = request;
  const { kind, id, expected } = wanted;
  const how = { ...options, replace, ...(expected === undefined ? {} : { expected }) };
  if (kind === 'bootstrap') return await fetchBootstrap(bootstraps, from, id, how);
  return await fetchPackage(packages, from, parsePackageId(id), expected === undefined ? { ...how, trust } : how);
}

function notThere({ location }: ReadableStore, { kind, id }: WantedTarball): UserError {
  const place: Place = kind === 'package' ? packagePlace(parsePackageId(id)) : bootstrapPlace(id);
  return new UserError('BUILD_UNKNOWN', `${location} has no ${manifestName(place)}.`, {
    hint: 'Look whether the id is right; "dcos-build release show" lists those of a release.',
  });
}
