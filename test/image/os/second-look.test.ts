/** Where a rule has to look twice: what is wrong and looks right, and the other way round. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failuresOf, GoodImage, inspect } from '../../rig/good-image.ts';
import { WAAGENT, type OsFiles } from '../../rig/os-files.ts';

const image = new GoodImage();
beforeAll(() => image.make());
afterAll(() => image[Symbol.dispose]());

/** What the rules that fail say. */
async function failuresWith(write: OsFiles): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries(failuresOf(await inspect(image.copy('changed', { write }))));
}

const SENTENCE = String.raw`command="echo 'Please login as the user \"azureuser\" rather than the user \"root\".';echo;sleep 10"`;

test.each<[name: string, write: OsFiles, failed: Readonly<Record<string, string>>]>([
  [
    'a password that is only locked',
    { '/etc/shadow': 'root:!$y$j9T$abc$def:19000::::::\n' },
    { 'users.no-password': 'root has a locked password in /etc/shadow' },
  ],
  [
    'a key whose comment is the sentence that harmless keys say',
    { '/root/.ssh/authorized_keys': `ssh-ed25519 AAAA ${SENTENCE}\n` },
    { 'ssh.no-authorized-keys': '/root/.ssh/authorized_keys' },
  ],
  [
    'a second copy of a host key',
    { '/etc/ssh/ssh_host_ed25519_key.bak': 'a key\n' },
    { 'ssh.no-host-keys': '/etc/ssh/ssh_host_ed25519_key.bak' },
  ],
  [
    'a default of sudo that goes on in the next line',
    { '/etc/sudoers.d/suse': 'Defaults env_reset, \\\n  targetpw\n' },
    { 'sudoers.targetpw': '/etc/sudoers.d/suse' },
  ],
  [
    'the address of another machine, as cloud-init left it',
    { '/etc/network/interfaces.d/50-cloud-init.cfg': 'auto eth0\niface eth0 inet static\n  address 10.0.0.4\n' },
    { 'net.dhcp': 'static in /etc/network/interfaces.d/50-cloud-init.cfg' },
  ],
  [
    'an interface that is not started at the boot',
    { '/etc/sysconfig/network-scripts/ifcfg-eth0': 'DEVICE=eth0\nBOOTPROTO=dhcp\nONBOOT=no\n' },
    { 'net.dhcp': 'off at the boot in /etc/sysconfig/network-scripts/ifcfg-eth0' },
  ],
  [
    'a network that is off',
    { '/etc/sysconfig/network': 'NETWORKING=no\n' },
    { 'net.dhcp': 'off at the boot in /etc/sysconfig/network' },
  ],
  [
    'a lease of wicked',
    { '/var/lib/wicked/lease-eth0-dhcp-ipv4.xml': '<lease/>\n' },
    { 'generalised.dhcp': '/var/lib/wicked/lease-eth0-dhcp-ipv4.xml' },
  ],
  [
    'a setting of waagent with a comment behind it',
    { '/etc/waagent.conf': `${WAAGENT}AutoUpdate.Enabled=n # we know better\n` },
    { 'waagent.autoupdate': 'n' },
  ],
  [
    'a host that only begins as the archive in Azure',
    { '/etc/apt/sources.list': 'deb http://debian-archive.example/debian bookworm main\n' },
    { repos: 'debian-archive.example' },
  ],
  [
    'cloud-init that is masked',
    { '/etc/systemd/system/cloud-init-local.service': '->/dev/null' },
    { 'cloud-init.ds': 'cloud-init-local.service is masked' },
  ],
])('%s fails', async (_, write, failed) => {
  expect(await failuresWith(write)).toEqual(failed);
});

test.each<[name: string, write: OsFiles]>([
  [
    'an account that waagent has locked',
    { '/etc/shadow': 'root:*LOCK*:14600::::::\ndaemon:!!:1::::::\nme:!*:1::::::\n' },
  ],
  ['a key that says no more than a sentence', { '/root/.ssh/authorized_keys': `no-pty,${SENTENCE} ssh-rsa AAAA\n` }],
  ['a file that sudo passes over', { '/etc/sudoers.d/suse.dpkg-old': 'Defaults targetpw\n' }],
  ['a unit of swap that is masked', { '/etc/systemd/system/dev-sdb1.swap': '->/dev/null' }],
  [
    'the generator of names of interfaces, switched off as the pages on Azure say',
    { '/etc/udev/rules.d/75-persistent-net-generator.rules': '->/dev/null' },
  ],
  [
    'archives that stand in a file of mirrors',
    {
      '/etc/apt/sources.list': 'deb mirror+file:/etc/apt/mirrors/debian.list bookworm main\n',
      '/etc/apt/mirrors/debian.list': '# those of Debian\nhttps://archive.debian.org/debian\tpriority:1\n',
    },
  ],
  [
    'an interface that is started at the boot',
    {
      '/etc/sysconfig/network': 'NETWORKING=yes\n',
      '/etc/sysconfig/network-scripts/ifcfg-eth0': 'DEVICE=eth0\nBOOTPROTO=dhcp\nONBOOT=yes\n',
    },
  ],
])('%s passes', async (_, write) => {
  expect(await failuresWith(write)).toEqual({});
});

test('what looks like a mistake and is none passes', async () => {
  const key = `command="echo 'Please login as the user \\"azureuser\\" rather than the user \\"root\\".';echo;sleep 10;exit 142" ssh-rsa A\n`;
  const harmless = {
    '/root/.bash_history': '',
    '/root/.ssh/authorized_keys': `# nobody\n${key}`,
    '/etc/ssh/ssh_host_key.example': 'no key',
    '/etc/sudoers.d/comment': '#Defaults targetpw\nDefaults !visiblepw\n',
    '/etc/machine-id': 'uninitialized\n',
    '/var/lib/dbus/machine-id': '->/etc/machine-id',
    '/etc/resolv.conf': '->../run/systemd/resolve/stub-resolv.conf',
    '/etc/fstab': '/dev/sda1 / ext4 defaults 0 1\n/dev/sda2 /boot ext4 defaults 0 2\ntmpfs /tmp tmpfs defaults 0 0\n',
    '/var/log/wtmp': '',
    '/etc/hostname': 'debian\n',
    '/etc/ufw/ufw.conf': 'ENABLED=no\n',
    '/etc/systemd/system/nftables.service': '->/dev/null',
    '/etc/ssl/private/public.pem': '-----BEGIN CERTIFICATE-----\n',
    '/var/cache/apt/archives/lock': '',
    '/etc/cloud/cloud.cfg.d/95-odd.cfg': 'datasource_list: [\n',
    '/etc/systemd/network/10-eth.network': '[Match]\nName=eth0\n[Network]\nDHCP=yes\n',
  };
  expect(await failuresWith(harmless)).toEqual({});
});

test('a unit of the image itself may keep others from the wireserver, if it is enabled', async () => {
  const path = '/etc/systemd/system/guard.service';
  const rule = '/usr/sbin/iptables -w -t security -I OUTPUT -d 168.63.129.16 -j DROP';
  const agent = { '/etc/waagent.conf': WAAGENT.replace(/^OS.EnableFirewall=.*$/m, 'OS.EnableFirewall=n') };
  const unit = { ...agent, [path]: `[Service]\nType=oneshot\nExecStart=${rule}\n` };
  const enabled = { ...unit, '/etc/systemd/system/multi-user.target.wants/guard.service': `->${path}` };
  for (const [write, failed] of [
    [unit, { 'wireserver-guard': 'no rule' }],
    [enabled, {}],
  ] as const) {
    expect(await failuresWith(write)).toEqual(failed);
  }
});
