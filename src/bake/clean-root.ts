/**
 * Takes from a root what is of the moment or of the machine that made it, so that a disk with it is generalised from the
 * start: what `waagent -deprovision` removes from a machine is never there (facts: azure 3.3, 2.1 "generalised").
 */
import type { RootEntry } from '../image/root-tree.ts';
import type { RootDraft } from './root-draft.ts';

/** Folders that stay, and are empty. */
const EMPTIED = [
  ...['/dev', '/proc', '/sys', '/run', '/tmp', '/var/tmp', '/var/crash'],
  ...[
    '/var/lib/apt/lists',
    '/var/cache/apt',
    '/var/cache/man',
    '/var/cache/ldconfig',
    '/var/log/apt',
    '/var/log/runit',
  ],
  ...['/var/lib/cloud', '/var/lib/waagent', '/var/lib/dhcp', '/var/lib/dhclient', '/var/lib/dhcpcd'],
  ...['/var/lib/NetworkManager', '/var/lib/chrony', '/var/lib/docker', '/var/lib/containerd', '/var/lib/private'],
  ...['/var/spool/cron/crontabs', '/var/mail', '/var/spool/mail', '/var/lib/logrotate'],
];

const REMOVED = [
  ...['/etc/.pwd.lock', '/etc/apt/apt.conf.d/99mmdebstrap', '/etc/dpkg/dpkg.cfg.d/99mmdebstrap', '/etc/adjtime'],
  ...['/etc/passwd-', '/etc/group-', '/etc/shadow-', '/etc/gshadow-', '/etc/subuid-', '/etc/subgid-'],
  ...['/etc/udev/rules.d/70-persistent-net.rules', '/usr/lib/udev/rules.d/75-persistent-net-generator.rules'],
  ...['/etc/docker/key.json', '/etc/iscsi/initiatorname.iscsi', '/usr/sbin/policy-rc.d'],
  ...['/var/lib/dbus/machine-id', '/var/lib/systemd/random-seed', '/var/lib/systemd/credential.secret'],
  ...['/var/lib/dpkg/lock', '/var/lib/dpkg/lock-frontend', '/var/lib/dpkg/triggers/Lock', '/lost+found'],
];

const HOST_KEY = /^\/etc\/ssh\/ssh_host_\w+_key(?:\.pub)?$/;
/** Second copies that dpkg and debconf keep of their own files. */
const OLD_COPY = /^\/var\/(?:lib\/dpkg|cache\/debconf)\/[\w-]+-old$/;
const HISTORY = /^\/(?:root|home\/[^/]+)\/\.(?:\w*_?history|lesshst|viminfo|wget-hsts|python_history)$/;
const KEYS_OF_USERS = /^\/(?:root|home\/[^/]+)\/\.(?:ssh|gnupg|aws|azure|docker|kube|cache)$/;

function isOfTheMoment({ path, kind }: RootEntry): boolean {
  if (path.startsWith('/var/log/')) return kind !== 'folder';
  return HOST_KEY.test(path) || OLD_COPY.test(path) || HISTORY.test(path) || KEYS_OF_USERS.test(path);
}

/** What remains bears no time later than the epoch: a script that ran in the root has touched files. */
export function cleanRoot(root: RootDraft): void {
  for (const folder of EMPTIED) root.empty(folder);
  for (const path of REMOVED) root.remove(path);
  root.removeWhere(isOfTheMoment);
  // Empty, and not "uninitialized": systemd would take a machine of the latter for one on which no unit was chosen yet.
  root.putFile('/etc/machine-id', '', { mode: 0o444 });
  root.putFile('/etc/hostname', 'localhost\n');
  const hosts = ['127.0.0.1 localhost', '::1 localhost ip6-localhost ip6-loopback', 'ff02::1 ip6-allnodes'];
  root.putFile('/etc/hosts', `${[...hosts, 'ff02::2 ip6-allrouters'].join('\n')}\n`);
  if (root.get('/etc/resolv.conf')?.kind !== 'link') root.remove('/etc/resolv.conf');
  for (const [path, mode] of MOUNT_POINTS) root.putFolder(path, { mode });
}

const MOUNT_POINTS: readonly (readonly [string, number])[] = [
  ...(['/dev', '/run', '/mnt'] as const).map((path) => [path, 0o755] as const),
  ['/proc', 0o555],
  ['/sys', 0o555],
  ['/tmp', 0o1777],
];
