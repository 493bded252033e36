/** What dcos-build needs of the machine that it runs on, and how Debian provides it. */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { UserError } from '../model/errors.ts';
import { run } from './process.ts';

/**
 * Who needs a part: every build, whoever bakes disk images, whoever boots them, the project's own tests, or its end-to-end
 * runs. Each needs what those before it do.
 */
export const PURPOSES = ['build', 'image', 'boot', 'test', 'e2e'] as const;

export type Purpose = (typeof PURPOSES)[number];

export interface Part {
  /** Program looked for in PATH; for a part with a file, only a name. */
  readonly program: string;
  /** Absolute path that proves that a package without programs is there. */
  readonly file?: string;
  /** Debian package that brings it. */
  readonly package: string;
  readonly why: string;
  readonly purpose: Purpose;
}

const PARTS: readonly Part[] = [
  { program: 'bwrap', package: 'bubblewrap', why: 'builds run in its sandbox', purpose: 'build' },
  { program: 'mmdebstrap', package: 'mmdebstrap', why: 'makes builder roots', purpose: 'build' },
  { program: 'apt-get', package: 'apt', why: 'finds Debian packages and sources', purpose: 'build' },
  { program: 'dpkg-deb', package: 'dpkg', why: 'reads Debian packages', purpose: 'build' },
  { program: 'git', package: 'git', why: 'fetches git sources', purpose: 'build' },
  { program: 'tar', package: 'tar', why: 'packs packages', purpose: 'build' },
  { program: 'xz', package: 'xz-utils', why: 'compresses packages', purpose: 'build' },
  { program: 'zstd', package: 'zstd', why: 'compresses packages on request', purpose: 'build' },
  { program: 'bzip2', package: 'bzip2', why: 'unpacks sources', purpose: 'build' },
  { program: 'perl', package: 'perl-base', why: 'tells data from holes in a disk image', purpose: 'build' },
  system('sfdisk', 'fdisk', 'writes partition tables'),
  system('mke2fs', 'e2fsprogs', 'makes ext4 file systems'),
  system('debugfs', 'e2fsprogs', 'fills ext4 file systems'),
  system('mkfs.vfat', 'dosfstools', 'makes EFI system partitions'),
  { program: 'mcopy', package: 'mtools', why: 'fills EFI system partitions', purpose: 'image' },
  { program: 'qemu-img', package: 'qemu-utils', why: 'makes the disk that a booted image writes to', purpose: 'boot' },
  { program: 'qemu-system-x86_64', package: 'qemu-system-x86', why: 'boots images', purpose: 'boot' },
  {
    program: 'ovmf',
    file: '/usr/share/OVMF/OVMF_CODE_4M.secboot.fd',
    package: 'ovmf',
    why: 'boots images of generation 2',
    purpose: 'boot',
  },
  { program: 'ssh', package: 'openssh-client', why: 'looks into booted images', purpose: 'boot' },
  { program: 'ssh-keygen', package: 'openssh-client', why: 'makes keys for booted images', purpose: 'boot' },
  { program: 'xorriso', package: 'xorriso', why: 'reads provisioning CDs in tests', purpose: 'test' },
  { program: 'grub-mkimage', package: 'grub-common', why: 'makes a disk boot in tests', purpose: 'test' },
  {
    program: 'grub-pc',
    file: '/usr/lib/grub/i386-pc/boot.img',
    package: 'grub-pc-bin',
    why: 'makes a disk boot in tests',
    purpose: 'test',
  },
  { program: 'cpio', package: 'cpio', why: 'makes initial RAM disks in tests', purpose: 'test' },
  { program: 'lz4', package: 'lz4', why: 'compresses initial RAM disks in tests', purpose: 'test' },
  { program: 'java', package: 'default-jre-headless', why: 'runs ZooKeeper for tests', purpose: 'test' },
  {
    program: 'zookeeper',
    file: '/usr/share/java/zookeeper.jar',
    package: 'libzookeeper-java',
    why: 'masters agree by it in tests',
    purpose: 'test',
  },
  { program: 'newuidmap', package: 'uidmap', why: 'bakes images as an ordinary user in tests', purpose: 'test' },
  { program: 'openssl', package: 'openssl', why: 'verifies signatures in tests', purpose: 'test' },
  {
    program: 'python3',
    file: '/usr/bin/python3',
    package: 'python3',
    why: "runs the tests of DC/OS's own Python",
    purpose: 'test',
  },
  {
    program: 'az',
    package: 'azure-cli',
    why: 'reads what releases write, as a client of another maker',
    purpose: 'e2e',
  },
  ...['flask', 'kazoo', 'requests', 'retrying', 'waitress', 'yaml'].map(pythonModule),
];

/** A program for disk images, which is where plain users do not look, and runs as one nevertheless. */
function system(program: string, name: string, why: string): Part {
  return { program, file: `/usr/sbin/${program}`, package: name, why, purpose: 'image' };
}

/** A module for Debian's Python, which is where its packages put them. */
function pythonModule(name: string): Part {
  const found = `/usr/lib/python3/dist-packages/${name}`;
  const file = name === 'retrying' ? `${found}.py` : found;
  return { program: `python3-${name}`, file, package: `python3-${name}`, why: 'is used by tests', purpose: 'test' };
}

export function partsFor(purpose: Purpose): readonly Part[] {
  return PARTS.filter((part) => PURPOSES.indexOf(part.purpose) <= PURPOSES.indexOf(purpose));
}

/** What is missing of what a purpose needs beyond those before it. @param path the search path for programs */
export function missingParts(purpose: Purpose, path: string): readonly Part[] {
  return PARTS.filter((part) => part.purpose === purpose && findPart(part, path) === undefined);
}

/** Where the part was found, or undefined. */
export function findPart({ program, file }: Part, path: string): string | undefined {
  if (file === undefined) return findProgram(program, path);
  return existsSync(file) ? file : undefined;
}

/** Absolute path of a program in PATH, or undefined. */
export function findProgram(program: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((candidate) => isExecutable(candidate));
}

/**
 * Installs Debian packages by apt-get, through sudo where we are not root.
 *
 * @throws UserError HOST_INCOMPLETE with apt's own words if it cannot be done
 */
export async function installPackages(packages: readonly string[], path: string): Promise<void> {
  const prefix = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  if (findProgram('apt-get', path) === undefined) throw cannotInstall(packages, 'this is no Debian: it has no apt-get');
  const apt = async (...args: string[]): Promise<string | undefined> => {
    const [program = '', ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
    const { status, stderr } = await run(program, rest);
    return status === 0 ? undefined : stderr.trim();
  };
  const install = ['install', '--yes', '--no-install-recommends', ...packages];
  if (!existsSync('/var/lib/apt/lists/lock') || (await apt(...install)) !== undefined) {
    // Lists that are absent or old do not know the packages. A third-party list that cannot be reached is no reason to stop.
    await apt('update');
    const failure = await apt(...install);
    if (failure !== undefined) throw cannotInstall(packages, failure);
  }
}

function cannotInstall(packages: readonly string[], why: string): UserError {
  return new UserError('HOST_INCOMPLETE', `Could not install ${packages.join(', ')}: ${why}`, {
    hint: `Install them as root: apt-get install ${packages.join(' ')}`,
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
