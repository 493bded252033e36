/** Bootstraps by id in the store of this machine, in pkgpanda's layout. */
import { tarSuffix, type Compression } from '../host/compression.ts';
import type { HashedBytes } from '../host/hash-file.ts';
import type { PackageId } from '../model/package-id.ts';
import { formatPythonJson } from '../model/python-json.ts';
import type { DirectoryStore } from './directory.ts';
import type { Manifest } from './manifest.ts';
import { Shelf, type CommitOptions, type Place } from './shelf.ts';

export interface NewBootstrap extends HashedBytes {
  /** Whole and synced to disk; it is moved into the store. */
  readonly tarball: string;
  readonly compression: Compression;
  /** Its packages in the order of `<id>.active.json`. */
  readonly active: readonly PackageId[];
  /** Name and version of the program that made it. */
  readonly tool: string;
}

export class BootstrapStore {
  readonly shelf: Shelf;

  constructor(store: DirectoryStore, locks: string) {
    this.shelf = new Shelf(store, locks);
  }

  /** The manifest if the bootstrap is there, whole as far as its size tells. Synchronous. */
  find(id: string): Manifest | undefined {
    return this.shelf.find(bootstrapPlace(id));
  }

  /** Path of a bootstrap's tarball. */
  tarball(id: string, manifest: Manifest): string {
    return this.shelf.tarball(bootstrapPlace(id), manifest);
  }

  /** Takes a bootstrap in, with its active.json; returns what is in the store then. */
  async commit(
    id: string,
    { tarball, compression, sha256, bytes, active, tool }: NewBootstrap,
    options?: Pick<CommitOptions, 'replace'>,
  ): Promise<Manifest> {
    const file = `${id}.bootstrap${tarSuffix(compression)}`;
    const manifest: Manifest = { id, file, compression, sha256, bytes, facts: { packages: active, tool } };
    const beside = { [`${id}.active.json`]: formatPythonJson(active) };
    return this.shelf.commit(bootstrapPlace(id), tarball, manifest, { ...options, beside });
  }
}

/** Where a bootstrap stands in every repository. */
export function bootstrapPlace(id: string): Place {
  return { folder: 'bootstrap', id };
}
