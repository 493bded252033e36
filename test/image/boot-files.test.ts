import { expect, test } from 'vitest';
import { addBootFiles } from '../../src/image/boot-files.ts';
import { diskIds } from '../../src/image/disk-layout.ts';
import { makeRootTree, type RootEntry } from '../../src/image/root-tree.ts';
import { sha256 } from '../../src/model/digest.ts';
import { folder, link, textFile } from '../rig/boot-tree.ts';

const ids = diskIds(sha256('inputs'));
const OPTIONS = {
  ids,
  epochSeconds: 1_700_000_000,
  generations: ['V1', 'V2'],
  kernelParameters: ['console=ttyS0,115200n8', "odd='$x"],
} as const;
const kernel = (version: string): RootEntry[] => [
  ...[folder('/boot'), textFile(`/boot/vmlinuz-${version}`, ''), textFile(`/boot/initrd.img-${version}`, '')],
];
const textOf = (entries: readonly RootEntry[], path: string): string => {
  const entry = addBootFiles(makeRootTree(entries), OPTIONS).get(path);
  return entry?.kind === 'file' && 'text' in entry.content ? entry.content.text : 'none';
};

test('grub.cfg starts what the links at the root point to, and offers the kernel before', () => {
  const links = ['vmlinuz', 'initrd.img', 'vmlinuz.old', 'initrd.img.old'].map((name) =>
    link(`/${name}`, `boot/${name}`),
  );
  const parameters = `root=UUID=${ids.rootFileSystem} ro console=ttyS0,115200n8 'odd='\\''$x'`;
  expect(textOf([...kernel('6.1'), ...links], '/boot/grub/grub.cfg')).toBe(`set default=0
set timeout=1
if serial --unit=0 --speed=115200; then
  terminal_input console serial
  terminal_output console serial
fi
search --no-floppy --set=root --fs-uuid ${ids.rootFileSystem}

menuentry Debian {
  linux /vmlinuz ${parameters}
  initrd /initrd.img
}

menuentry 'Debian, the kernel before' {
  linux /vmlinuz.old ${parameters}
  initrd /initrd.img.old
}
`);
});

test('without links the newest kernel that has an initrd is started', () => {
  const config = textOf(
    [...kernel('6.1.0-9'), ...kernel('6.1.0-10'), textFile('/boot/vmlinuz-7', '')],
    '/boot/grub/grub.cfg',
  );
  expect(config).toContain('  linux /boot/vmlinuz-6.1.0-10 root=');
  expect(config).toContain('  initrd /boot/initrd.img-6.1.0-10\n');
  expect(config.match(/menuentry/g)).toHaveLength(1);
});

test('update-grub is told the same parameters, in quotes that a shell takes off', () => {
  const text = textOf(kernel('6.1'), '/etc/default/grub.d/50-dcos-build.cfg');
  expect(text).toContain(`GRUB_CMDLINE_LINUX="console=ttyS0,115200n8 odd='\\$x"\n`);
});

test('folders that are there keep their modes', () => {
  const tree = addBootFiles(makeRootTree([...kernel('6.1'), folder('/etc', { mode: 0o700 })]), OPTIONS);
  expect([tree.get('/etc')?.mode, tree.get('/boot/efi')?.mode]).toEqual([0o700, 0o755]);
});
