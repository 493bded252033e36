import { expect, test } from 'vitest';
import { addUsers } from '../../src/bake/accounts.ts';
import { cleanRoot } from '../../src/bake/clean-root.ts';
import { RootDraft } from '../../src/bake/root-draft.ts';
import { changeServices } from '../../src/bake/services.ts';
import { putAzureSettings } from '../../src/bake/azure-settings.ts';
import { putHardening } from '../../src/bake/hardening.ts';
import { parseUnit } from '../packages/unit-file.ts';
import { HARDENING, type HardeningName } from '../../src/recipe/image-definition.ts';
import { failureOf } from '../rig/failure.ts';

const EPOCH = 1_700_000_000;

function draft(files: Readonly<Record<string, string>>): RootDraft {
  const root = new RootDraft([], EPOCH);
  for (const [path, text] of Object.entries(files)) root.putFile(path, text);
  return root;
}

test('folders above come by themselves, and what is removed goes with all below it', () => {
  const root = draft({ '/etc/a/b/c': 'text', '/etc/ab': '' });
  expect([...root.finish().keys()]).toEqual(['/etc', '/etc/a', '/etc/a/b', '/etc/a/b/c', '/etc/ab']);
  expect(root.remove('/etc/a')).toBe(true);
  expect([...root.finish().keys()]).toEqual(['/etc', '/etc/ab']);
  expect(root.remove('/etc/a')).toBe(false);
});

test('a file that is written again keeps its owner and mode', () => {
  const root = new RootDraft([], EPOCH);
  root.putFile('/etc/shadow', 'old', { mode: 0o640, gid: 42 });
  root.putFile('/etc/shadow', 'new');
  expect(root.get('/etc/shadow')).toMatchObject({ mode: 0o640, gid: 42, bytes: 3, content: { text: 'new' } });
});

test('what a path leads to is found as the system finds it, through links of folders, and out of no circle', () => {
  const root = draft({ '/usr/bin/dash': '', '/etc/alternatives/README': '' });
  root.putLink('/bin', 'usr/bin');
  root.putLink('/usr/bin/sh', 'dash');
  root.putLink('/etc/alternatives/shell', '/bin/./sh');
  root.putLink('/usr/bin/up', '../../etc/alternatives/shell');
  root.putLink('/usr/bin/none', '/nowhere/../bin/sh');
  root.putLink('/usr/bin/circle', 'circle');
  for (const path of ['/bin/sh', '/etc/alternatives/shell', '/bin/up', '/../bin/dash'])
    expect([path, root.find(path)?.path]).toEqual([path, '/usr/bin/dash']);
  for (const path of ['/bin/none', '/bin/circle', '/bin/zsh', '/bin/sh/..x'])
    expect([path, root.find(path)]).toEqual([path, undefined]);
  expect(root.find('/bin')?.path).toBe('/usr/bin');
});

test('of a file that goes, another name becomes the file', () => {
  const common = { mode: 0o755, uid: 0, gid: 0, mtime: 1 };
  const root = new RootDraft(
    [
      { ...common, kind: 'file', path: '/a', bytes: 1, content: { text: 'x' } },
      { ...common, kind: 'hardlink', path: '/b', target: '/a' },
      { ...common, kind: 'hardlink', path: '/c', target: '/a' },
    ],
    EPOCH,
  );
  root.remove('/a');
  expect(root.get('/b')).toMatchObject({ kind: 'file', content: { text: 'x' } });
  expect(root.get('/c')).toMatchObject({ kind: 'hardlink', target: '/b' });
  expect(root.text('/c')).toBe('x');
});

test('what waagent -deprovision removes is not there, and neither is what tells of the machine that made it', () => {
  const root = draft({
    '/etc/ssh/ssh_host_rsa_key': 'secret',
    '/etc/ssh/ssh_host_rsa_key.pub': 'public',
    '/etc/ssh/sshd_config': 'kept',
    '/etc/machine-id': '0123',
    '/etc/hostname': 'builder',
    '/etc/hosts': '127.0.0.1 builder',
    '/etc/resolv.conf': 'nameserver 10.0.0.1',
    '/etc/passwd-': 'old',
    '/var/lib/dpkg/status': 'kept',
    '/var/lib/dpkg/status-old': 'old',
    '/var/lib/dpkg/lock': '',
    '/var/lib/dhcp/dhclient.eth0.leases': 'lease',
    '/var/lib/waagent/ovf-env.xml': 'secret',
    '/var/lib/cloud/instance/user-data.txt': 'secret',
    '/var/lib/systemd/random-seed': 'seed',
    '/var/log/dpkg.log': 'log',
    '/var/log/apt/term.log': 'log',
    '/var/cache/apt/pkgcache.bin': 'cache',
    '/root/.bash_history': 'history',
    '/root/.profile': 'kept',
    '/root/.ssh/authorized_keys': 'key',
    '/tmp/left': 'x',
    '/run/left': 'x',
  });
  cleanRoot(root);
  const files = [...root.finish().values()].flatMap(({ kind, path }) => (kind === 'file' ? [path] : []));
  expect(files).toEqual([
    '/etc/hostname',
    '/etc/hosts',
    '/etc/machine-id',
    '/etc/ssh/sshd_config',
    '/root/.profile',
    '/var/lib/dpkg/status',
  ]);
  expect(root.text('/etc/machine-id')).toBe('');
  expect(root.text('/etc/hostname')).toBe('localhost\n');
  expect(root.text('/etc/hosts')).not.toContain('builder');
  expect(root.get('/tmp')).toMatchObject({ kind: 'folder', mode: 0o1777 });
  expect(root.get('/var/log/apt')).toMatchObject({ kind: 'folder' });
});

test('the link to what systemd-resolved writes stays', () => {
  const root = new RootDraft([], EPOCH);
  root.putLink('/etc/resolv.conf', '../run/systemd/resolve/stub-resolv.conf');
  cleanRoot(root);
  expect(root.get('/etc/resolv.conf')).toMatchObject({ kind: 'link' });
});

test('waagent is told where its settings stand, and what it has no line for comes at the end', () => {
  const root = draft({ '/etc/waagent.conf': '# AutoUpdate.Enabled=n\nAutoUpdate.Enabled=n\nLogs.Verbose=n' });
  putAzureSettings(root, { aptSources: ['deb http://a b c'], kernelParameters: ['console=ttyS0'] });
  expect(root.text('/etc/waagent.conf')?.split('\n')).toEqual([
    '# AutoUpdate.Enabled=n',
    'AutoUpdate.Enabled=y',
    'Logs.Verbose=n',
    'Provisioning.Agent=auto',
    'Provisioning.DeleteRootPassword=y',
    'Provisioning.RegenerateSshHostKeyPair=y',
    'ResourceDisk.Format=n',
    'ResourceDisk.EnableSwap=n',
    'OS.EnableFirewall=n',
    '',
  ]);
  expect(root.text('/etc/apt/sources.list')).toBe('deb http://a b c\n');
  expect(root.text('/etc/ssh/sshd_config.d/50-dcos-azure.conf')).toContain('ClientAliveInterval 180');
  expect(root.text('/etc/systemd/network/10-netplan-eth0.network.d/dcos.conf')).toContain('UseDomains=true');
});

test('every switch of hardening changes something', () => {
  const names = Object.keys(HARDENING).filter((name): name is HardeningName => name in HARDENING);
  const idle = names.filter((name) => {
    const root = new RootDraft([], EPOCH);
    putHardening(root, [name]);
    return root.below('/etc').length === 0;
  });
  expect(idle).toEqual([]);
});

test('what has to be there before the network waits for nothing that waits for the network', () => {
  const root = new RootDraft([], EPOCH);
  putHardening(root, ['wireserver-guard']);
  const unit = parseUnit(root.text('/etc/systemd/system/dcos-wireserver-guard.service') ?? '').get('Unit') ?? [];
  const values = (key: string): readonly string[] =>
    unit.flatMap((entry) => (entry.key === key ? entry.value.split(' ') : []));
  expect(values('Before')).toContain('network-pre.target');
  expect(values('DefaultDependencies')).toEqual(['no']);
  // cloud-init is before sysinit.target, and behind the network.
  expect(values('After')).toEqual(['local-fs.target']);
});

const ACCOUNTS = {
  '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\nsshd:x:102:65534::/run/sshd:/usr/sbin/nologin\n',
  '/etc/group': 'root:x:0:\nadm:x:4:syslog\n',
  '/etc/shadow': 'root:*:1:0:99999:7:::\n',
  '/etc/gshadow': 'root:*::\nadm:*::syslog\n',
};
const dcos = { uid: undefined, group: undefined, groups: [], home: '/opt/mesosphere', shell: '/sbin/nologin' };

test('users are as useradd --system would have made them', () => {
  const root = draft(ACCOUNTS);
  const users = addUsers(root, [{ ...dcos, name: 'dcos_b', comment: 'DCOS System User', groups: ['adm'] }], EPOCH);
  const uid = users[0]?.uid ?? 0;
  expect(uid).toBeGreaterThanOrEqual(600);
  expect(uid).toBeLessThan(900);
  expect(root.text('/etc/passwd')).toContain(
    `\ndcos_b:x:${uid}:${uid}:DCOS System User:/opt/mesosphere:/sbin/nologin\n`,
  );
  expect(root.text('/etc/group')).toBe(`root:x:0:\nadm:x:4:syslog,dcos_b\ndcos_b:x:${uid}:\n`);
  expect(root.text('/etc/shadow')).toBe('root:*:1:0:99999:7:::\ndcos_b:!:19675::::::\n');
  expect(root.text('/etc/gshadow')).toBe('root:*::\nadm:*::syslog,dcos_b\ndcos_b:!::\n');
});

test('a number follows from the name alone, whoever else there is', () => {
  const numberOf = (names: readonly string[]) =>
    new Map(
      addUsers(
        draft(ACCOUNTS),
        names.map((name) => ({ ...dcos, name, comment: '' })),
        EPOCH,
      ).map(({ name, uid }) => [name, uid]),
    );
  const many = numberOf(['dcos_mesos', 'dcos_history', 'dcos_signal', 'dcos_cosmos']);
  for (const [name, uid] of many) expect(numberOf([name]).get(name)).toBe(uid);
  expect(new Set(many.values()).size).toBe(many.size);
});

test('a group that is named twice is joined once', () => {
  const root = draft(ACCOUNTS);
  addUsers(root, [{ ...dcos, name: 'new', comment: '', groups: ['adm', 'adm'] }], EPOCH);
  expect(root.text('/etc/group')).toMatch(/^adm:x:\d+:(?:\w+,)*new$/m);
  expect(root.text('/etc/group')).not.toContain('new,new');
});

test.each<readonly [change: object, message: string]>([
  [{ name: 'sshd' }, 'The user sshd cannot be made: a user of that name comes with the packages (102).'],
  [{ name: 'new', uid: 102 }, 'The user new cannot be made: the number 102 is taken.'],
  [{ name: 'new', group: 'none' }, 'The user new is to be in the group none, which is not there.'],
])('a user that cannot be is refused: %#', (change, message) => {
  const user = { ...dcos, name: 'new', comment: '', ...change };
  expect(failureOf(() => addUsers(draft(ACCOUNTS), [user], EPOCH))).toMatchObject({ code: 'IMAGE_INVALID', message });
});

const UNITS = {
  '/usr/lib/systemd/system/a.service':
    '[Unit]\n[Install]\nWantedBy=multi-user.target graphical.target\nAlias=b.service\n',
  '/usr/lib/systemd/system/static.service': '[Service]\nExecStart=/bin/true\n',
  '/usr/lib/systemd/system/getty@.service': '[Install]\nWantedBy=getty.target\n',
};
const linksOf = (root: RootDraft) =>
  root.below('/etc/systemd/system').flatMap((path) => {
    const entry = root.get(path);
    return entry?.kind === 'link' ? [`${path} -> ${entry.target}`] : [];
  });
const none = { enable: [], disable: [], mask: [] };

test('a unit is enabled where it says, and disabled with its other names', () => {
  const root = draft(UNITS);
  changeServices(root, { ...none, enable: ['a.service', 'getty@tty1.service'] });
  expect(linksOf(root)).toEqual([
    '/etc/systemd/system/multi-user.target.wants/a.service -> /usr/lib/systemd/system/a.service',
    '/etc/systemd/system/graphical.target.wants/a.service -> /usr/lib/systemd/system/a.service',
    '/etc/systemd/system/b.service -> /usr/lib/systemd/system/a.service',
    '/etc/systemd/system/getty.target.wants/getty@tty1.service -> /usr/lib/systemd/system/getty@.service',
  ]);
  changeServices(root, { ...none, disable: ['a.service'] });
  expect(linksOf(root)).toEqual([
    '/etc/systemd/system/getty.target.wants/getty@tty1.service -> /usr/lib/systemd/system/getty@.service',
  ]);
  changeServices(root, { ...none, mask: ['a.service'] });
  expect(linksOf(root)).toContain('/etc/systemd/system/a.service -> /dev/null');
});

test('units that go with a unit are enabled and disabled with it, those that are not there apart', () => {
  const root = draft({
    '/usr/lib/systemd/system/net.service':
      '[Install]\nWantedBy=multi-user.target\nAlso=net.socket wait.service gone.service static.service\n',
    '/usr/lib/systemd/system/static.service': '[Service]\nExecStart=/bin/true\n',
    '/usr/lib/systemd/system/net.socket': '[Install]\nWantedBy=sockets.target\nAlso=net.service\n',
    '/usr/lib/systemd/system/wait.service': '[Install]\nWantedBy=network-online.target\n',
  });
  changeServices(root, { ...none, enable: ['net.service'] });
  expect(linksOf(root)).toEqual([
    '/etc/systemd/system/multi-user.target.wants/net.service -> /usr/lib/systemd/system/net.service',
    '/etc/systemd/system/sockets.target.wants/net.socket -> /usr/lib/systemd/system/net.socket',
    '/etc/systemd/system/network-online.target.wants/wait.service -> /usr/lib/systemd/system/wait.service',
  ]);
  changeServices(root, { ...none, disable: ['net.service'] });
  expect(linksOf(root)).toEqual([]);
  changeServices(root, { enable: ['net.service'], disable: [], mask: ['wait.service'] });
  expect(linksOf(root)).toContain('/etc/systemd/system/wait.service -> /dev/null');
});

test.each<readonly [change: object, message: string, hint: string]>([
  [{ enable: ['static.service'] }, 'The unit static.service cannot be enabled', 'without an [Install] section'],
  [{ disable: ['statik.service'] }, 'The image has no unit "statik.service"', 'Did you mean "static.service"?'],
])('a unit that cannot be changed is refused: %#', (change, message, hint) => {
  const error = failureOf(() => changeServices(draft(UNITS), { ...none, ...change }));
  expect(error.message).toContain(message);
  expect(error.hint).toContain(hint);
});
