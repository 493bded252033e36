/** A disk with a small Debian on it, made as true ones are: partitions, ext4, FAT, an initrd. Nothing in it runs. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, constants, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { dirname, posix } from 'node:path';
import { turnIntoFixedVhd } from '../../src/image/fixed-vhd.ts';
import { sha256 } from '../../src/model/digest.ts';
import { KERNEL_MODULES, kernelHead, OS_FILES, RELEASE, type OsFiles } from './os-files.ts';
import { overwrite } from './overwrite.ts';
import type { Scratch } from './scratch.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
export const ESP_START = 4 * MIB;
export const ROOT_START = 68 * MIB;

export interface OsImageOptions {
  /** Of the root; default: 32. */
  readonly rootMib?: number;
}

/** Makes a VHD of 30 GiB, with an EFI system partition and an empty root. */
export async function makeOsImage(scratch: Scratch, name: string, options: OsImageOptions = {}): Promise<string> {
  const { rootMib = 32 } = options;
  const raw = scratch.write(`${name}.raw`);
  truncateSync(raw, 30 * GIB);
  const table = `label: gpt
start=2048, size=3MiB, type=21686148-6449-6E6F-744E-656564454649, name="bios"
start=${ESP_START / 512}, size=64MiB, type=uefi, name="esp"
start=${ROOT_START / 512}, size=${rootMib}MiB, type=linux, name="root"
`;
  execFileSync('/usr/sbin/sfdisk', ['--quiet', raw], { input: table });
  overwrite(raw, 0, Buffer.from([0xeb, 0x63]));
  const features = ['-O', '^has_journal,^resize_inode', '-E', `offset=${ROOT_START}`];
  execFileSync('/usr/sbin/mke2fs', ['-q', '-F', '-t', 'ext4', ...features, raw, `${rootMib}M`], { stdio: 'pipe' });
  fillEsp(scratch, raw);
  const path = scratch.path(`${name}.vhd`);
  await turnIntoFixedVhd(raw, path, { contentSha256: sha256(name), epochSeconds: 1_700_000_000 });
  return path;
}

/** The files of the root; the shell is this machine's own. */
export function osFiles(scratch: Scratch): OsFiles {
  return {
    ...OS_FILES,
    '/usr/bin/dash': readFileSync('/bin/sh'),
    [`/boot/vmlinuz-${RELEASE}`]: kernelHead(),
    [`/boot/initrd.img-${RELEASE}`]: makeInitrd(scratch, 'zstd'),
  };
}

/** A cpio archive as update-initramfs makes them: microcode that is not compressed, then the rest, which is. */
export function makeInitrd(scratch: Scratch, compressor: string, modules: readonly string[] = KERNEL_MODULES): Buffer {
  const early = cpio(scratch, 'early', ['kernel/x86/microcode/GenuineIntel.bin']);
  const main = cpio(scratch, 'main', [
    'init',
    ...modules.map((module) => `usr/lib/modules/${RELEASE}/kernel/${module}.ko`),
  ]);
  const args = compressor === 'lz4' ? ['-l', '-c'] : ['-c'];
  return Buffer.concat([early, execFileSync(compressor, args, { input: main })]);
}

function cpio(scratch: Scratch, folder: string, paths: readonly string[]): Buffer {
  const all = new Set(paths.flatMap((path) => [...foldersAbove(path), path]));
  for (const path of paths) scratch.write(`${folder}-${paths.length}/${path}`, `content of ${path}`);
  const cwd = scratch.path(`${folder}-${paths.length}`);
  return execFileSync('cpio', ['-o', '-H', 'newc', '--quiet'], { cwd, input: [...all].join('\n') });
}

function foldersAbove(path: string): string[] {
  const above = posix.dirname(path);
  return above === '.' || above === '/' ? [] : [...foldersAbove(above), above];
}

function fillEsp(scratch: Scratch, disk: string): void {
  const image = `${disk}@@${ESP_START}`;
  const program = scratch.write('shim.efi', 'MZ');
  const config = scratch.write('grub.cfg', 'search.fs_uuid 0 root\nconfigfile ($root)/boot/grub/grub.cfg\n');
  const mtools = (...args: readonly string[]): unknown => execFileSync(args[0] ?? '', args.slice(1));
  mtools('mformat', '-i', image, '-T', String((64 * MIB) / 512), '-h', '64', '-s', '32', '::');
  mtools('mmd', '-i', image, '::/EFI', '::/EFI/BOOT', '::/EFI/debian');
  mtools('mcopy', '-i', image, program, '::/EFI/BOOT/BOOTX64.EFI');
  mtools('mcopy', '-i', image, config, '::/EFI/debian/grub.cfg');
}

/** Copies a disk without what are holes in it. */
export function copyImage(from: string, to: string): string {
  mkdirSync(dirname(to), { recursive: true });
  try {
    copyFileSync(from, to, constants.COPYFILE_FICLONE_FORCE);
  } catch {
    execFileSync('cp', ['--sparse=always', from, to]);
  }
  return to;
}

export interface Changes {
  /** Files with their new content, and links. */
  readonly write?: OsFiles;
  readonly remove?: readonly string[];
  /** Commands of debugfs. */
  readonly commands?: readonly string[];
}

/** Changes the root of a disk by debugfs; what is there already is known by its path alone. */
export function changeRoot(scratch: Scratch, disk: string, changes: Changes, present: readonly string[]): void {
  const { write = {}, remove = [], commands = [] } = changes;
  const there = new Set(present.flatMap((path) => [...foldersAbove(path), path]));
  const lines = remove.map((path) => `rm ${path}`);
  for (const [index, [path, content]] of Object.entries(write).entries()) {
    if (there.has(path) && !remove.includes(path)) lines.push(`rm ${path}`);
    for (const folder of foldersAbove(path).filter((each) => !there.has(each))) {
      there.add(folder);
      lines.push(`mkdir ${folder}`);
    }
    if (typeof content === 'string' && content.startsWith('->')) lines.push(`symlink ${path} ${content.slice(2)}`);
    else lines.push(`write ${scratch.write(`put/${index}`, content)} ${path}`);
  }
  debugfs(scratch, disk, [...lines, ...commands]);
}

function debugfs(scratch: Scratch, disk: string, lines: readonly string[]): void {
  const script = scratch.write('debugfs.script', `${lines.join('\n')}\n`);
  const target = `${disk}?offset=${ROOT_START}`;
  const { stderr } = spawnSync('/usr/sbin/debugfs', ['-w', '-f', script, target], { encoding: 'utf8' });
  // Its first line is its version; its exit status says nothing.
  const [, ...wrong] = stderr.trim().split('\n');
  if (wrong.length > 0) throw new Error(`debugfs: ${wrong.join('\n')}`);
}
