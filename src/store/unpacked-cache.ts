/**
 * Unpacked packages by id: what the builds that need them see. A folder counts only with a marker beside it that names
 * the tarball it equals and the boot of this machine in which it was made: thousands of small files are not synced to
 * disk, so after a power cut they may be there and empty.
 */
import { join } from 'node:path';
import { makeFolder, moveTo, remove, temporaryBeside, writeFileWhole } from '../host/files.ts';
import { lock } from '../host/lock.ts';
import { bootId, isFolderNow, readTextNow } from '../host/quick-files.ts';
import { unpack } from '../host/tar-unpack.ts';
import type { Sha256 } from '../model/digest.ts';
import { UserError } from '../model/errors.ts';
import type { PackageId } from '../model/package-id.ts';
import type { Manifest } from './manifest.ts';
import { packagePlace, type PackageStore } from './package-store.ts';

export interface UnpackedCacheOptions {
  /** `<folder>/<id>/` is an unpacked package. On the file system of the build folders, so that those can be moved in. */
  readonly folder: string;
  /** A folder for lock files, the same for every process that uses the cache. */
  readonly locks: string;
}

export class UnpackedCache {
  readonly folder: string;
  readonly #locks: string;
  readonly #boot = bootId();

  constructor({ folder, locks }: UnpackedCacheOptions) {
    this.folder = folder;
    this.#locks = join(locks, 'unpacked');
  }

  /** The folder of the package if it is there and equals that tarball. Synchronous. */
  find(id: PackageId, sha256: Sha256): string | undefined {
    const folder = join(this.folder, id);
    return readTextNow(this.#marker(id)) === this.#markerText(sha256) && isFolderNow(folder) ? folder : undefined;
  }

  /**
   * Takes in the folder that a tarball will be packed from, so that builds can use it while it is packed. It must have
   * been normalised (host/normalise-tree.ts), so that it is what {@link open} would unpack; it counts for other
   * processes only when it has been confirmed.
   *
   * @param result gone from there afterwards
   */
  async stage(id: PackageId, result: string): Promise<string> {
    using _held = await this.#lock(id);
    return await this.#moveIn(id, result);
  }

  /**
   * Says which tarball a staged folder equals.
   *
   * @param sha256 of the tarball in the store; if another was there first, with other bytes, the folder must not be
   *   confirmed
   */
  async confirm(id: PackageId, sha256: Sha256): Promise<void> {
    await writeFileWhole(this.#marker(id), this.#markerText(sha256));
  }

  /**
   * The folder of a package of the store, unpacked now if it is not there yet. The tarball is hashed while it is read;
   * one that is not what its manifest says is set aside, so that the next run makes it again.
   *
   * @throws UserError STORE_CORRUPT, ARCHIVE_REFUSED, DISK_FULL
   */
  async open(
    packages: PackageStore,
    manifest: Manifest & { readonly id: PackageId },
    options: { readonly threads: number; readonly signal?: AbortSignal },
  ): Promise<string> {
    const { id, sha256, compression } = manifest;
    const early = this.find(id, sha256);
    if (early !== undefined) return early;
    using _held = await this.#lock(id);
    const there = this.find(id, sha256);
    if (there !== undefined) return there;
    const temporary = temporaryBeside(join(this.folder, id));
    try {
      const read = await unpack(packages.tarball(id, manifest), temporary, { ...options, compression });
      if (read.sha256 !== sha256) throw await damaged(packages, manifest, read.sha256);
      const folder = await this.#moveIn(id, temporary);
      await this.confirm(id, sha256);
      return folder;
    } finally {
      await remove(temporary);
    }
  }

  /** An older folder of the same id is only put out of the way: a running build of another process may see it. */
  async #moveIn(id: PackageId, from: string): Promise<string> {
    const folder = join(this.folder, id);
    await makeFolder(this.folder);
    await remove(this.#marker(id));
    if (isFolderNow(folder)) await moveTo(folder, temporaryBeside(folder));
    await moveTo(from, folder);
    return folder;
  }

  #marker(id: PackageId): string {
    return join(this.folder, `${id}.json`);
  }

  #markerText(sha256: Sha256): string {
    return JSON.stringify({ boot: this.#boot, sha256 });
  }

  async #lock(id: PackageId): Promise<Disposable> {
    return lock(join(this.#locks, id));
  }
}

async function damaged(
  packages: PackageStore,
  manifest: Manifest & { readonly id: PackageId },
  actual: Sha256,
): Promise<UserError> {
  const aside = await packages.shelf.setAside(packagePlace(manifest.id), manifest);
  return new UserError(
    'STORE_CORRUPT',
    `The tarball of ${manifest.id} is damaged: expected sha256 ${manifest.sha256}, got ${actual}.`,
    { hint: `It is kept as ${aside}; run the same command again to make the package anew.` },
  );
}
