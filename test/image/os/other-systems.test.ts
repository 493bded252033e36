/** Rules on systems other than the Debian of the other tests: each on the facts of that one, with some changed. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDiskFiles } from '../../../src/image/files/disk-files.ts';
import { inspectVhd } from '../../../src/image/inspect-vhd.ts';
import { openVhd } from '../../../src/image/open-vhd.ts';
import { readImageFacts, type ImageFacts } from '../../../src/image/os/image-facts.ts';
import { OS_RULES } from '../../../src/image/os/index.ts';
import { judge } from '../../../src/image/rules.ts';
import { changeRoot, makeOsImage, osFiles } from '../../rig/os-image.ts';
import { Scratch } from '../../rig/scratch.ts';

const scratch = new Scratch();
const { signal } = new AbortController();
let debian: ImageFacts;

beforeAll(async () => {
  const path = await makeOsImage(scratch, 'good');
  changeRoot(scratch, path, { write: osFiles(scratch) }, []);
  const { table } = await inspectVhd(path, { shown: path, signal });
  await using vhd = await openVhd(path, path);
  if (vhd.disk === undefined || table === undefined) throw new Error('the image has no disk');
  const opened = await openDiskFiles(vhd.disk, table);
  if (opened.state !== 'read') throw new Error(opened.why);
  debian = await readImageFacts(opened.files, opened.esp, signal);
});
afterAll(() => scratch[Symbol.dispose]());

/** What a rule says of the facts with these changed: `passed`, or the result and what is. */
function verdict(id: string, changes: Partial<ImageFacts>): string {
  const finding = judge(OS_RULES, { ...debian, ...changes }).find((each) => each.id === id);
  return finding?.result === 'passed' ? 'passed' : `${finding?.result ?? ''}: ${finding?.actual ?? ''}`;
}

function kernel(release: string, system: Partial<ImageFacts['system']>, packages: readonly [string, string][] = []) {
  return {
    kernels: debian.kernels.map((each) => ({ ...each, release })),
    system: { ...debian.system, ...system },
    packages: { ...debian.packages, installed: new Map(packages) },
  };
}

test.each([
  ['4.15.0-1049-azure', 'ubuntu', '16.04', 'passed'],
  ['4.15.0-1048-azure', 'ubuntu', '16.04', 'failed: 4.15.0-1048-azure: version 4.15.0-1048-azure'],
  ['5.0.0-1025-azure', 'ubuntu', '18.04', 'passed'],
  ['5.0.0-1024-azure', 'ubuntu', '18.04', 'failed: 5.0.0-1024-azure: version 5.0.0-1024-azure'],
  ['3.10.0-957.21.3.el7.x86_64', 'rhel', '7.6', 'passed'],
  [
    '3.10.0-957.12.2.el7.x86_64',
    'rhel',
    '7.6',
    'failed: 3.10.0-957.12.2.el7.x86_64: version 3.10.0-957.12.2.el7.x86_64',
  ],
  ['4.12.14-5.30-azure', 'sles', '15', 'failed: 4.12.14-5.30-azure: version 4.12.14-5.30-azure'],
  ['4.9.182', 'other', '', 'passed'],
  ['3.10.0', 'other', '', 'skipped: nothing is known of 3.10.0'],
  ['5.15.0-1050-azure', 'ubuntu', '22.04', 'passed'],
])('SACK: the kernel %s of %s %s', (release, id, versionId, expected) => {
  expect(verdict('kernel.sack', kernel(release, { id, versionId }))).toBe(expected);
});

test('SACK: on Debian, the version of the package decides, since releases stay the same', () => {
  const nine = { id: 'debian', versionId: '9' };
  const of = (version: string) => kernel('4.9.0-9-amd64', nine, [['linux-image-4.9.0-9-amd64', version]]);
  expect(verdict('kernel.sack', of('4.9.168-1+deb9u3'))).toBe('passed');
  expect(verdict('kernel.sack', of('4.9.168-1+deb9u2'))).toBe('failed: 4.9.0-9-amd64: version 4.9.168-1+deb9u2');
});

test('packages of rpm are not read: the rules that need them are skipped', () => {
  const packages: ImageFacts['packages'] = { manager: 'rpm', installed: new Map(), unfinished: [] };
  expect(verdict('openssl', { packages })).toBe('skipped: packages of rpm are not read here');
  expect(verdict('glibc.ghost', { packages })).toBe('skipped: packages of rpm are not read here');
  expect(verdict('leftovers.packages', { packages })).toBe('skipped: packages are not those of dpkg');
  const software = { ...debian.software, managementAgents: ['/opt/omi'] };
  expect(verdict('omi', { packages, software })).toBe('skipped: packages of rpm are not read here');
});

test.each([
  ['2.13-38+deb7u7', 'passed'],
  ['2.15-0ubuntu10.9', 'failed: libc6 2.15-0ubuntu10.9'],
  ['2.15-0ubuntu10.10', 'passed'],
  ['2.17-93', 'failed: libc6 2.17-93'],
  ['2.18-1', 'passed'],
])('GHOST: libc6 %s', (version, expected) => {
  const packages = { ...debian.packages, installed: new Map([['libc6', version]]) };
  expect(verdict('glibc.ghost', { packages })).toBe(expected);
});

test.each([
  ['1.0.2g-1ubuntu4', 'passed'],
  ['1.1.1w-0+deb11u1', 'passed'],
  ['1.1.0g-2', 'failed: openssl 1.1.0g-2'],
  ['3.0.0-1', 'passed'],
])('openssl %s', (version, expected) => {
  const packages = { ...debian.packages, installed: new Map([['openssl', version]]) };
  expect(verdict('openssl', { packages })).toBe(expected);
});

test('Ubuntu has to have its archive in Azure, with updates and security', () => {
  const system = { ...debian.system, id: 'ubuntu' };
  const withSuites = (host: string, ...suites: readonly string[]): string =>
    verdict('repos', { system, network: { ...debian.network, aptSources: [{ file: 'f', host, suites }] } });
  const azure = 'azure.archive.ubuntu.com';
  expect(withSuites(azure, 'noble', 'noble-updates', 'noble-security')).toBe('passed');
  expect(withSuites(azure, 'noble', 'noble-updates')).toBe(`failed: ${azure}; no suite -security`);
  expect(withSuites('archive.example', 'noble-updates', 'noble-security')).toMatch(/^failed/);
  expect(verdict('repos', { system: { ...system, id: 'rhel' } })).toBe('skipped: nothing is known of rhel');
});

test('the network: SUSE leaves the host name alone, and somebody has to ask for an address', () => {
  const network = { ...debian.network, dhclientSetsHostname: 'yes' };
  expect(verdict('net.dhcp', { network })).toBe('failed: DHCLIENT_SET_HOSTNAME is "yes", not "no"');
  expect(verdict('net.dhcp', { network: { ...network, dhclientSetsHostname: 'no' } })).toBe('passed');
  const agents = { ...debian.agents, leavesNetworkAlone: true };
  expect(verdict('net.dhcp', { agents })).toBe('failed: nothing asks for an address');
  const settings = [{ file: '/etc/netplan/1.yaml', kind: 'dhcp' as const }];
  expect(verdict('net.dhcp', { agents, network: { ...debian.network, settings } })).toBe('passed');
});

test('a machine of ARM64 has another console and another program for UEFI', () => {
  const arm: Partial<ImageFacts> = {
    system: { ...debian.system, userland: 'aarch64' },
    kernels: debian.kernels.map((each) => ({ ...each, machine: 'aarch64' })),
  };
  expect(verdict('arch', arm)).toBe('passed');
  expect(verdict('kernel.console', arm)).toMatch(/^failed: no entry has it; console=tty0/);
  expect(verdict('boot.efi-program', arm)).toBe('failed: EFI/BOOT has no BOOTAA64.EFI');
  expect(verdict('kernel.earlyprintk', arm)).toBe('skipped: ARM64 has none');
});

test('without a kernel, arch fails and the rules on kernels are skipped', () => {
  expect(verdict('arch', { kernels: [] })).toBe('failed: kernel none, programs x86_64');
  expect(verdict('hv.modules', { kernels: [] })).toBe('skipped: no kernel in /boot');
});

test('without a boot entry, nothing is told of parameters but that there is no console', () => {
  const packages = { ...debian.packages, installed: new Map([['initramfs-tools', '0.142']]) };
  const none = { boot: { ...debian.boot, entries: [] }, packages };
  expect(verdict('kernel.console', none)).toBe('failed: no boot entry was found');
  for (const id of ['kernel.no-sleep', 'kernel.quiet', 'kernel.bad-params', 'kernel.earlyprintk']) {
    expect([id, verdict(id, none)]).toEqual([id, 'skipped: no boot entry was found']);
  }
});

test('a kernel with everything built in needs no initrd; one that cannot be read is no failure', () => {
  const builtin = new Set(['hv_vmbus', 'hv_storvsc', 'hv_netvsc']);
  expect(
    verdict('hv.modules', { kernels: debian.kernels.map((each) => ({ ...each, builtin, initrd: undefined })) }),
  ).toBe('passed');
  const initrd = { unread: 'it is odd' };
  expect(verdict('hv.modules', { kernels: debian.kernels.map((each) => ({ ...each, initrd })) })).toBe(
    'skipped: the initrd cannot be read: it is odd',
  );
  expect(verdict('hv.config', { kernels: debian.kernels.map((each) => ({ ...each, config: undefined })) })).toMatch(
    /^skipped: no configuration of/,
  );
});
