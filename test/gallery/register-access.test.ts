/** How a registration gets to Azure: settings, credentials, clouds, and a service that is busy or forbids it. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cloudNamed } from '../../src/model/azure-cloud.ts';
import { ResourceManager } from '../../src/gallery/resource-manager.ts';
import { parseLocation } from '../../src/store/locations.ts';
import { GROUP, SUBSCRIPTION } from '../rig/arm.ts';
import { bakeImage, GalleryRig } from './gallery-rig.ts';

let rig: GalleryRig;

beforeEach(async () => {
  rig = await GalleryRig.startUploaded();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rig[Symbol.asyncDispose]();
});

const register = (...args: readonly string[]) => rig.run('register', 'node', 'images', ...args);

test('where Azure asks to wait it is asked again, and what does not pass is told', async () => {
  const tries = new Map<string, number>();
  rig.arm.script = ({ method, url }) => {
    const key = `${method} ${url}`;
    tries.set(key, (tries.get(key) ?? 0) + 1);
    if (tries.get(key) !== 1) return undefined;
    if (method === 'PUT' && url.includes('/galleries/dcos?'))
      return { status: 429, headers: { 'retry-after': '1' }, code: 'TooManyRequests' };
    if (method === 'PUT' && url.includes('/images/node?')) return 'cut';
    return method === 'GET' && url.includes('/operations/op-1?') ? { status: 503 } : undefined;
  };
  const { status } = await register();
  expect(status).toBe(0);
  // What is refused for good is not asked again.
  rig.arm.script = ({ method }) => (method === 'GET' ? { status: 403, code: 'AuthorizationFailed' } : undefined);
  const before = rig.arm.asked.length;
  const forbidden = await register();
  expect([forbidden.status, forbidden.stderr]).toEqual([
    3,
    expect.stringMatching(
      /^error: The gallery dcos cannot be looked at: who runs this may not do it \(AuthorizationFailed: The test says so\)\.\n/,
    ),
  ]);
  expect(rig.arm.asked.length).toBe(before + 1);
});

test('who is nobody, or has a token for something else, is told so in one sentence', async () => {
  const { IDENTITY_ENDPOINT: _, IDENTITY_HEADER: __, ...env } = rig.env;
  // Without the address of a service of the machine, the library looks for it in the network, which may take long.
  const none = await rig.start(['register', 'node', 'images'], {
    ...env,
    AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential',
  }).end;
  expect([none.status, none.stderr]).toEqual([
    3,
    expect.stringMatching(
      /^error: The gallery dcos cannot be looked at: no credential was found for it \(.*\)\.\n {2}hint: Run "az login"/,
    ),
  ]);
  const other = await register('--cloud', 'AzureUSGovernment');
  expect([other.status, other.stderr]).toEqual([
    3,
    expect.stringMatching(
      /^error: The gallery dcos cannot be looked at: Azure does not take the token \(InvalidAuthenticationTokenAudience: .*\)\.\n {2}hint: /,
    ),
  ]);
  const wrong = await register('--subscription', '00000000-0000-0000-0000-000000000002');
  expect(wrong.stderr).toMatch(/SubscriptionNotFound/);
  const group = await register('--resource-group', 'nowhere');
  expect(group.stderr).toMatch(/ResourceGroupNotFound.*\n.*Make the resource group/);
  expect(rig.arm.changes).toEqual([]);
});

test('what is missing or wrong in options and configuration is told before anybody is asked', async () => {
  const told = async (...args: readonly string[]) => (await register(...args)).stderr;
  expect(await told('--gallery', 'dc-os')).toMatch(/^error: "dc-os" is no name of a gallery\./);
  expect(await told('--region', 'westeurope=0')).toMatch(/^error: --region does not take "westeurope=0"\./);
  expect(await told('--region', 'westeurope', '--region', 'West Europe')).toMatch(
    /^error: The region westeurope is named twice\./,
  );
  expect(await told('--end-of-life', 'soon')).toMatch(/^error: "soon" is no end of life\./);
  expect(await told('--cloud', 'AzureCould')).toMatch(
    /^error: There is no cloud "AzureCould" of Azure\.\n {2}hint: Did you mean "AzureCloud"\?/,
  );
  rig.configure({ gallery: { gallery: undefined } });
  expect(await told()).toMatch(
    /^error: It is not said which gallery is meant\.\n {2}hint: Give --gallery, or set "gallery\.gallery"/,
  );
  rig.configure({ gallery: { subscriptions: 'x' } });
  expect(await told()).toMatch(
    /has the unknown key "gallery\.subscriptions"\.\n.*\n {2}hint: Did you mean "subscription"\?/,
  );
  rig.configure({ gallery: { regions: [{ name: 'a', replicas: 0 }] } });
  expect(await told()).toMatch(/has a "gallery\.regions\.0.*" that cannot be used\./);
  expect(rig.arm.asked).toEqual([]);
});

test('clouds have hosts of their own, for requests, tokens and blobs', async () => {
  await using china = await GalleryRig.start({
    arm: { audience: 'https://management.chinacloudapi.cn' },
    gallery: { cloud: 'AzureChinaCloud' },
  });
  await bakeImage(china.rig, { generations: ['V2'] });
  await china.upload();
  expect((await china.run('register', 'node', 'images')).status).toBe(0);
  const { signal } = new AbortController();
  for (const [name, value] of Object.entries(rig.identity.env)) vi.stubEnv(name, value);
  const asked = async (name: string) => {
    const cloud = cloudNamed(name);
    const manager = await ResourceManager.open({
      cloud,
      subscription: SUBSCRIPTION,
      isDryRun: true,
      pollMs: 0,
      signal,
    });
    await manager.change('test', () =>
      manager.compute.galleries.createOrUpdate(GROUP, 'dcos', { location: 'x' }, manager.call),
    );
    const location = parseLocation('az://account/images', { storageSuffix: cloud.storageSuffix });
    return [new URL(manager.sent[0]?.url ?? '').host, location.kind === 'azure' ? location.place.endpoint : ''];
  };
  expect(await asked('AzureCloud')).toEqual(['management.azure.com', 'https://account.blob.core.windows.net']);
  expect(await asked('AzureUSGovernment')).toEqual([
    'management.usgovcloudapi.net',
    'https://account.blob.core.usgovcloudapi.net',
  ]);
  expect(await asked('AzureChinaCloud')).toEqual([
    'management.chinacloudapi.cn',
    'https://account.blob.core.chinacloudapi.cn',
  ]);
});
