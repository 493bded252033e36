/** A small root file system that a disk can be made of: GRUB's parts for a BIOS are real, kernel and signed chain are not. */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { AZURE_KERNEL_PARAMETERS, CORE_IMAGE_SCRIPT } from '../../src/image/grub-config.ts';
import type { FileEntry, RootEntry } from '../../src/image/root-tree.ts';
import type { DiskSettings } from '../../src/image/write-disk.ts';
import { sha256 } from '../../src/model/digest.ts';
import type { Scratch } from './scratch.ts';

export const EPOCH = 1_700_000_000;
export const SETTINGS: DiskSettings = {
  diskBytes: 2 ** 30,
  generations: ['V1', 'V2'],
  contentId: sha256('inputs of a disk'),
  epochSeconds: EPOCH,
  kernelParameters: AZURE_KERNEL_PARAMETERS,
};
const owned = { uid: 0, gid: 0, mtime: EPOCH };

export function folder(path: string, more: Partial<Omit<RootEntry, 'path' | 'kind'>> = {}): RootEntry {
  return { ...owned, mode: 0o755, kind: 'folder', path, ...more };
}

export function textFile(path: string, text: string, more: Partial<Omit<RootEntry, 'path' | 'kind'>> = {}): FileEntry {
  const bytes = Buffer.byteLength(text);
  return { ...owned, mode: 0o644, kind: 'file', path, bytes, content: { text }, ...more };
}

export function hostFile(path: string, file: string): FileEntry {
  return { ...owned, mode: 0o644, kind: 'file', path, bytes: statSync(file).size, content: { file } };
}

export function link(path: string, target: string): RootEntry {
  return { ...owned, mode: 0o777, kind: 'link', path, target };
}

export function hardlink(path: string, target: string): RootEntry {
  return { ...owned, mode: 0o644, kind: 'hardlink', path, target };
}

/** What {@link CORE_IMAGE_SCRIPT} makes of this machine's own GRUB. */
function makeCoreImage(scratch: Scratch): string {
  const script = CORE_IMAGE_SCRIPT.replaceAll('/boot/grub/i386-pc', scratch.path('core'));
  execFileSync('sh', ['-c', script]);
  return scratch.path('core/core.img');
}

/** The folders, GRUB, a kernel with its links, and a signed chain that is only called so. */
export function bootEntries(scratch: Scratch): RootEntry[] {
  const folders = ['/boot', '/boot/grub', '/boot/grub/i386-pc', '/etc', '/usr', '/usr/lib', '/usr/lib/shim'];
  const grub = ['/usr/lib/grub', '/usr/lib/grub/i386-pc', '/usr/lib/grub/x86_64-efi-signed'];
  return [
    ...[...folders, ...grub].map((path) => folder(path)),
    hostFile('/usr/lib/grub/i386-pc/boot.img', '/usr/lib/grub/i386-pc/boot.img'),
    hostFile('/boot/grub/i386-pc/core.img', makeCoreImage(scratch)),
    textFile('/usr/lib/shim/shimx64.efi.signed', `MZ shim ${'s'.repeat(100_000)}`),
    textFile('/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed', `MZ grub ${'g'.repeat(200_000)}`),
    textFile('/boot/vmlinuz-6.1', 'kernel'),
    textFile('/boot/initrd.img-6.1', 'initrd'),
    link('/vmlinuz', 'boot/vmlinuz-6.1'),
    link('/initrd.img', 'boot/initrd.img-6.1'),
  ];
}
