/**
 * The hook stage: scripts of the user, run as root of a copy of the base, with neither network nor anything of this
 * machine in sight. What they leave is the base of the image.
 */
import { join } from 'node:path';
import { OWN_NAMESPACE } from '../host/any-owner.ts';
import { cleanEnvironment } from '../host/environment.ts';
import { makeFolder, remove, writeFileWhole } from '../host/files.ts';
import { requireSpace } from '../host/disk-space.ts';
import { unpackPlain, type PlainEntry } from '../host/plain-root.ts';
import { isRoot, run } from '../host/process.ts';
import { startGroup, terminateGroup } from '../host/process-group.ts';
import type { RootEntry } from '../image/root-tree.ts';
import type { Sha256 } from '../model/digest.ts';
import { UserError } from '../model/errors.ts';
import { sorted } from '../model/order.ts';
import { filesOf, readEntries, writeEntries } from './entries-file.ts';
import { openStage, stageId, type StageOptions } from './stage.ts';

/** Goes up when the same scripts see another root. */
const LAYOUT = 1;

export interface Hook {
  /** As messages name it. */
  readonly name: string;
  readonly sha256: Sha256;
  readonly text: string;
}

export interface HookOptions extends StageOptions {
  /** The folder of the stage that the scripts change a copy of. */
  readonly base: string;
  /** The time that scripts are told, and the latest that files bear. */
  readonly epoch: number;
  readonly onOutput: (chunk: Uint8Array) => void;
}

/** Follows from the base and the texts of the scripts, in their order. */
export function hookId(base: Sha256, hooks: readonly Hook[]): Sha256 {
  return stageId('hook', LAYOUT, [base, hooks.map(({ sha256 }) => sha256)]);
}

/** @throws UserError BUILD_FAILED with the last words of the script, EXECUTOR_UNAVAILABLE, DISK_FULL */
export async function openHooked(
  id: Sha256,
  hooks: readonly Hook[],
  options: HookOptions,
): Promise<{ readonly folder: string; readonly made: boolean }> {
  return await openStage('hook', id, options, async (folder) => {
    const before = readEntries(options.base);
    await requireSpace(folder, 3 * before.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.bytes : 0), 0));
    const work = join(folder, 'work');
    await makeFolder(work);
    const tarball = join(work, 'root.tar');
    const owners = await possibleOwners();
    await runHooks(hooks, before, { ...options, work, tarball, owners });
    const after = await unpackPlain(tarball, filesOf(folder));
    await remove(work);
    const owned = owners === 'root-alone' ? withOldOwners(after, before) : after;
    await writeEntries(folder, withOldTimes(owned, before, options.epoch));
  });
}

interface Running extends HookOptions {
  readonly work: string;
  readonly tarball: string;
  readonly owners: Owners;
}

async function possibleOwners(): Promise<Owners> {
  if (isRoot()) return 'root';
  const { status } = await run('unshare', [...OWN_NAMESPACE, 'true']);
  return status === 0 ? 'subordinate' : 'root-alone';
}

/** What an installation script needs of root's powers. None of them reaches beyond the files of the root. */
const CAPABILITIES = [
  ...['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'SETFCAP', 'SETGID', 'SETUID', 'SETPCAP'],
  ...['KILL', 'SYS_CHROOT', 'AUDIT_WRITE'],
];

/**
 * As root of this machine, or of a user namespace of one's own with all the ids that /etc/subuid gives; scripts cannot tell
 * the two apart. Where a user has no such ids, everything in the copy is root's and can be given to nobody else.
 */
type Owners = 'root' | 'subordinate' | 'root-alone';

const PIPELINE = `set -euo pipefail
base=$1 work=$2 tarball=$3 owners=$4
mkdir "$work/root"
cp --archive --reflink=auto "$base/." "$work/root"
if [ "$owners" = root-alone ]; then
  as_root='--unshare-user --uid 0 --gid 0'
else
  as_root=
  chown --no-dereference 0:0 "$work/root"
fi
chmod 0755 "$work/root"
cd "$work/root"
. "$work/rights"
cd "$work"
for hook in hooks/*; do
  echo "== $(cat "$work/names/\${hook#hooks/}")"
  bwrap $as_root --unshare-pid --unshare-net --unshare-ipc --unshare-uts --hostname localhost --die-with-parent \\
    --new-session --cap-drop ALL ${CAPABILITIES.map((name) => `--cap-add CAP_${name}`).join(' ')} --clearenv --setenv PATH /usr/sbin:/usr/bin:/sbin:/bin --setenv HOME /root \\
    --setenv LC_ALL C.UTF-8 --setenv DEBIAN_FRONTEND noninteractive --setenv SOURCE_DATE_EPOCH "$SOURCE_DATE_EPOCH" \\
    --bind "$work/root" / --proc /proc --remount-ro /proc --dev /dev --tmpfs /tmp --tmpfs /run --ro-bind "$work/$hook" /run/hook \\
    --chdir /root -- /bin/sh -c /run/hook </dev/null || exit $?
done
tar --create --format=posix --xattrs --xattrs-include='*' --numeric-owner --sort=name --directory "$work/root" \\
  --exclude='./dev/*' --exclude='./proc/*' --exclude='./sys/*' --exclude='./run/*' --exclude='./tmp/*' \\
  --file "$tarball" .
rm -rf --one-file-system "$work/root"
`;

async function runHooks(hooks: readonly Hook[], before: readonly RootEntry[], options: Running): Promise<void> {
  const { work, tarball, base, epoch, signal, onOutput, owners } = options;
  for (const folder of ['hooks', 'names']) await makeFolder(join(work, folder));
  for (const [index, { name, text }] of hooks.entries()) {
    const number = String(index).padStart(3, '0');
    await writeFileWhole(join(work, 'hooks', number), text, 0o755);
    await writeFileWhole(join(work, 'names', number), name);
  }
  await writeFileWhole(join(work, 'rights'), rightsScript(before, owners));
  let said = '';
  const { PATH = '', ...environment } = cleanEnvironment();
  const script = ['-c', PIPELINE, 'bash', filesOf(base), work, tarball, owners];
  const [program, args] =
    owners === 'subordinate'
      ? (['unshare', [...OWN_NAMESPACE, 'bash', ...script]] as const)
      : (['bash', script] as const);
  const group = await startGroup(program, args, {
    env: { ...environment, PATH: `${PATH}:/usr/sbin:/sbin`, SOURCE_DATE_EPOCH: String(epoch) },
    onOutput: (chunk) => {
      said = (said + Buffer.from(chunk).toString('utf8')).slice(-4000);
      onOutput(chunk);
    },
  });
  const cancel = (): void => terminateGroup(group);
  signal.addEventListener('abort', cancel, { once: true });
  const { code } = await group.ended;
  signal.removeEventListener('abort', cancel);
  signal.throwIfAborted();
  if (code !== 0) throw failed(said, code);
}

/** Sets owners and modes where they differ from those of the plain files: few entries of many. */
function rightsScript(entries: readonly RootEntry[], possible: Owners): string {
  const owners = Map.groupBy(
    entries.filter(
      ({ uid, gid, kind }) => possible !== 'root-alone' && (uid !== 0 || gid !== 0) && kind !== 'hardlink',
    ),
    ({ uid, gid }) => `${uid}:${gid}`,
  );
  const modes = Map.groupBy(
    entries.filter(({ mode, kind }) => {
      if (kind === 'folder') return mode !== 0o755;
      return kind === 'file' && mode !== 0o755 && mode !== 0o644;
    }),
    ({ mode }) => mode.toString(8),
  );
  const named = (of: readonly RootEntry[]): string => of.map(({ path }) => quoted(`.${path}`)).join(' ');
  return [
    // Plain files belong to who unpacked them, which is root here.
    ...sorted(owners.keys()).map((owner) => `chown --no-dereference ${owner} ${named(owners.get(owner) ?? [])}\n`),
    ...sorted(modes.keys()).map((mode) => `chmod ${mode} ${named(modes.get(mode) ?? [])}\n`),
  ].join('');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** What was there keeps its owner, and what is new is root's. */
function withOldOwners(after: readonly PlainEntry[], before: readonly RootEntry[]): readonly PlainEntry[] {
  const old = new Map(before.map(({ path, uid, gid }) => [path, { uid, gid }]));
  return after.map((entry) => ({ ...entry, ...(old.get(entry.path) ?? { uid: 0, gid: 0 }) }));
}

/** What the scripts have not changed keeps its time and its capabilities; what they have made bears none of the moment. */
function withOldTimes(
  after: readonly PlainEntry[],
  before: readonly RootEntry[],
  epoch: number,
): readonly PlainEntry[] {
  const old = new Map(before.map((entry) => [entry.path, entry]));
  return after.map((entry) => {
    const was = old.get(entry.path);
    const isSame =
      was?.kind === entry.kind && (entry.kind !== 'file' || (was.kind === 'file' && was.sha256 === entry.sha256));
    if (!isSame) return { ...entry, mtime: Math.min(entry.mtime, epoch) };
    const own = entry.xattrs === undefined ? {} : { xattrs: entry.xattrs };
    return { ...entry, mtime: was.mtime, ...(was.xattrs === undefined ? {} : { xattrs: was.xattrs }), ...own };
  });
}

function failed(said: string, code: number | undefined): UserError {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  const name = lines.findLast((line) => line.startsWith('== '))?.slice(3);
  const last = lines.findLast((line) => !line.startsWith('== ')) ?? 'it said nothing';
  if (name === undefined) {
    return new UserError('EXECUTOR_UNAVAILABLE', `The sandbox for hooks could not be made: ${last}`, {
      hint: 'Look whether this machine lets its users make user namespaces; "dcos-build doctor" tells what else is missing.',
    });
  }
  return new UserError(
    'BUILD_FAILED',
    `The hook ${name} failed with status ${code ?? 'unknown'}; its last words: ${last}`,
    {
      hint: 'It runs as root in the root file system of the image, without network; --verbose shows all that it says.',
    },
  );
}
