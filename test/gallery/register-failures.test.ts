/** Registrations that are killed, refused, throttled, or fail in one region. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
const version = () => rig.arm.find('galleries/dcos/images/node/versions/1.7.0');

/** Ids in the journals, by their last parts. */
function journal(): string[] {
  const folder = rig.rig.path('out/state/registrations');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  const made: { readonly kind: string }[] = files.flatMap(
    (file) => JSON.parse(readFileSync(join(folder, file), 'utf8')).made,
  );
  return made.map(({ kind }) => kind);
}

test('a region that fails is named with the reason, all that was made is removed, and the next run can succeed', async () => {
  rig.arm.brokenRegions.set('northeurope', 'The quota of replicas is used up.');
  const { status, stderr } = await register();
  expect(status).toBe(1);
  expect(stderr).toContain(
    'error: The version 1.7.0 of node could not be copied to northeurope (The quota of replicas is used up). ' +
      'What this made is removed again: version 1.7.0, definition node, gallery dcos.\n',
  );
  expect(stderr).toMatch(/^node in northeurope: failed$/m);
  expect(stderr).toContain('[AZURE_REFUSED]');
  expect(['galleries/dcos', 'galleries/dcos/images/node'].map((path) => rig.arm.find(path))).toEqual([
    undefined,
    undefined,
  ]);
  expect(journal()).toEqual([]);
  rig.arm.brokenRegions.clear();
  expect((await register()).status).toBe(0);
});

test('what others made, or use by now, stays when a registration fails', async () => {
  await register();
  await bakeImage(rig.rig, { generations: ['V2'], version: '1.8.0', seed: 2 });
  await rig.upload('node@1.8.0');
  rig.arm.brokenRegions.set('northeurope', 'Broken.');
  const { stderr } = await rig.run('register', 'node@1.8.0', 'images');
  expect(stderr).toContain('What this made is removed again: version 1.8.0.\n');
  expect(version()).toBeDefined();
  // A version that is there for long is not removed because a change of it is refused.
  const refused = await register('--tested');
  expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('Broken')]);
  expect(version()).toBeDefined();
});

test('what is refused at once never came to be, and what was made before it is removed', async () => {
  rig.arm.script = ({ method, url }) =>
    method === 'PUT' && url.includes('/versions/') ? { status: 400, code: 'InvalidParameter' } : undefined;
  const { status, stderr } = await register();
  expect(status).toBe(1);
  expect(stderr).toContain('What this made is removed again: definition node, gallery dcos.\n');
  expect(journal()).toEqual([]);
  rig.arm.script = ({ method }) => (method === 'PUT' ? { status: 409, code: 'OperationNotAllowed' } : undefined);
  const first = await register();
  expect(first.stderr).toMatch(/The gallery dcos cannot be made: .*OperationNotAllowed.*says so\)\.\n/);
  expect(journal()).toEqual([]);
});

test('a version that somebody else made in between is theirs', async () => {
  const id = rig.arm.id('galleries/dcos/images/node/versions/1.7.0');
  const source = { uri: `${rig.azurite.containerUrl('images')}/other.vhd` };
  rig.arm.script = ({ method, url }) => {
    if (method === 'PUT' && url.includes('/versions/')) {
      const body = { tags: { pages_sha256: 'other' }, properties: { storageProfile: { osDiskImage: { source } } } };
      const type = 'Microsoft.Compute/galleries/images/versions';
      rig.arm.resources.put({ id, name: '1.7.0', type, body, properties: {}, looksLeft: 0, failure: undefined });
    }
    return undefined;
  };
  const { status, stderr } = await register();
  expect([status, stderr]).toEqual([1, expect.stringContaining('PropertyChangeNotAllowed')]);
  expect(version()?.body).toMatchObject({ tags: { pages_sha256: 'other' } });
  expect(rig.arm.changes.filter(({ method }) => method === 'DELETE')).toEqual([]);
  expect(journal()).toEqual([]);
});

test.each([
  ['galleries/dcos?', ['gallery']],
  ['images/node?', ['gallery', 'definition']],
  ['versions/1.7.0?', ['gallery', 'definition', 'version']],
])('a run that is killed at its request for %s is gone on with', async (step, made) => {
  const reached = Promise.withResolvers<void>();
  rig.arm.script = ({ method, url }) => {
    if (method !== 'PUT' || !url.includes(step)) return undefined;
    reached.resolve();
    return 'cut';
  };
  const killed = rig.start(['register', 'node', 'images']);
  await reached.promise;
  killed.kill('SIGKILL');
  await killed.end;
  expect(journal()).toEqual(made);
  rig.arm.script = () => undefined;
  const { status, stdout } = await register();
  expect([status, stdout]).toEqual([0, expect.stringMatching(/^ {2}node {2}made {2}not taken as latest$/m)]);
  expect(journal()).toEqual([]);
});

test('a run that is killed while it waits is gone on with; if that fails, what the killed one made is removed', async () => {
  rig.arm.looks = Infinity;
  const killed = rig.start(['register', 'node', 'images']);
  await killed.sees('node in westeurope: replicating');
  killed.kill('SIGKILL');
  await killed.end;
  const there = version();
  if (there === undefined) throw new Error('there is no version');
  there.looksLeft = 3;
  const changes = rig.arm.changes.length;
  const { status, stdout } = await register();
  expect([status, stdout]).toEqual([0, expect.stringMatching(/^ {2}node {2}gone on with {2}not taken as latest$/m)]);
  expect(rig.arm.changes.length).toBe(changes);

  await bakeImage(rig.rig, { generations: ['V2'], version: '1.8.0', seed: 2 });
  await rig.upload('node@1.8.0');
  const second = rig.start(['register', 'node@1.8.0', 'images']);
  await second.sees('making the version 1.8.0');
  await second.sees('node in westeurope: replicating');
  second.kill('SIGKILL');
  await second.end;
  const failing = rig.arm.find('galleries/dcos/images/node/versions/1.8.0');
  if (failing === undefined) throw new Error('there is no version');
  rig.arm.brokenRegions.set('northeurope', 'Broken.');
  Object.assign(failing, { looksLeft: 2, failure: { code: 'ReplicationFailed', message: 'Broken.' } });
  const failed = await rig.run('register', 'node@1.8.0', 'images');
  expect([failed.status, failed.stderr]).toEqual([
    1,
    expect.stringContaining('What this made is removed again: version 1.8.0.'),
  ]);
  expect(rig.arm.find('galleries/dcos/images/node/versions/1.8.0')).toBeUndefined();
  expect(version()).toBeDefined();
});

test('a run that is ended by Ctrl-C removes nothing, and the next one goes on', async () => {
  rig.arm.looks = Infinity;
  const stopped = rig.start(['register', 'node', 'images']);
  await stopped.sees('node in westeurope: replicating');
  stopped.kill('SIGINT');
  const { status, stderr } = await stopped.end;
  expect([status, stderr]).toEqual([130, expect.stringContaining('[CANCELLED]')]);
  expect(journal()).toEqual(['gallery', 'definition', 'version']);
  Object.assign(version() ?? {}, { looksLeft: 3 });
  expect((await register()).stdout).toMatch(/^ {2}node {2}gone on with/m);
  expect(journal()).toEqual([]);
});

test('--no-wait ends when the requests are taken, and a later run sees it to its end', async () => {
  rig.arm.looks = 1000;
  const { status, stdout } = await register('--no-wait');
  expect([status, stdout]).toEqual([0, expect.stringContaining('on its way to westeurope, northeurope')]);
  const there = version();
  if (there === undefined) throw new Error('there is no version');
  there.looksLeft = 3;
  expect((await register()).stdout).toMatch(/^ {2}node {2}gone on with/m);
});

test('a version of the same content that came to nothing is made again', async () => {
  await register();
  const there = version();
  if (there === undefined) throw new Error('there is no version');
  there.failure = { code: 'InternalError', message: 'Once.' };
  const { status, stdout } = await register();
  expect([status, stdout]).toEqual([0, expect.stringMatching(/^ {2}node {2}made again/m)]);
});

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
