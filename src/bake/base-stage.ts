/** The base stage: Debian out of the lock, as mmdebstrap leaves it. What of it stays in images is `clean-root.ts`'s to say. */
import { join } from 'node:path';
import { fetchPackages, type PackagesOptions } from '../executor/builder-packages.ts';
import { makeRootArchive, type ArchiveOptions } from '../executor/mmdebstrap.ts';
import { remove } from '../host/files.ts';
import { requireSpace } from '../host/disk-space.ts';
import { unpackPlain } from '../host/plain-root.ts';
import { CORE_IMAGE_SCRIPT } from '../image/grub-config.ts';
import type { Sha256 } from '../model/digest.ts';
import { builderDigest, type BuilderLock, type LockedPackage } from '../recipe/builder.ts';
import { filesOf, writeEntries } from './entries-file.ts';
import { openStage, stageId, type StageOptions } from './stage.ts';

/** Goes up when the same packages are made into another root. */
const LAYOUT = 1;

/**
 * Drivers that the initrd has whatever the machine that makes it: those by which a machine finds its disk and its network
 * on Azure, and those of QEMU, where images are proved.
 */
const INITRD_MODULES = [
  ...['hv_vmbus', 'hv_storvsc', 'hv_netvsc', 'hv_utils', 'hyperv_keyboard', 'hid_hyperv', 'hv_balloon'],
  ...['pci_hyperv', 'nvme', 'virtio_pci', 'virtio_blk', 'virtio_scsi', 'virtio_net', 'ahci', 'sd_mod', 'sr_mod'],
  ...['ext4', 'vfat', 'nls_cp437', 'nls_ascii', 'isofs', 'udf'],
];

/** Before packages are configured, so that the one initrd that is made has all of it. */
const PREPARE = `set -eu
cd "$1"
mkdir -p usr/share/initramfs-tools/modules.d etc/initramfs-tools/conf.d
printf '%s\\n' ${INITRD_MODULES.join(' ')} >usr/share/initramfs-tools/modules.d/dcos.conf
printf 'MODULES=most\\nCOMPRESS=zstd\\nCOMPRESSLEVEL=9\\n' >etc/initramfs-tools/conf.d/dcos.conf`;

/**
 * What differs from one run to the next goes, so that a base is the same bytes wherever it is made. What a BIOS starts is
 * made by the image's own GRUB; a definition for generation 2 alone may leave that out.
 */
const FINISH = `set -eu
rm -f "$1"/etc/ssh/ssh_host_*_key* "$1/etc/apt/sources.list"
test ! -x "$1/usr/bin/grub-mkimage" || test ! -d "$1/usr/lib/grub/i386-pc" || chroot "$1" sh -c ${quoted(CORE_IMAGE_SCRIPT)}`;

/** Manuals, and words in other languages: nobody reads them on a node. Licence texts stay. */
const LEAVE_OUT = [
  ...['/usr/share/man/*', '/usr/share/info/*', '/usr/share/doc/*', '/usr/share/doc-base/*', '/usr/share/lintian/*'],
  ...['/usr/share/locale/*', '/usr/share/groff/*', '/usr/share/linda/*'],
];
const LEAVE_IN = ['/usr/share/doc/*/copyright', '/usr/share/locale/locale.alias'];

/** What the base needs on the disk beside its own size, for the archive that it is unpacked from. */
const SPACE_PER_PACKAGE_BYTE = 10;

export interface BaseOptions extends StageOptions, Omit<PackagesOptions, 'signal' | 'workFolder'> {
  /** The work folder (`out`). */
  readonly out: string;
  readonly onOutput?: (chunk: Uint8Array) => void;
}

/** Follows from the lock alone. */
export function baseId(lock: BuilderLock): Sha256 {
  return stageId('base', LAYOUT, [builderDigest(lock), PREPARE, FINISH, LEAVE_OUT, LEAVE_IN]);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** @throws UserError SOURCE_MISSING, SOURCE_UNAVAILABLE, BUILD_FAILED, HOST_INCOMPLETE, DISK_FULL */
export async function openBase(
  lock: BuilderLock,
  options: BaseOptions,
): Promise<{ readonly folder: string; readonly made: boolean }> {
  const { out, signal, onOutput } = options;
  return await openStage('base', baseId(lock), options, async (folder) => {
    const bytes = lock.packages.reduce((sum, each) => sum + each.bytes, 0);
    await requireSpace(folder, bytes * SPACE_PER_PACKAGE_BYTE);
    const packages = await fetchPackages(lock, { ...options, workFolder: out, purpose: 'image' });
    const tarball = join(folder, 'root.tar');
    await makeBaseArchive(lock, packages, { tarball, signal, ...(onOutput === undefined ? {} : { onOutput }) });
    await writeEntries(folder, await unpackPlain(tarball, filesOf(folder)));
    await remove(tarball);
  });
}

/** What mmdebstrap does in all of this. @param packages the .deb file of each locked package */
export async function makeBaseArchive(
  lock: BuilderLock,
  packages: ReadonlyMap<LockedPackage, string>,
  options: Pick<ArchiveOptions, 'tarball' | 'signal' | 'onOutput'>,
): Promise<void> {
  const recipe = { prepare: PREPARE, finish: FINISH, leaveOut: LEAVE_OUT, leaveIn: LEAVE_IN };
  await makeRootArchive(lock, packages, { ...options, ...recipe });
}
