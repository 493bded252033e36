/** What GRUB is told, on the root and on the EFI system partition, and how its core image for a BIOS is made. */

/** Where the tree has what the boot path of a disk is made of, and where a disk has what is made of it. */
export const BOOT_PATHS = {
  bootImage: '/usr/lib/grub/i386-pc/boot.img',
  coreImage: '/boot/grub/i386-pc/core.img',
  signedShim: '/usr/lib/shim/shimx64.efi.signed',
  signedGrub: '/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed',
  grubConfig: '/boot/grub/grub.cfg',
} as const;

/** All that is needed to read the configuration and to start Linux from ext4 in a GPT; nothing is loaded later. */
const MODULES = [
  ...['biosdisk', 'part_gpt', 'ext2', 'normal', 'configfile', 'linux', 'boot', 'test', 'echo', 'serial', 'terminal'],
  ...['search', 'search_fs_uuid', 'ls', 'cat', 'halt', 'reboot'],
];

/**
 * A shell script that is run inside the root, with grub-pc-bin and grub-common installed: makes {@link BOOT_PATHS.coreImage},
 * the same bytes of the same GRUB. Its prefix is the root partition of whatever disk the BIOS has started.
 */
export const CORE_IMAGE_SCRIPT = `set -e
mkdir -p /boot/grub/i386-pc
grub-mkimage -O i386-pc -p '(,gpt1)/boot/grub' -o ${BOOT_PATHS.coreImage} ${MODULES.join(' ')}
chmod 644 ${BOOT_PATHS.coreImage}
`;

/**
 * What Azure's rules ask of the kernel's parameters. Not `rootdelay=300` of older pages: Debian's initramfs sleeps for that
 * long, at each boot, instead of waiting for a disk at most so long.
 */
export const AZURE_KERNEL_PARAMETERS: readonly string[] = [
  ...['console=tty0', 'console=ttyS0,115200n8', 'earlyprintk=ttyS0', 'net.ifnames=0'],
];

export interface BootEntry {
  readonly title: string;
  readonly kernel: string;
  readonly initrd: string;
}

export interface GrubOptions {
  readonly rootId: string;
  readonly kernelParameters: readonly string[];
  /** The first is started, unless somebody at the console says otherwise. */
  readonly entries: readonly BootEntry[];
}

export function composeGrubConfig({ rootId, kernelParameters, entries }: GrubOptions): string {
  const parameters = [`root=UUID=${rootId}`, 'ro', ...kernelParameters].map(quote).join(' ');
  const menu = entries.map(
    ({ title, kernel, initrd }) =>
      `menuentry ${quote(title)} {\n  linux ${quote(kernel)} ${parameters}\n  initrd ${quote(initrd)}\n}\n`,
  );
  return [
    'set default=0\nset timeout=1\n',
    // On a machine without a serial port there is no such terminal, and only that is left out.
    'if serial --unit=0 --speed=115200; then\n  terminal_input console serial\n  terminal_output console serial\nfi\n',
    `search --no-floppy --set=root --fs-uuid ${rootId}\n\n`,
    menu.join('\n'),
  ].join('');
}

/** For /etc/default/grub.d: with it, update-grub writes a configuration that starts the same kernel in the same way. */
export function composeGrubDefaults(kernelParameters: readonly string[]): string {
  // grub-mkconfig is a shell script, and takes the value apart again.
  const value = kernelParameters.join(' ').replaceAll(/[\\"$`]/g, String.raw`\$&`);
  return [
    `GRUB_CMDLINE_LINUX="${value}"`,
    'GRUB_CMDLINE_LINUX_DEFAULT=""',
    'GRUB_TIMEOUT=1',
    'GRUB_TERMINAL="console serial"',
    'GRUB_SERIAL_COMMAND="serial --unit=0 --speed=115200"',
    '',
  ].join('\n');
}

/** What the signed GRUB reads beside itself: it knows no more than how to find the other one. */
export function composeEspConfig(rootId: string): string {
  return `search.fs_uuid ${rootId} root\nset prefix=($root)/boot/grub\nconfigfile $prefix/grub.cfg\n`;
}

/** As a shell would: GRUB reads words in the same way. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
