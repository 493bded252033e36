/** What stands in for Azure, asked over HTTP on the loopback interface as a guest does, and the CD as tools read it. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cloudConfigOf, type Guest } from '../../src/boot/guest.ts';
import { answerImds } from '../../src/boot/imds.ts';
import { isoImage } from '../../src/boot/iso-image.ts';
import { addressOf } from '../../src/boot/network/address.ts';
import { ovfEnvironment } from '../../src/boot/ovf-env.ts';
import { answerHostPlugin, answerWireserver, type HealthReport } from '../../src/boot/wireserver.ts';
import { escapeXml, textOfElement } from '../../src/boot/xml.ts';
import { serveHttp, type HttpAnswer, type HttpRequest } from '../../src/host/http-server.ts';
import { Scratch } from '../rig/scratch.ts';

const GUEST: Guest = {
  hostName: 'node-1',
  userName: 'azureuser',
  publicKey: 'ssh-ed25519 AAAAC3 a & b',
  customData: cloudConfigOf('slave'),
  vmId: '00000000-0000-4000-8000-000000000001',
  containerId: '00000000-0000-4000-8000-000000000002',
  instanceId: '00000000-0000-4000-8000-000000000003',
  address: addressOf(0, { ip: '10.32.0.4', prefixLength: 11 }),
  faultDomain: 2,
  updateDomain: 7,
};
const VERSION = { 'x-ms-version': '2012-11-30' };

let scratch: Scratch;
beforeEach(() => {
  scratch = new Scratch();
});
afterEach(() => scratch[Symbol.dispose]());

async function asked(
  answer: (request: HttpRequest) => HttpAnswer,
  path: string,
  init: RequestInit = {},
): Promise<{ readonly status: number; readonly text: string }> {
  await using server = await serveHttp(0, answer);
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, init);
  return { status: response.status, text: await response.text() };
}

const imds = (path: string, headers: Record<string, string> = { metadata: 'true' }) =>
  asked((request) => answerImds(request, GUEST), path, { headers });

test('metadata of the instance, whole and by path, and what is refused', async () => {
  const whole = await imds('/metadata/instance?api-version=2021-08-01&extended=true');
  expect(JSON.parse(whole.text)).toMatchObject({
    compute: {
      vmId: GUEST.vmId,
      osProfile: { adminUsername: 'azureuser', disablePasswordAuthentication: 'true' },
      publicKeys: [{ keyData: GUEST.publicKey }],
    },
    network: {
      interface: [{ macAddress: '000D3A000004', ipv4: { subnet: [{ address: '10.32.0.0', prefix: '11' }] } }],
    },
  });
  const address = '/metadata/instance/network/interface/0/ipv4/ipAddress/0/privateIpAddress';
  expect((await imds(`${address}?api-version=2017-04-02&format=text`)).text).toBe('10.32.0.4');
  const domain = await imds('/metadata/instance/compute/platformFaultDomain?api-version=2017-04-02&format=text');
  expect(domain.text).toBe('2');
  expect((await imds('/metadata/instance?api-version=2021-08-01', {})).status).toBe(400);
  expect((await imds('/metadata/instance?api-version=1999-01-01')).status).toBe(400);
  expect((await imds('/metadata/instance/compute/shoeSize?api-version=2021-08-01')).status).toBe(404);
  expect((await imds('/metadata/instance/compute/toString?api-version=2021-08-01')).status).toBe(404);
});

test('the wireserver tells its versions and a goal state whose documents are there', async () => {
  const wire = (path: string, headers: Record<string, string> = VERSION) =>
    asked((request) => answerWireserver(request, GUEST, () => undefined), path, { headers });
  expect((await wire('/?comp=versions', {})).text).toContain('<Version>2012-11-30</Version>');
  expect((await wire('/machine/?comp=goalstate', {})).status).toBe(400);
  const { text } = await wire('/machine/?comp=goalstate');
  expect(textOfElement(text, 'ContainerId')).toBe(GUEST.containerId);
  expect(textOfElement(text, 'InstanceId')).toBe(GUEST.instanceId);
  const named = [...text.matchAll(/http:\/\/168\.63\.129\.16:80([^<]+)</g)].map(([, path = '']) => path);
  expect(named).toHaveLength(3);
  for (const path of named) expect(await wire(path)).toMatchObject({ status: 200 });
  expect((await wire('/machine/?comp=certificates')).status).toBe(404);
  expect(JSON.parse((await asked(answerHostPlugin, '/versions')).text)).toEqual(['2015-09-01']);
});

test('a report of health is noted, with whom it is about', async () => {
  const reports: HealthReport[] = [];
  const report = async (instance: string, health: string): Promise<void> => {
    const body = `<Health><Container><ContainerId>${GUEST.containerId}</ContainerId><Role>
      <InstanceId>${instance}</InstanceId><Health>${health}</Health></Role></Container></Health>`;
    const answer = (request: HttpRequest) => answerWireserver(request, GUEST, (each) => reports.push(each));
    await asked(answer, '/machine?comp=health', { method: 'POST', headers: VERSION, body });
  };
  await report(GUEST.instanceId, '<State>Ready</State>');
  const details = '<Details><SubStatus>ProvisioningFailed</SubStatus><Description>no user</Description></Details>';
  await report('another', `<State>NotReady</State>${details}`);
  expect(reports).toEqual([
    { state: 'Ready', subStatus: undefined, description: undefined, isAboutGuest: true },
    { state: 'NotReady', subStatus: 'ProvisioningFailed', description: 'no user', isAboutGuest: false },
  ]);
});

/** What Python's reader of XML finds in each of the texts. */
const READER = `
import json, sys, xml.etree.ElementTree as tree
wa = '{http://schemas.microsoft.com/windowsazure}'
print(json.dumps([{e.tag.replace(wa, ''): e.text for e in tree.fromstring(text).iter()} for text in json.load(sys.stdin)]))
`;

test('whatever is in a name, a key or customData, a reader of XML gets it back', () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
  const guests = fc.sample(fc.record({ hostName: text, userName: text, publicKey: text, customData: text }), {
    numRuns: 200,
    seed: 5,
  });
  const input = JSON.stringify(guests.map((guest) => ovfEnvironment({ ...GUEST, ...guest })));
  const read: unknown = JSON.parse(execFileSync('/usr/bin/python3', ['-c', READER], { input, encoding: 'utf8' }));
  const possible = (value: string): string =>
    value.replaceAll(/[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
  expect(read).toMatchObject(
    guests.map(({ hostName, userName, publicKey, customData }) => ({
      ...{ HostName: possible(hostName), UserName: possible(userName), Value: possible(publicKey) },
      CustomData: Buffer.from(customData).toString('base64'),
    })),
  );
});

test('escaped text has no markup in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(escapeXml(text)).not.toMatch(/[<>"']|&(?!\w|#)/);
    }),
  );
});

test.each([0, 1, 2047, 2048, 2049, 90_000])('a CD with %i bytes is read by another tool', (bytes) => {
  const content = Buffer.alloc(bytes, 'provisioning ');
  const iso = scratch.write('media.iso', isoImage({ label: 'rd_rdfe_stable', fileName: 'OVF-ENV.XML', content }));
  const xorriso = (...args: readonly string[]): string =>
    execFileSync('xorriso', ['-no_rc', '-osirrox', 'on', '-indev', iso, ...args], { encoding: 'utf8', stdio: 'pipe' });
  expect(xorriso('-pvd_info')).toMatch(/^Volume Id\s*: rd_rdfe_stable$/m);
  xorriso('-extract', '/OVF-ENV.XML', scratch.path('out.xml'));
  expect(scratch.read('out.xml')).toBe(content.toString());
});

test('what the guest gets as customData is YAML of cloud-init, with marker and role', () => {
  expect(GUEST.customData.split('\n', 1)).toEqual(['#cloud-config']);
  expect(JSON.parse(GUEST.customData.replace(/^.*\n/, ''))).toEqual({
    write_files: [
      { path: '/etc/dcos-build-boot-test', content: 'customData was applied\n' },
      { path: '/etc/mesosphere/roles/slave', content: '' },
    ],
  });
  expect(cloudConfigOf(undefined)).not.toContain('mesosphere');
});
