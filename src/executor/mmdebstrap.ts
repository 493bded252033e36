/** A root file system made by mmdebstrap out of locked packages: the same bytes on any machine, for any user. */
import { join } from 'node:path';
import { diskFull } from '../host/disk-space.ts';
import { cleanEnvironment } from '../host/environment.ts';
import { writeFlatArchive } from '../host/flat-archive.ts';
import { startGroup, terminateGroup } from '../host/process-group.ts';
import { openSharedScratch } from '../host/shared-scratch.ts';
import { UserError } from '../model/errors.ts';
import type { BuilderLock, LockedPackage } from '../recipe/builder.ts';
import { HOST_NAME } from './bubblewrap-arguments.ts';

export interface MakeOptions {
  readonly signal?: AbortSignal;
  /** What mmdebstrap says while it works. */
  readonly onOutput?: (chunk: Uint8Array) => void;
}

/**
 * Run in the finished root, as its root: what was the host's or of the moment goes, mount points come. No program keeps
 * another's rights, since on the host the files belong to whoever made the root. A change here is a new LAYOUT of
 * recipe/builder.ts.
 */
const FINISH = `set -eu
cd "$1"
mkdir -p pkg/src pkg/build pkg/extra opt/mesosphere proc sys dev tmp
rm -rf var/lib/apt/lists/* var/lib/apt/extended_states var/cache/apt/* var/cache/debconf/*-old var/log/apt
rm -f etc/apt/sources.list etc/apt/apt.conf.d/99mmdebstrap etc/dpkg/dpkg.cfg.d/99mmdebstrap var/lib/dbus/machine-id
find var/log -type f -delete
: >etc/resolv.conf
: >etc/machine-id
echo ${HOST_NAME} >etc/hostname
printf '127.0.0.1 localhost ${HOST_NAME}\\n::1 localhost\\n' >etc/hosts
find . -xdev -type f -perm /6000 -exec chmod ug-s {} +`;

/**
 * As root, mmdebstrap mounts proc, sys and the like in the root that it makes, among the mounts of this machine, where they
 * would stay if it is killed. In a namespace of its own they go with its last process. Where no such namespace can be had,
 * as in a container, mmdebstrap mounts nothing. For an ordinary user it makes one itself.
 */
const DEFINE_MAKE = `make() {
  if [ "$EUID" = 0 ] && unshare --mount true 2>/dev/null; then unshare --mount mmdebstrap "$@"; else mmdebstrap "$@"; fi
}
`;

/**
 * By way of a tar archive, in which all modes of mmdebstrap (as root, in a user namespace, under fakechroot) write the
 * same bytes; then every file is given to the user who unpacks it.
 */
const UNPACK = `${DEFINE_MAKE}set -o pipefail
make "\${@:2}" | tar --extract --directory "$1" --preserve-permissions --no-same-owner --exclude './dev/*'`;

const KEEP_ARCHIVE = `${DEFINE_MAKE}make "\${@:2}" >"$1"`;

/** What is made of a lock: the arguments of mmdebstrap that differ, and what its archive goes to. */
interface Recipe {
  /** Run by bash; `$1` is the target, the rest are mmdebstrap's arguments. */
  readonly pipeline: string;
  readonly target: string;
  readonly arguments: readonly string[];
}

/**
 * Fills an empty folder with the root file system of a lock.
 *
 * @param packages the .deb file of each locked package
 * @throws UserError BUILD_FAILED with the last words of mmdebstrap, HOST_INCOMPLETE without it
 */
export async function makeRoot(
  lock: BuilderLock,
  packages: ReadonlyMap<LockedPackage, string>,
  folder: string,
  options: MakeOptions,
): Promise<void> {
  const recipe = { pipeline: UNPACK, target: folder, arguments: [`--customize-hook=${FINISH}`] };
  await runMmdebstrap(lock, packages, recipe, options);
}

export interface ArchiveOptions extends MakeOptions {
  /** The file to write. */
  readonly tarball: string;
  /** A script of /bin/sh with the root as `$1`, run before the packages are configured that are not essential. */
  readonly prepare: string;
  /** The same, run when all is installed. */
  readonly finish: string;
  /** Patterns of paths that dpkg leaves out, and those of them that it does not. */
  readonly leaveOut: readonly string[];
  readonly leaveIn: readonly string[];
}

/**
 * Writes the root file system of a lock as a tar archive, with owners, modes and capabilities, without devices.
 *
 * @param packages the .deb file of each locked package
 * @throws UserError BUILD_FAILED with the last words of mmdebstrap, HOST_INCOMPLETE without it, DISK_FULL
 */
export async function makeRootArchive(
  lock: BuilderLock,
  packages: ReadonlyMap<LockedPackage, string>,
  options: ArchiveOptions,
): Promise<void> {
  const { tarball, prepare, finish, leaveOut, leaveIn } = options;
  const recipe = {
    pipeline: KEEP_ARCHIVE,
    target: tarball,
    arguments: [
      '--skip=output/dev',
      `--essential-hook=${prepare}`,
      `--customize-hook=${finish}`,
      ...leaveOut.map((pattern) => `--dpkgopt=path-exclude=${pattern}`),
      ...leaveIn.map((pattern) => `--dpkgopt=path-include=${pattern}`),
    ],
  };
  await runMmdebstrap(lock, packages, recipe, options);
}

async function runMmdebstrap(
  lock: BuilderLock,
  packages: ReadonlyMap<LockedPackage, string>,
  { pipeline, target, arguments: more }: Recipe,
  options: MakeOptions,
): Promise<void> {
  const files = [...packages].map(([{ name, architecture, bytes, sha256 }, path]) => {
    return { path, name: `${name}_${architecture}.deb`, bytes, sha256 };
  });
  await using scratch = await openSharedScratch('dcos-build-debian');
  const archive = join(scratch.path, 'archive');
  await writeFlatArchive(files, archive, options.signal);
  const { PATH = '', ...environment } = cleanEnvironment();
  let said = '';
  const args = mmdebstrapArguments(lock, archive, more);
  const group = await startGroup('bash', ['-c', pipeline, 'bash', target, ...args], {
    env: {
      ...environment,
      PATH: `${PATH}:/usr/sbin:/sbin`,
      TMPDIR: scratch.path,
      SOURCE_DATE_EPOCH: String(lock.madeWith.timestamp),
      DEBIAN_FRONTEND: 'noninteractive',
    },
    onOutput: (chunk) => {
      said = (said + Buffer.from(chunk).toString('utf8')).slice(-4000);
      options.onOutput?.(chunk);
    },
  });
  const cancel = (): void => terminateGroup(group);
  options.signal?.addEventListener('abort', cancel, { once: true });
  const { code } = await group.ended;
  options.signal?.removeEventListener('abort', cancel);
  options.signal?.throwIfAborted();
  if (code !== 0) throw said.includes('No space left on device') ? diskFull(target) : failed(said);
}

function mmdebstrapArguments(
  { madeWith, packages }: BuilderLock,
  archive: string,
  more: readonly string[],
): readonly string[] {
  return [
    `--variant=${madeWith.variant}`,
    `--include=${packages.map(({ name }) => name).join(',')}`,
    '--aptopt=Acquire::Languages "none"',
    '--dpkgopt=force-unsafe-io',
    ...more,
    '--format=tar',
    '', // no suite: the archive has no Release file that could name one
    '-',
    `deb [trusted=yes] copy://${archive} ./`,
  ];
}

function failed(said: string): UserError {
  const complaints = said.split('\n').filter((line) => /^(E:|dpkg: error|bash:|unshare:|tar:)/.test(line));
  return new UserError('BUILD_FAILED', `mmdebstrap could not make the root: ${complaints.join(' ') || said.trim()}`, {
    hint: 'An ordinary user needs lines of their own in /etc/subuid and /etc/subgid, or the package fakechroot.',
  });
}
