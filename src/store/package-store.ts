/** Packages by id in the store of this machine, in pkgpanda's layout. */
import { tarSuffix, type Compression } from '../host/compression.ts';
import type { HashedBytes } from '../host/hash-file.ts';
import { packageName, parsePackageId, type PackageId } from '../model/package-id.ts';
import type { DirectoryStore } from './directory.ts';
import type { Manifest, PackageFacts } from './manifest.ts';
import { attestationsOf, Shelf, type CommitOptions, type Place } from './shelf.ts';

export interface NewPackage extends HashedBytes {
  /** Whole and synced to disk; it is moved into the store. */
  readonly tarball: string;
  readonly compression: Compression;
  readonly facts: PackageFacts;
}

export class PackageStore {
  readonly store: DirectoryStore;
  readonly shelf: Shelf;

  /** @param locks a folder for lock files, the same for every process that uses the store */
  constructor(store: DirectoryStore, locks: string) {
    this.store = store;
    this.shelf = new Shelf(store, locks);
  }

  /** The manifest if the package is there, whole as far as its size tells. Synchronous. */
  find(id: PackageId): Manifest | undefined {
    return this.shelf.find(packagePlace(id));
  }

  /** Path of a package's tarball. */
  tarball(id: PackageId, manifest: Manifest): string {
    return this.shelf.tarball(packagePlace(id), manifest);
  }

  /** Takes a package in; returns what is in the store then, which is another's if that was there first. */
  async commit(
    id: PackageId,
    { tarball, compression, sha256, bytes, facts }: NewPackage,
    options?: Pick<CommitOptions, 'replace'>,
  ): Promise<Manifest> {
    const manifest: Manifest = {
      id,
      file: packageFile(id, compression),
      compression,
      sha256,
      bytes,
      facts: { ...facts, builder: { ...facts.builder } },
    };
    return this.shelf.commit(packagePlace(id), tarball, manifest, options);
  }

  /** The id that was last built or fetched for a variant of a component; undefined if none was. */
  async latest(name: string, variant: string | undefined): Promise<PackageId | undefined> {
    const text = await this.store.readText(latestName(name, variant));
    return text === undefined ? undefined : parsePackageId(text.trim());
  }

  async writeLatest(variant: string | undefined, id: PackageId): Promise<void> {
    const name = latestName(packageName(id), variant);
    if ((await this.store.readText(name)) !== id) await this.store.writeText(name, id);
  }
}

/** Where a package stands in every repository. */
export function packagePlace(id: PackageId): Place {
  return { folder: `packages/${packageName(id)}`, id };
}

/** Name of the file in a store in which others vouch for a package. */
export function attestationName(id: PackageId): string {
  return attestationsOf(packagePlace(id));
}

/** Name of a package's tarball in its folder. */
export function packageFile(id: PackageId, compression: Compression): string {
  return `${id}${tarSuffix(compression)}`;
}

/** Name of the file in the store that holds the last id of a component's variant. */
export function latestName(name: string, variant: string | undefined): string {
  return `packages/${name}/${variant === undefined ? '' : `${variant}.`}latest`;
}
