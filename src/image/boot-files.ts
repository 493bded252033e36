/** What a disk needs so that a machine can start from it: looked up in the tree, and composed for it. Pure. */
import { compareDebian, type DebianVersion } from '../model/debian-version.ts';
import { UserError } from '../model/errors.ts';
import type { DiskIds } from './disk-layout.ts';
import { BOOT_PATHS, composeEspConfig, composeGrubConfig, composeGrubDefaults, type BootEntry } from './grub-config.ts';
import { makeRootTree, type FileEntry, type RootEntry, type RootTree } from './root-tree.ts';
import type { Generation } from './vhd-rules.ts';
import type { EspFiles } from './write-esp.ts';

export interface BootOptions {
  readonly ids: DiskIds;
  readonly generations: readonly Generation[];
  readonly kernelParameters: readonly string[];
  readonly epochSeconds: number;
  /** The fstab that the tree has: what it says of other folders than ours stays. */
  readonly fstab?: string;
}

export const FSTAB = '/etc/fstab';
const GRUB_DEFAULTS = '/etc/default/grub.d/50-dcos-build.cfg';
const ESP_FOLDER = '/boot/efi';

/**
 * The tree with grub.cfg and fstab, which name the root by its id, with what update-grub has to know if a node ever runs
 * it, and with the folder where the EFI system partition is mounted.
 *
 * @throws UserError IMAGE_INVALID if it has no kernel
 */
export function addBootFiles(tree: RootTree, options: BootOptions): RootTree {
  const { ids, generations, kernelParameters, epochSeconds } = options;
  const config = composeGrubConfig({ rootId: ids.rootFileSystem, kernelParameters, entries: bootEntries(tree) });
  const owned = { uid: 0, gid: 0, mtime: epochSeconds };
  const folder = (path: string): RootEntry => tree.get(path) ?? { ...owned, kind: 'folder', path, mode: 0o755 };
  const file = (path: string, text: string): FileEntry => {
    return { ...owned, kind: 'file', path, mode: 0o644, bytes: Buffer.byteLength(text), content: { text } };
  };
  return makeRootTree([
    ...tree.values(),
    ...['/boot', '/boot/grub', '/etc', '/etc/default', '/etc/default/grub.d'].map(folder),
    ...(generations.includes('V2') ? [folder(ESP_FOLDER)] : []),
    file(BOOT_PATHS.grubConfig, config),
    file(GRUB_DEFAULTS, composeGrubDefaults(kernelParameters)),
    file(FSTAB, composeFstab(options)),
  ]);
}

/** What goes onto the EFI system partition. @throws UserError IMAGE_INVALID if the tree lacks a part of the signed chain */
export function espFiles(tree: RootTree, ids: DiskIds): EspFiles {
  return new Map<string, FileEntry['content']>([
    ['EFI/BOOT/BOOTX64.EFI', requireFile(tree, BOOT_PATHS.signedShim, 'shim-signed').content],
    ['EFI/BOOT/grubx64.efi', requireFile(tree, BOOT_PATHS.signedGrub, 'grub-efi-amd64-signed').content],
    ['EFI/debian/grub.cfg', { text: composeEspConfig(ids.rootFileSystem) }],
  ]);
}

/** @throws UserError IMAGE_INVALID that names the package that brings the file */
export function requireFile(tree: RootTree, path: string, from: string): FileEntry {
  const entry = tree.get(path);
  if (entry?.kind === 'file') return entry;
  throw new UserError('IMAGE_INVALID', `The root file system has no file ${path}, which a disk needs to start.`, {
    hint: `It comes from ${from}: add that to the packages of the image definition, or leave the generation out.`,
  });
}

/**
 * The links at the root, which Debian turns to the newest kernel whenever one is installed, on the node too; of a tree
 * without them, the newest kernel.
 */
function bootEntries(tree: RootTree): readonly BootEntry[] {
  const linked = [
    { title: 'Debian', kernel: '/vmlinuz', initrd: '/initrd.img' },
    { title: 'Debian, the kernel before', kernel: '/vmlinuz.old', initrd: '/initrd.img.old' },
  ].filter(({ kernel, initrd }) => tree.has(kernel) && tree.has(initrd));
  if (linked[0]?.kernel === '/vmlinuz') return linked;
  const versions = [...tree.keys()].flatMap((path) => /^\/boot\/vmlinuz-(.+)$/.exec(path)?.[1] ?? []);
  const version = versions
    .filter((each) => tree.has(`/boot/initrd.img-${each}`))
    .toSorted((a, b) => compareDebian(asVersion(a), asVersion(b)))
    .at(-1);
  if (version !== undefined) {
    return [{ title: 'Debian', kernel: `/boot/vmlinuz-${version}`, initrd: `/boot/initrd.img-${version}` }];
  }
  throw new UserError('IMAGE_INVALID', 'The root file system has no kernel with an initrd in /boot.', {
    hint: 'Add linux-image-cloud-amd64 to the packages of the image definition.',
  });
}

/** The release of a kernel, such as `6.1.0-10-cloud-amd64`, is ordered as a whole. */
function asVersion(upstream: string): DebianVersion {
  return { epoch: 0, upstream, revision: '' };
}

function composeFstab({ ids, generations, fstab = '' }: BootOptions): string {
  const serial = ids.espSerial.toUpperCase();
  const esp = `UUID=${serial.slice(0, 4)}-${serial.slice(4)} ${ESP_FOLDER} vfat umask=0077,nofail 0 0`;
  const others = fstab.split('\n').filter((text) => {
    const [what = '', where = ''] = text.trim().split(/\s+/);
    return what !== '' && !what.startsWith('#') && where !== '/' && where !== ESP_FOLDER;
  });
  const root = `UUID=${ids.rootFileSystem} / ext4 errors=remount-ro 0 1`;
  return [root, ...(generations.includes('V2') ? [esp] : []), ...others, ''].join('\n');
}
