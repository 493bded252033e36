/** A tarball with its manifest from another repository into the store of this machine, verified before it is in it. */
import { remove, renameDurably, temporaryBeside } from '../host/files.ts';
import type { HashedBytes } from '../host/hash-file.ts';
import type { Sha256 } from '../model/digest.ts';
import { DamagedArtifact, type ReadableStore, type TransferOptions } from './artifact-store.ts';
import type { Manifest } from './manifest.ts';
import type { CommitOptions, Place, Shelf } from './shelf.ts';

/** What became of it. A refused package counts as absent, but a person has to be told. */
export type Fetched =
  { readonly kind: 'fetched'; readonly manifest: Manifest } | { readonly kind: 'missing' } | Refused;

export interface Refused {
  readonly kind: 'refused';
  readonly message: string;
  readonly hint: string;
  /** Whether it is not signed as it has to be; otherwise it is damaged. */
  readonly isUntrusted?: boolean;
}

export interface FetchTarballOptions extends TransferOptions, CommitOptions {
  /** What somebody who is trusted says that the tarball is; default: what the manifest beside it says. */
  readonly expected?: Sha256 | undefined;
}

/**
 * @param manifest of the repository
 * @throws UserError REPOSITORY_UNAVAILABLE, STORE_FORBIDDEN, DISK_FULL
 */
export async function fetchTarball(
  shelf: Shelf,
  repository: ReadableStore,
  { place, manifest }: { readonly place: Place; readonly manifest: Manifest },
  options: FetchTarballOptions,
): Promise<Fetched> {
  const { expected, beside, replace, ...transfer } = options;
  const { file } = manifest;
  if (expected !== undefined && manifest.sha256 !== expected) return otherManifest(repository, manifest, expected);
  const temporary = temporaryBeside(shelf.store.path(`${place.folder}/${file}`));
  try {
    await shelf.store.makeFolder(place.folder);
    const received = await getUndamaged(repository, `${place.folder}/${file}`, temporary, transfer);
    if (received instanceof DamagedArtifact) return { kind: 'refused', message: received.message, hint: received.hint };
    if (received === undefined) return withoutTarball(repository, manifest.id);
    if (received.sha256 !== manifest.sha256) {
      const aside = shelf.store.path(`${place.folder}/${file}.corrupt`);
      await renameDurably(temporary, aside);
      return mismatch({ repository, manifest, received, aside });
    }
    const how = { ...(beside === undefined ? {} : { beside }), ...(replace === undefined ? {} : { replace }) };
    return { kind: 'fetched', manifest: await shelf.commit(place, temporary, manifest, how) };
  } finally {
    await remove(temporary);
  }
}

/** A store that knows the hash of what it holds refuses by itself what is not that any more. */
async function getUndamaged(
  repository: ReadableStore,
  name: string,
  path: string,
  options: TransferOptions,
): Promise<HashedBytes | DamagedArtifact | undefined> {
  try {
    return await repository.get(name, path, options);
  } catch (error) {
    if (error instanceof DamagedArtifact) return error;
    throw error;
  }
}

function otherManifest({ location }: ReadableStore, { id, sha256 }: Manifest, expected: Sha256): Fetched {
  return {
    kind: 'refused',
    message: `The manifest of ${id} of ${location} names a tarball with sha256 ${sha256}, the release one with ${expected}.`,
    hint: 'The repository is damaged; tell those who run it.',
  };
}

function withoutTarball(repository: ReadableStore, id: string): Fetched {
  return {
    kind: 'refused',
    message: `${repository.location} has a manifest of ${id}, but not its tarball.`,
    hint: 'The repository is damaged, or being changed; tell those who run it.',
  };
}

interface Mismatch {
  readonly repository: ReadableStore;
  readonly manifest: Manifest;
  readonly received: HashedBytes;
  readonly aside: string;
}

function mismatch({ repository, manifest, received, aside }: Mismatch): Fetched {
  return {
    kind: 'refused',
    message:
      `${manifest.id} of ${repository.location} is not what its manifest says: ` +
      `expected sha256 ${manifest.sha256}, got ${received.sha256}; it is not used.`,
    hint: `What was received is kept as ${aside}. Tell those who run the repository.`,
  };
}
