/** Releases without a tree and without builds: what `release create` would be given, small and made in a moment. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256 } from '../../src/model/digest.ts';
import { parsePackageId, type PackageId } from '../../src/model/package-id.ts';
import { byCodePoint } from '../../src/model/order.ts';
import type { ComposedRelease } from '../../src/publish/compose-release.ts';
import type { CreateRequest } from '../../src/publish/create-release.ts';
import { textArtifact } from '../../src/publish/local-artifacts.ts';
import { plain } from '../../src/publish/release-manifest.ts';
import type { ArtifactStore } from '../../src/store/artifact-store.ts';
import { formatManifest, type Manifest } from '../../src/store/manifest.ts';
import { FACTS } from '../store/store-rig.ts';
import { releaseOf } from './releases.ts';

export interface SmallOptions {
  /** Where the tarballs lie, as files; undefined: in memory. */
  readonly folder?: string;
  /** Length of each tarball. Default: some ten bytes. */
  readonly bytes?: number;
}

/** A release of one tree with these packages, each a letter or two; `tag` tells it from others with the same. */
export function smallRelease(tag: string, packages: readonly string[], options: SmallOptions = {}): ComposedRelease {
  const ids = packages.map((name) => parsePackageId(`${name}--1`));
  const bootstrap = sha256(packages.join()).slice(0, 40);
  const ofPackages = ids.map((id) => tarball(`packages/${id.split('--')[0]}`, id, options));
  const ofBootstrap = tarball('bootstrap', bootstrap, options);
  const active = textArtifact(`bootstrap/${bootstrap}.active.json`, JSON.stringify(ids));
  const artifacts = [...ofPackages.flatMap((each) => each.artifacts), ...ofBootstrap.artifacts, active];
  const files = [textArtifact('plan.json', `{"tag":"${tag}"}\n`)];
  const release = releaseOf({
    ...{ tag, commit: sha256(tag).slice(0, 40), files: files.map(plain) },
    trees: [{ variant: undefined, bootstrap, packages: ids.toSorted(byCodePoint) }],
    artifacts: artifacts.filter(({ isNamedByContent }) => isNamedByContent).map(plain),
  });
  const unattested = new Map<PackageId, Manifest>(ofPackages.map(({ manifest }, at) => [ids[at]!, manifest]));
  return { release, artifacts, files, unattested };
}

/** What asks for such a release to be published; one transfer at a time. */
export function requestOf(
  store: ArtifactStore,
  composed: ComposedRelease,
  channel: string,
  more: Partial<CreateRequest> = {},
): CreateRequest {
  return {
    ...{ store, composed, channel, place: PLACE, signing: undefined, jobs: 1 },
    ...{ signal: new AbortController().signal, nowMs: () => 0, onProgress: () => undefined },
    ...more,
  };
}

export const PLACE = { storage: 'local', url: 'file:///', repository: 'store' };

function tarball(folder: string, id: string, { folder: files, bytes = 10 }: SmallOptions) {
  const text = `content of ${id} `.repeat(Math.ceil(bytes / 16)).slice(0, Math.max(bytes, 16));
  const suffix = folder === 'bootstrap' ? 'bootstrap.tar.xz' : 'tar.xz';
  const blob = textArtifact(`${folder}/${id}.${suffix}`, text, 'application/x-xz');
  const { sha256: digest, bytes: length } = blob;
  const manifest: Manifest = {
    ...{ id, file: `${id}.${suffix}`, compression: 'xz', sha256: digest, bytes: length },
    facts: { ...FACTS, buildIds: { ...FACTS.buildIds, requires: [] } },
  };
  const beside = {
    ...textArtifact(`${folder}/${id}.manifest.json`, formatManifest(manifest)),
    isNamedByContent: false,
  };
  if (files === undefined) return { manifest, artifacts: [blob, beside] };
  const path = join(files, blob.name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return { manifest, artifacts: [{ ...blob, content: { path } }, beside] };
}
