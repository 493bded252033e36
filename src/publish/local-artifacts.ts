/** Packages and bootstraps of this machine as artifacts that a store can be given. */
import { Buffer } from 'node:buffer';
import { hashFile } from '../host/hash-file.ts';
import { sha256 } from '../model/digest.ts';
import type { PackageId } from '../model/package-id.ts';
import type { PlannedTree } from '../resolve/plan.ts';
import { bootstrapPlace } from '../store/bootstrap-store.ts';
import type { DirectoryStore } from '../store/directory.ts';
import { formatManifest, type Manifest } from '../store/manifest.ts';
import { attestationName, packagePlace } from '../store/package-store.ts';
import { manifestName, type Place } from '../store/shelf.ts';
import { packageListFile } from '../store/tree-files.ts';
import { ATTESTATION_TYPE } from './attest.ts';
import type { LocalArtifact } from './upload-plan.ts';

const TYPES = { xz: 'application/x-xz', zst: 'application/zstd', json: 'application/json; charset=utf-8' } as const;

/** The tarball, its manifest, and who vouches for it, if it was fetched with that. */
export async function packageArtifacts(
  store: DirectoryStore,
  id: PackageId,
  manifest: Manifest,
): Promise<readonly LocalArtifact[]> {
  const name = attestationName(id);
  const attestation = await store.readText(name);
  const beside = attestation === undefined ? [] : [textArtifact(name, attestation, ATTESTATION_TYPE)];
  return [...tarballAndManifest(store, packagePlace(id), manifest), ...beside.map(asSide)];
}

/** The tarball, its manifest, and the lists of what is in it and in its tree. */
export async function bootstrapArtifacts(
  store: DirectoryStore,
  { bootstrap: id, packages }: PlannedTree,
  manifest: Manifest,
): Promise<readonly LocalArtifact[]> {
  const name = `bootstrap/${id}.active.json`;
  const path = store.path(name);
  return [
    ...tarballAndManifest(store, bootstrapPlace(id), manifest),
    { name, ...(await hashFile(path)), mediaType: TYPES.json, content: { path }, isNamedByContent: true },
    textArtifact(...packageListFile(packages)),
  ];
}

/** A text that goes into a store as it is, under a name that stands for it. */
export function textArtifact(name: string, text: string, mediaType: string = TYPES.json): LocalArtifact {
  const bytes = Buffer.byteLength(text);
  return { name, sha256: sha256(text), bytes, mediaType, content: { text }, isNamedByContent: true };
}

function tarballAndManifest(store: DirectoryStore, place: Place, manifest: Manifest): readonly LocalArtifact[] {
  const { file, sha256: digest, bytes, compression } = manifest;
  const name = `${place.folder}/${file}`;
  const tarball = { name, sha256: digest, bytes, mediaType: TYPES[compression] };
  return [
    { ...tarball, content: { path: store.path(name) }, isNamedByContent: true },
    asSide(textArtifact(manifestName(place), formatManifest(manifest))),
  ];
}

/** What stands beside a tarball may say the same in other words: whoever was first has said it. */
export function asSide(artifact: LocalArtifact): LocalArtifact {
  return { ...artifact, isNamedByContent: false };
}
