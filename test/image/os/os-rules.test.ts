/** Each rule on the system inside, held against a true disk on which one thing is wrong. */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OS_RULES } from '../../../src/image/os/index.ts';
import { ROOT_RULES } from '../../../src/image/os/root-rules.ts';
import { failuresOf, GoodImage, inspect } from '../../rig/good-image.ts';
import { DPKG_STATUS, grubConfig, kernelHead, OS_FILES, PASSWD, RELEASE, WAAGENT } from '../../rig/os-files.ts';
import { ESP_START, makeInitrd, ROOT_START, type Changes } from '../../rig/os-image.ts';
import { overwrite } from '../../rig/overwrite.ts';

interface Break extends Changes {
  /** What else is done to the disk. */
  readonly also?: (disk: string) => void;
}

const image = new GoodImage();
beforeAll(() => image.make());
afterAll(() => image[Symbol.dispose]());

const put = (path: string, content: string | Uint8Array): Break => ({ write: { [path]: content } });
const textOf = (path: string): string => String(OS_FILES[path] ?? '');
const config = textOf(`/boot/config-${RELEASE}`);
const withoutConfig = (name: string): Break =>
  put(`/boot/config-${RELEASE}`, config.replace(new RegExp(`^CONFIG_${name}=.*$`, 'm'), `# CONFIG_${name} is not set`));
const withoutModule = (name: string): Break =>
  put(`/boot/initrd.img-${RELEASE}`, makeInitrd(image.scratch, 'zstd', otherModules(name)));
const otherModules = (name: string): string[] =>
  [
    'hv/hv_vmbus',
    'scsi/hv_storvsc',
    'net/hv_netvsc',
    'hid/hid-hyperv',
    'serio/hyperv-keyboard',
    'block/virtio_blk',
    'net/virtio_net',
    'ata/ahci',
  ].filter((path) => !path.endsWith(`/${name}`));
const status = (name: string, version: string): Break =>
  put('/var/lib/dpkg/status', DPKG_STATUS.replace(new RegExp(`(Package: ${name}\n[^]*?Version: ).*`), `$1${version}`));
const installed = (name: string, version: string, state = 'install ok installed'): Break =>
  put('/var/lib/dpkg/status', `${DPKG_STATUS}\nPackage: ${name}\nStatus: ${state}\nVersion: ${version}\n`);
const setting = (key: string, value: string): Break =>
  put('/etc/waagent.conf', WAAGENT.replace(new RegExp(`^${key}=.*$`, 'm'), `${key}=${value}`));
const parameters = (change: (line: string) => string): Break => put('/boot/grub/grub.cfg', change(grubConfig()));
const appended = (path: string, more: string): Break => put(path, `${textOf(path)}${more}`);
const python = (version: string): Break => ({
  write: { '/usr/bin/python3': `->python${version}`, [`/usr/bin/python${version}`]: 'python' },
});

const BREAKS: readonly (readonly [name: string, what: Break, failed: readonly string[]])[] = [
  ['no superblock', { also: (disk) => overwrite(disk, ROOT_START + 1080, Buffer.alloc(2)) }, ['root.readable']],
  ['a journal to be replayed', { commands: ['feature needs_recovery'] }, ['root.clean']],
  ['a kernel for ARM', put(`/boot/vmlinuz-${RELEASE}`, kernelHead(0xaa64)), ['arch']],
  ['a shell that is no program', put('/usr/bin/dash', 'dash'), ['arch']],
  [
    'nothing for UEFI',
    { also: (disk) => execFileSync('mdel', ['-i', `${disk}@@${ESP_START}`, '::/EFI/BOOT/BOOTX64.EFI']) },
    ['boot.efi-program'],
  ],
  ['no ESP that can be read', { also: (disk) => overwrite(disk, ESP_START, Buffer.alloc(512)) }, ['boot.efi-program']],
  ['no serial console', parameters((text) => text.replace('console=ttyS0,115200 early', 'early')), ['kernel.console']],
  ['no boot entry', put('/boot/grub/grub.cfg', 'set timeout=0\n'), ['kernel.console']],
  ['no earlyprintk', parameters((text) => text.replace('earlyprintk=ttyS0,115200', '')), ['kernel.earlyprintk']],
  ['no rootdelay', parameters((text) => text.replace('rootdelay=300', 'rootdelay=30')), ['kernel.rootdelay']],
  ['an initrd that sleeps', installed('initramfs-tools', '0.142'), ['kernel.no-sleep']],
  ['a bad parameter', parameters((text) => text.replace(' ro ', ' ro reserve=0x1f0,0x8 ')), ['kernel.bad-params']],
  ['a quiet kernel', parameters((text) => text.replace(' ro ', ' ro quiet ')), ['kernel.quiet']],
  ['new names of interfaces', parameters((text) => text.replace('net.ifnames=0', '')), ['kernel.net-names']],
  ['no storage driver in the initrd', withoutModule('hv_storvsc'), ['hv.modules']],
  ['no keyboard in the initrd', withoutModule('hyperv-keyboard'), ['hv.input']],
  ['no virtio in the initrd', withoutModule('virtio_blk'), ['kernel.local-test']],
  ['no initrd', { remove: [`/boot/initrd.img-${RELEASE}`] }, ['hv.modules', 'hv.input', 'kernel.local-test']],
  ['a kernel without HYPERV_NET', withoutConfig('HYPERV_NET'), ['hv.config']],
  ['a kernel without HYPERV_BALLOON', withoutConfig('HYPERV_BALLOON'), ['hv.config-more']],
  ['a kernel without CIFS', withoutConfig('CIFS'), ['kernel.config']],
  ['no module udf', put(`/usr/lib/modules/${RELEASE}/modules.dep`, 'kernel/fs/fat/vfat.ko:\n'), ['fs.modules']],
  ['an old openssl', status('openssl', '1.1.0l-1'), ['openssl']],
  ['Python 3.8', python('3.8'), ['python', 'python.advice']],
  ['Python 3.9', python('3.9'), ['python.advice']],
  ['a kernel with the holes of SACK', status(`linux-image-${RELEASE}`, '4.19.37-5'), ['kernel.sack']],
  ['a C library with the hole GHOST', status('libc6', '2.13-38+deb7u6'), ['glibc.ghost']],
  ['an old OMI', installed('omi', '1.6.8.0'), ['omi']],
  [
    'an old waagent',
    put('/usr/lib/python3/dist-packages/azurelinuxagent/common/version.py', "AGENT_VERSION = '2.2.45'\n"),
    ['waagent.version'],
  ],
  ['a waagent that stays as it is', setting('AutoUpdate.Enabled', 'n'), ['waagent.autoupdate']],
  [
    'cloud-init that looks elsewhere',
    put('/etc/cloud/cloud.cfg.d/95-other.cfg', 'datasource_list:\n- NoCloud\n'),
    ['cloud-init.ds'],
  ],
  ['cloud-init that is off', put('/etc/cloud/cloud-init.disabled', ''), ['cloud-init.ds', 'net.dhcp']],
  ['waagent that provisions', setting('Provisioning.Agent', 'waagent'), ['cloud-init.ds']],
  ['waagent that formats the disk', setting('ResourceDisk.Format', 'y'), ['resource-disk']],
  ['no KVP daemon', { remove: ['/usr/sbin/hv_kvp_daemon'] }, ['kvp']],
  ['an agent of others', put('/opt/microsoft/mdatp/conf', ''), ['no-mgmt-agents']],
  ['a clock of its own', put('/etc/chrony/conf.d/azure.conf', 'makestep 1.0 -1\n'), ['time']],
  ['no guard before the wireserver', setting('OS.EnableFirewall', 'n'), ['wireserver-guard']],
  ['a history', put('/root/.bash_history', 'ls\n'), ['history']],
  ['a password', put('/etc/shadow', 'root:$y$j9T$abc:19000::::::\n'), ['users.no-password']],
  ['an empty password', put('/etc/shadow', 'root::19000::::::\n'), ['users.no-password']],
  ['a password in passwd', put('/etc/passwd', PASSWD.replace('root:x', 'root:')), ['users.no-password']],
  ['a password in the copy of shadow', put('/etc/shadow-', 'root:abc:19000::::::\n'), ['users.no-password']],
  ['a user', put('/etc/passwd', `${PASSWD}me:x:1000:1000::/home/me:/bin/bash\n`), ['users.no-extra']],
  ['a second root', put('/etc/passwd', `${PASSWD}toor:x:0:0::/root:/usr/sbin/nologin\n`), ['users.one-root']],
  [
    'sudo that asks for the password of others',
    put('/etc/sudoers.d/suse', 'Defaults targetpw\n'),
    ['sudoers.targetpw'],
  ],
  ['an SSH server that is masked', put('/etc/systemd/system/ssh.service', '->/dev/null'), ['ssh.server']],
  ['no SSH server', { remove: ['/usr/sbin/sshd'] }, ['ssh.server']],
  [
    'a long silence',
    put('/etc/ssh/sshd_config.d/10-mine.conf', 'ClientAliveInterval 240\n'),
    ['ssh.keepalive', 'ssh.keepalive-advice'],
  ],
  [
    'two minutes of silence',
    put('/etc/ssh/sshd_config.d/10-mine.conf', 'ClientAliveInterval 120\n'),
    ['ssh.keepalive-advice'],
  ],
  ['a host key', put('/etc/ssh/ssh_host_ed25519_key.pub', 'ssh-ed25519 AAAA\n'), ['ssh.no-host-keys']],
  ['an authorized key', put('/root/.ssh/authorized_keys', 'ssh-ed25519 AAAA\n'), ['ssh.no-authorized-keys']],
  [
    'a fixed address',
    put('/etc/network/interfaces.d/eth0', 'iface eth0 inet static\n  address 10.0.0.4\n'),
    ['net.dhcp'],
  ],
  [
    'a fixed MAC',
    put(
      '/etc/netplan/50.yaml',
      'network:\n  ethernets:\n    eth0:\n      dhcp4: true\n      match:\n        macaddress: 00:11\n',
    ),
    ['net.dhcp'],
  ],
  ['the names of another machine', put('/etc/udev/rules.d/70-persistent-net.rules', ''), ['udev.net']],
  [
    'the archive of somebody',
    put('/etc/apt/sources.list', 'deb http://mirror.example/debian bookworm main\n'),
    ['repos'],
  ],
  [
    'a firewall',
    put('/etc/systemd/system/sysinit.target.wants/nftables.service', '->/lib/systemd/system/nftables.service'),
    ['firewall'],
  ],
  ['swap in fstab', appended('/etc/fstab', '/dev/sdb1 none swap sw 0 0\n'), ['swap.none-in-system']],
  [
    'a swap file',
    put('/swapfile', Buffer.concat([Buffer.alloc(4086), Buffer.from('SWAPSPACE2')])),
    ['swap.none-in-system'],
  ],
  ['a home of its own', appended('/etc/fstab', 'UUID=2 /home ext4 defaults 0 2\n'), ['root.single']],
  ['an id of a machine', put('/etc/machine-id', '0123456789abcdef0123456789abcdef\n'), ['generalised.machine-id']],
  [
    'an id of a machine for D-Bus',
    put('/var/lib/dbus/machine-id', '0123456789abcdef0123456789abcdef\n'),
    ['generalised.machine-id'],
  ],
  ['a host name', put('/etc/hostname', 'builder-7\n'), ['generalised.hostname']],
  ['a name server', put('/etc/resolv.conf', 'search example\nnameserver 10.0.0.1\n'), ['generalised.resolv-conf']],
  ['state of cloud-init', put('/var/lib/cloud/instances/i-1/user-data.txt', ''), ['generalised.cloud-init']],
  ['state of waagent', put('/var/lib/waagent/ovf-env.xml', ''), ['generalised.waagent']],
  ['a log of cloud-init', put('/var/log/cloud-init.log', 'it ran\n'), ['generalised.logs']],
  ['a lease', put('/var/lib/dhcp/dhclient.eth0.leases', 'lease {}\n'), ['generalised.dhcp']],
  ['a random seed', put('/var/lib/systemd/random-seed', 'seed'), ['generalised.seeds']],
  ['a private key', put('/etc/ssl/private/web.key', '-----BEGIN PRIVATE KEY-----\n'), ['leftovers.keys']],
  ['a token', put('/root/.docker/config.json', '{}'), ['leftovers.keys']],
  ['a log', put('/var/log/dpkg.log', 'installed\n'), ['leftovers.logs']],
  ['a crontab', put('/var/spool/cron/crontabs/root', '@daily true\n'), ['leftovers.crontabs']],
  ['a package that is half there', installed('half', '1', 'install ok half-configured'), ['leftovers.packages']],
  ['a temporary file', put('/var/tmp/x', ''), ['leftovers.files']],
];

test('a good image passes every rule, and says which system it is', async () => {
  const inspection = await inspect(image.path);
  expect(failuresOf(inspection)).toEqual(new Map());
  const skipped = inspection.findings.filter(({ result }) => result === 'skipped');
  expect(skipped.map(({ id, actual }) => `${id}: ${actual}`)).toEqual([
    'boot.v1-size: it boots as V2 too',
    'kernel.no-sleep: no initramfs-tools',
  ]);
  expect(inspection.system).toEqual({
    name: 'Debian GNU/Linux 12 (bookworm)',
    id: 'debian',
    versionId: '12',
    kernels: [RELEASE],
    partition: 3,
  });
});

test.each(BREAKS)('%s', async (name, what, failed) => {
  const disk = image.copy(name.replaceAll(/\W/g, '-'), what);
  what.also?.(disk);
  expect([...failuresOf(await inspect(disk)).keys()]).toEqual(failed);
});

test('every rule is broken by one of these images, and ids are unique', () => {
  const ids = [...ROOT_RULES, ...OS_RULES].map(({ id }) => id);
  expect(new Set(BREAKS.flatMap(([, , failed]) => failed))).toEqual(new Set(ids));
  expect(ids).toEqual([...new Set(ids)]);
});
