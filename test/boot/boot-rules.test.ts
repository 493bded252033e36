/** Each rule on booted images, with what a guest shows when it alone fails. */
import { expect, test } from 'vitest';
import type { BootFacts } from '../../src/boot/boot-facts.ts';
import { BOOT_RULES } from '../../src/boot/boot-rules.ts';
import { GuestLook } from '../../src/boot/guest-look.ts';
import { guestScript, SECTION } from '../../src/boot/guest-script.ts';
import { cloudConfigOf, type Guest } from '../../src/boot/guest.ts';
import { addressOf } from '../../src/boot/network/address.ts';
import { judge, type Finding } from '../../src/image/rules.ts';

const GUEST: Guest = {
  ...{ hostName: 'boot-test', userName: 'azureuser', publicKey: 'ssh-ed25519 AAAA dcos-build', vmId: 'vm' },
  ...{ customData: cloudConfigOf('slave'), containerId: 'container', instanceId: 'instance' },
  ...{ address: addressOf(0, { ip: '10.0.0.4', prefixLength: 24 }), faultDomain: 0, updateDomain: 0 },
};
const GIB = 2 ** 30;

/** What a guest with DC/OS prints, section by section, when all is well. */
const GOOD: Readonly<Record<string, string>> = {
  'cloud-init': 'status: done\nboot_status_code: enabled-by-generator',
  state: 'running',
  jobs: '',
  failed: '',
  'boot-id': 'c1850df8-3617-443c-b434-8360e7018840',
  firmware: 'UEFI',
  'secure-boot': '   1',
  result: '{ "v1": { "datasource": "DataSourceAzure [seed=/dev/sr0]", "errors": [] } }',
  instance: 'vm',
  instances: 'vm',
  hostname: 'boot-test',
  passwd: 'azureuser:x:1000:1000:Debian:/home/azureuser:/bin/bash',
  password: 'L',
  'root-password': 'L',
  keys: '# a comment\nssh-ed25519 AAAA dcos-build',
  marker: 'customData was applied',
  roles: 'slave',
  'host-keys': '9e1d  /etc/ssh/ssh_host_ed25519_key.pub',
  root: String(30.3 * GIB),
  waagent: 'active\ninactive',
  kernel: '',
  routes: 'default via 10.0.0.1 dev eth0\n168.63.129.16 via 10.0.0.1 dev eth0\n169.254.169.254 via 10.0.0.1 dev eth0',
  names: 'neighbour 10.0.0.5\nneighbour.dcos.internal.cloudapp.net 10.0.0.5',
  dcos: 'yes',
  'dcos-target': 'active',
  'dcos-wanted': 'dcos-a.service\ndcos-b.timer',
  'dcos-linked': 'dcos-a.service\ndcos-b.timer\nother.service',
  curl: 'curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1',
  python: 'Python 3.11.2',
};
const AGAIN = { ...GOOD, 'boot-id': '0e9b2f4c-0000-4000-8000-000000000000' };
const CONSOLE = ['[    0.000000] Linux version 6.1.0-57-cloud-amd64', 'Debian GNU/Linux 12 boot-test ttyS0', 'login:'];

type Sections = Readonly<Record<string, string | undefined>>;

function look(sections: Sections): GuestLook {
  const present = Object.entries(sections).filter(([, text]) => text !== undefined);
  return GuestLook.parse(present.map(([name, text]) => `\n${SECTION}${name}\n${text}\n`).join(''));
}

function factsOf({ first = {}, second = {}, ...others }: Partial<BootFacts> & { first?: Sections; second?: Sections }) {
  return {
    ...{ generation: 'V2', isSecure: true, guest: GUEST, role: 'slave', diskBytes: 31 * GIB },
    health: [{ state: 'Ready', subStatus: undefined, description: undefined, isAboutGuest: true }],
    requests: ['wireserver GET /machine?comp=extensionsConfig 200'],
    ends: [
      { look: look({ ...GOOD, ...first }), lines: CONSOLE },
      { look: look({ ...AGAIN, ...second }), lines: CONSOLE },
    ],
    ...others,
  } satisfies BootFacts;
}

const told = (facts: BootFacts, wanted: Finding['result']) =>
  judge(BOOT_RULES, facts).flatMap(({ id, result, actual }) => (result === wanted ? [`${id}: ${actual}`] : []));

test('a guest with which all is well passes all rules', () => {
  expect(told(factsOf({}), 'failed')).toEqual([]);
  expect(told(factsOf({}), 'skipped')).toEqual([]);
});

const FAILURE = { cause: 'The kernel panicked.', hint: '', lastLines: [] };
const report = (state: string, subStatus?: string, isAboutGuest = true) => ({
  health: [{ state, subStatus, description: undefined, isAboutGuest }],
});

test.each<[string, Parameters<typeof factsOf>[0]]>([
  ['boot.console: no login', { ends: [{ look: look(GOOD), lines: CONSOLE.slice(0, 1) }] }],
  ['boot.firmware: BIOS', { first: { firmware: 'BIOS' } }],
  ['boot.secure: off', { first: { 'secure-boot': '   0' } }],
  ['boot.units: cloud-config.service', { first: { failed: 'cloud-config.service loaded failed failed Apply' } }],
  ['boot.jobs: dcos-a.service', { first: { jobs: '12 dcos-a.service start running' } }],
  ['boot.kernel: EXT4-fs error', { first: { kernel: 'EXT4-fs error' } }],
  ['boot.root-grown: 3.9 GiB of 31.0 GiB', { first: { root: String(3.9 * GIB) } }],
  ['cloud-init.status: running', { first: { 'cloud-init': 'status: running' } }],
  [
    'cloud-init.status: done; no locale',
    { first: { result: '{"v1":{"datasource":"DataSourceAzure","errors":["no locale"]}}' } },
  ],
  ['provision.datasource: DataSourceNone', { first: { result: '{"v1":{"datasource":"DataSourceNone","errors":[]}}' } }],
  ['provision.ready: nothing', { health: [] }],
  ['provision.ready: nothing', report('Ready', undefined, false)],
  ['provision.ready: NotReady: Provisioning', report('NotReady', 'Provisioning')],
  ['provision.ready: NotReady: ProvisioningFailed', report('NotReady', 'ProvisioningFailed')],
  ['provision.hostname: localhost', { first: { hostname: 'localhost' } }],
  ['provision.user: no such user', { first: { passwd: '' } }],
  ['provision.key: 2 keys', { first: { keys: `${GUEST.publicKey}\nssh-rsa BBBB left over` } }],
  ['provision.password: locked, set', { first: { 'root-password': 'P' } }],
  ['provision.password: empty, locked', { first: { password: 'NP' } }],
  ['provision.custom-data: its file is not there', { first: { marker: '' } }],
  ['provision.agent: inactive', { first: { waagent: 'inactive\ninactive' } }],
  ['provision.goal-state: it did not ask for it', { requests: ['wireserver GET /machine/?comp=goalstate 200'] }],
  [
    'provision.routes: none to 168.63.129.16',
    { first: { routes: 'default via 10.0.0.1\n169.254.169.254 via 10.0.0.1' } },
  ],
  [
    'provision.names: not found: neighbour',
    { first: { names: 'neighbour \nneighbour.dcos.internal.cloudapp.net 10.0.0.5' } },
  ],
  ['provision.names: nothing', { first: { names: '' } }],
  ['dcos.role: none', { first: { roles: '' } }],
  ['dcos.target: inactive', { first: { 'dcos-target': 'inactive' } }],
  ['dcos.linked: not linked: dcos-b.timer', { first: { 'dcos-linked': 'dcos-a.service' } }],
  ['dcos.curl: sh: 1:', { first: { curl: 'sh: 1: /opt/mesosphere/bin/curl: not found' } }],
  ['dcos.python: nothing', { first: { python: '' } }],
  [
    'reboot.comes-up: The kernel panicked.',
    {
      ends: [
        { look: look(GOOD), lines: CONSOLE },
        { lines: [], failure: FAILURE },
      ],
    },
  ],
  ['reboot.new-boot: the same', { second: { 'boot-id': GOOD['boot-id'] } }],
  ['reboot.units: docker.service', { second: { failed: 'docker.service loaded failed failed Docker' } }],
  ['reboot.kernel: EXT4-fs error', { second: { kernel: 'EXT4-fs error' } }],
  ['reboot.cloud-init: error', { second: { 'cloud-init': 'status: error' } }],
  ['reboot.instance: another: provisioned 2 times', { second: { instances: 'vm\nother' } }],
  ['reboot.host-keys: others', { second: { 'host-keys': '0000  /etc/ssh/ssh_host_ed25519_key.pub' } }],
  ['reboot.dcos: failed', { second: { 'dcos-target': 'failed' } }],
])('%s', (expected, facts) => {
  expect(told(factsOf(facts), 'failed')).toEqual([expected]);
});

test('of a guest that never came up, all is skipped but that and its console', () => {
  const facts = factsOf({ ends: [{ lines: [], failure: FAILURE }] });
  expect(told(facts, 'failed')).toEqual(['boot.comes-up: The kernel panicked.', 'boot.console: no kernel, no login']);
  expect(told(facts, 'passed')).toEqual([]);
  const whys = told(facts, 'skipped').map((line) => line.replace(/^.*?: /, ''));
  expect(new Set(whys)).toEqual(new Set(['it did not come up', 'it was not booted again']));
});

test('without a role, or without Secure Boot, what needs it is skipped and says so', () => {
  expect(told(factsOf({ role: undefined, isSecure: false }), 'skipped')).toEqual([
    'boot.secure: it was switched off',
    'dcos.role: it was given no role',
    'dcos.target: it was given no role',
    'dcos.linked: it was given no role',
    'reboot.dcos: it was given no role',
  ]);
});

test('a plain Debian is held against all rules but those on DC/OS, and BIOS has no Secure Boot', () => {
  const none = Object.fromEntries(
    Object.keys(GOOD).flatMap((name) => (/dcos|curl|python/.test(name) ? [[name, undefined]] : [])),
  );
  const plain = { ...none, firmware: 'BIOS', 'secure-boot': '' };
  const facts = factsOf({ first: plain, second: plain, generation: 'V1', isSecure: false });
  expect(told(facts, 'failed')).toEqual([]);
  expect(told(facts, 'skipped')).toEqual([
    'boot.secure: a BIOS has none',
    'dcos.role: no DC/OS in the image',
    'dcos.target: no DC/OS in the image',
    'dcos.linked: no DC/OS in the image',
    'dcos.curl: no DC/OS in the image',
    'dcos.python: no DC/OS in the image',
    'reboot.dcos: no DC/OS in the image',
  ]);
});

test('whatever a guest prints, it is read and judged', () => {
  const odd = GuestLook.parse(`${SECTION}result\n{"v1": 3}\n${SECTION}failed\n\u001b[2J  \n\u0000`);
  expect(odd.errors()).toEqual(['its result cannot be read']);
  expect(odd.failedUnits()).toEqual([]);
  expect(() => judge(BOOT_RULES, factsOf({ ends: [{ look: odd, lines: [] }] }))).not.toThrow();
});

test('every section that a rule reads is printed by the script', () => {
  const script = guestScript({ userName: 'azureuser', role: 'slave', names: ['neighbour'], waitSeconds: 60 });
  const printed = [...script.matchAll(/^section ([a-z-]+);/gm)].map(([, name]) => name);
  expect(Object.keys(GOOD).filter((name) => !printed.includes(name))).toEqual([]);
});
