/** A root file system made by mmdebstrap out of locked packages: the same bytes on any machine, for any user. */
import { cleanEnvironment } from '../host/environment.ts';
import { openFlatArchive } from '../host/flat-archive.ts';
import { startGroup, terminateGroup } from '../host/process-group.ts';
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
 * By way of a tar archive, in which all modes of mmdebstrap (as root, in a user namespace, under fakechroot) write the
 * same bytes; then every file is given to the user who unpacks it.
 */
const PIPELINE = `set -o pipefail
mmdebstrap "\${@:2}" | tar --extract --directory "$1" --preserve-permissions --no-same-owner --exclude './dev/*'`;

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
  const files = [...packages].map(([{ name, architecture, bytes, sha256 }, path]) => {
    return { path, name: `${name}_${architecture}.deb`, bytes, sha256 };
  });
  await using archive = await openFlatArchive(files, options.signal);
  const { PATH = '', ...environment } = cleanEnvironment();
  let said = '';
  const group = await startGroup('bash', ['-c', PIPELINE, 'bash', folder, ...mmdebstrapArguments(lock, archive.path)], {
    env: {
      ...environment,
      PATH: `${PATH}:/usr/sbin:/sbin`,
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
  if (code !== 0) throw failed(said);
}

function mmdebstrapArguments({ madeWith, packages }: BuilderLock, archive: string): string[] {
  return [
    `--variant=${madeWith.variant}`,
    `--include=${packages.map(({ name }) => name).join(',')}`,
    '--aptopt=Acquire::Languages "none"',
    '--dpkgopt=force-unsafe-io',
    `--customize-hook=${FINISH}`,
    '--format=tar',
    '', // no suite: the archive has no Release file that could name one
    '-',
    `deb [trusted=yes] copy://${archive} ./`,
  ];
}

function failed(said: string): UserError {
  const complaints = said.split('\n').filter((line) => /^(E:|dpkg: error|bash:|tar:)/.test(line));
  return new UserError('BUILD_FAILED', `mmdebstrap could not make the root: ${complaints.join(' ') || said.trim()}`, {
    hint: 'An ordinary user needs lines of their own in /etc/subuid and /etc/subgid, or the package fakechroot.',
  });
}
