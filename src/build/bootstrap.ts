/** The bootstrap tarball: what a node unpacks in /opt/mesosphere before anything of DC/OS runs (facts: pkgpanda 11). */
import { dirname, join } from 'node:path';
import type { Compression } from '../host/compression.ts';
import { temporaryFolder, writeFileWhole } from '../host/files.ts';
import type { HashedBytes } from '../host/hash-file.ts';
import { pack } from '../host/tar-pack.ts';
import { sorted } from '../model/order.ts';
import type { PackageId } from '../model/package-id.ts';
import { activate } from './activate.ts';
import { SOURCE_DATE_EPOCH } from './sandbox.ts';

export interface BootstrapOptions {
  readonly packages: readonly PackageId[];
  /** `<unpacked>/<id>/` is each package, unpacked. */
  readonly unpacked: string;
  /** The file to write, synced; the folder of it is used for temporary files too. */
  readonly tarball: string;
  readonly compression: Compression;
  readonly threads: number;
  readonly signal?: AbortSignal;
}

/**
 * Activates the packages in a temporary folder and packs that together with the unpacked packages, which are read where
 * they are and not copied. The same packages give the same bytes.
 *
 * @throws UserError ACTIVATION_CONFLICT, PACKAGE_REFUSED, DISK_FULL
 */
export async function packBootstrap(options: BootstrapOptions): Promise<HashedBytes> {
  const { packages, unpacked, tarball, compression, threads, signal } = options;
  await using staging = await temporaryFolder(dirname(tarball), 'bootstrap');
  const root = join(staging.path, 'root');
  const names = sorted(packages);
  await activate({ root, packages: packages.map((id) => ({ id, folder: join(unpacked, id) })), withUnits: false });
  // As long as this file is there, set-up is still to be done on the node.
  await writeFileWhole(join(root, 'bootstrap'), '');
  return await pack(root, tarball, {
    compression,
    threads,
    epoch: SOURCE_DATE_EPOCH,
    mounted: { parent: unpacked, names, under: 'packages' },
    ...(signal === undefined ? {} : { signal }),
  });
}
