/** Whole runs of `image publish` against a stand-in of Partner Center, and of `image check-sas`. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sha256 } from '../../src/model/digest.ts';
import type { ImageRecord } from '../../src/recipe/image-record.ts';
import { SUBSCRIPTION } from '../rig/arm.ts';
import { list, type Resource } from '../rig/arm-resources.ts';
import { PartnerCenter } from '../rig/partner-center.ts';
import { bakeImage, GalleryRig } from './gallery-rig.ts';

let rig: GalleryRig;
let center: PartnerCenter;

beforeEach(async () => {
  rig = await GalleryRig.start();
  center = await PartnerCenter.start(rig.tls);
  rig.configure({
    marketplace: { endpoint: center.url, tenant: '22222222-2222-2222-2222-222222222222', pollSeconds: 0 },
  });
});
afterEach(async () => {
  await center[Symbol.asyncDispose]();
  await rig[Symbol.asyncDispose]();
});

/** As `image register` leaves it. @param change of the resource @param name of the definition */
function register(record: ImageRecord, change: Partial<Resource> = {}, name = record.name): void {
  for (const generation of record.generations) {
    const definition = generation === 'V1' && record.generations.length > 1 ? `${name}-gen1` : name;
    const id = rig.arm.id(`galleries/dcos/images/${definition}/versions/${record.version}`);
    const body = { location: 'westeurope', tags: { pages_sha256: record.disk.contentSha256 } };
    const type = 'Microsoft.Compute/galleries/images/versions';
    const made = { id, name: record.version, type, body, properties: {}, looksLeft: 0, failure: undefined };
    rig.arm.resources.put({ ...made, ...change });
  }
}

/** Baked, and registered. */
async function registered(change: Parameters<typeof bakeImage>[1] = {}): Promise<ImageRecord> {
  const record = await bakeImage(rig.rig, change);
  register(record);
  return record;
}

const publish = (...args: readonly string[]) => rig.run('publish', 'node', ...args);

/** As the Marketplace wants it, by what it says. */
function sasUrl(change: Readonly<Record<string, string>> = {}): string {
  const at = (days: number): string =>
    `${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`;
  const fields = {
    sv: '2026-02-06',
    sr: 'c',
    sp: 'rl',
    st: at(-2),
    se: at(30),
    sig: 'c2VjcmV0c2lnbmF0dXJl',
    ...change,
  };
  return `https://account.blob.core.windows.net/images/node-1.7.0.vhd?${new URLSearchParams(fields).toString()}`;
}

test('an image goes into its plan as a draft, with both generations, and the second run has nothing to do', async () => {
  await registered();
  const { status, stdout, stderr } = await publish();
  expect({ status, stdout, stderr }).toEqual({
    status: 0,
    stdout: 'dcos/node has version 1.7.0 now, as a draft.\n',
    stderr: '',
  });
  expect(center.configuration).toMatchObject({
    operatingSystem: { family: 'linux', type: 'debian' },
    skus: [
      { imageType: 'x64Gen2', skuId: 'node', securityType: ['trusted'] },
      { imageType: 'x64Gen1', skuId: 'node-gen1' },
    ],
  });
  const [version] = list(center.configuration, 'vmImageVersions');
  const source = (definition: string) => ({
    sourceType: 'sharedImageGallery',
    sharedImage: {
      tenantId: '22222222-2222-2222-2222-222222222222',
      resourceId: `/subscriptions/${SUBSCRIPTION}/resourceGroups/images/providers/Microsoft.Compute/galleries/dcos/images/${definition}/versions/1.7.0`,
    },
  });
  expect(version).toEqual({
    versionNumber: '1.7.0',
    lifecycleState: 'generallyAvailable',
    vmImages: [
      { imageType: 'x64Gen1', source: source('node-gen1') },
      { imageType: 'x64Gen2', source: source('node') },
    ],
  });
  expect((await publish()).stdout).toBe('dcos/node has version 1.7.0 already.\n');
  expect(center.posted.length).toBe(1);
});

test('what the plan has stays, and another image under a version of it is refused', async () => {
  await registered({ generations: ['V2'] });
  await publish();
  center.configuration = { ...center.configuration, recommendedVmSizes: ['d2s-v5'] };
  const next = await registered({ generations: ['V2'], version: '1.8.0' });
  expect((await publish()).stdout).toBe('dcos/node has version 1.8.0 now, as a draft.\n');
  expect(center.configuration).toMatchObject({
    recommendedVmSizes: ['d2s-v5'],
    vmImageVersions: [{ versionNumber: '1.7.0' }, { versionNumber: '1.8.0' }],
  });
  register(next, {}, 'other');
  const other = await publish('--definition', 'other');
  expect([other.status, other.stderr]).toEqual([
    1,
    expect.stringMatching(
      /The plan has other images as version 1\.8\.0: x64Gen2 \S+\/images\/node\/versions\/1\.8\.0, and not x64Gen2 \S+\/images\/other\/versions\/1\.8\.0\./,
    ),
  ]);
});

test('--dry-run changes nothing, and says the request that is sent afterwards', async () => {
  await registered();
  const dry = await publish('--dry-run', '--json', '--submit', 'preview');
  expect([dry.status, center.posted]).toEqual([0, []]);
  const sent = JSON.parse((await publish('--json', '--submit', 'preview')).stdout);
  expect(JSON.parse(dry.stdout).requests).toEqual(sent.requests);
  expect(center.posted.map(({ url, body }) => ({ method: 'POST', url: new URL(url, center.url).href, body }))).toEqual(
    sent.requests,
  );
  expect(sent).toMatchObject({ isAdded: true, submitted: 'preview' });
});

test('an image that failed a rule is published only if that is ignored, which is told each time', async () => {
  const rule = { severity: 'error', actual: '', required: '', source: 'test' } as const;
  const checks = [
    { ...rule, id: 'arch', result: 'passed' },
    { ...rule, id: 'history', result: 'failed' },
  ] as const;
  await registered({ checks });
  const refused = await publish();
  expect([refused.status, refused.stderr]).toEqual([
    2,
    expect.stringContaining('is not published, since it failed history when it was baked.'),
  ]);
  await registered({ checks, ignores: [{ rule: 'history', reason: 'It is ours.' }] });
  const { status, stderr } = await publish();
  expect({ status, stderr }).toEqual({
    status: 0,
    stderr:
      'warning: node 1.7.0 failed history when it was baked, which is ignored ("It is ours."). ' +
      "The Marketplace's certification knows no ignores, and may refuse it.\n",
  });
});

test('a version that the gallery lacks, has of another image, or not yet to its end is not published', async () => {
  const record = await bakeImage(rig.rig);
  const absent = await publish();
  expect([absent.status, absent.stderr]).toEqual([
    1,
    expect.stringContaining('The gallery dcos has no version 1.7.0 of node, so it is not published.'),
  ]);
  expect(absent.stderr).toContain('The gallery dcos has no version 1.7.0 of node-gen1');
  expect(absent.stderr).toContain('hint: Register it first: dcos-build image register node@1.7.0.');
  register({ ...record, disk: { ...record.disk, contentSha256: sha256('other') } });
  expect((await publish()).stderr).toMatch(/The version 1\.7\.0 of node has another content: pages sha256 /);
  register(record, { looksLeft: Infinity });
  expect((await publish('--dry-run')).stderr).toContain('has version 1.7.0 of node in the state Creating');
  expect(center.posted).toEqual([]);
  register(record);
  expect((await publish()).status).toBe(0);
});

test('a preview is submitted, goes live when it is certified, and --status shows it', async () => {
  await registered({ generations: ['V2'] });
  await publish('--submit', 'preview');
  const early = await rig.run('publish', '--offer', 'dcos', '--plan', 'node', '--submit', 'live');
  expect([early.status, early.stderr]).toEqual([1, expect.stringContaining('A submission to preview is under way')]);
  const status = await rig.run('publish', '--offer', 'dcos', '--plan', 'node', '--status');
  expect(status.stdout).toBe(
    'version     1.7.0    generallyAvailable\nsubmission  preview  running, pending    2026-11-30T09:00:00Z  1\n',
  );
  Object.assign(center.submissions[0] ?? {}, { status: 'completed', result: 'succeeded' });
  const live = await rig.run('publish', '--offer', 'dcos', '--plan', 'node', '--submit', 'live');
  expect([live.status, live.stdout]).toEqual([0, 'dcos is submitted to live; certification may take days.\n']);
  expect(center.submissions.at(-1)).toMatchObject({ target: { targetType: 'live' } });
});

test('what Partner Center refuses is told in one sentence; where it asks to wait, it is asked again', async () => {
  await registered({ generations: ['V2'] });
  center.faults.push({ status: 429, headers: { 'retry-after': '1' } }, { status: 503 });
  expect((await publish()).status).toBe(0);
  expect((await publish('--offer', 'none')).stderr).toMatch(/^error: Partner Center has no offer "none"\./);
  expect((await publish('--plan', 'none')).stderr).toMatch(/^error: Partner Center has no plan "none"\./);
  await registered({ generations: ['V2'], version: '1.9.0' });
  center.names.plan = 'other';
  const refused = await publish('--plan', 'other');
  expect([refused.status, refused.stderr]).toEqual([
    1,
    expect.stringMatching(
      /^error: The version 1\.9\.0 is not taken into the plan: businessValidationError: No SKU is called 'other', as the plan is\.\n/,
    ),
  ]);
  center.faults.push({ status: 403 });
  const forbidden = await publish();
  expect([forbidden.status, forbidden.stderr]).toEqual([
    3,
    expect.stringMatching(/^error: Partner Center answers 403\.\n/),
  ]);
  await center[Symbol.asyncDispose]();
  const gone = await publish();
  expect([gone.status, gone.stderr]).toEqual([1, expect.stringMatching(/^error: Partner Center does not answer/)]);
});

test('check-sas shows each rule, without the signature', async () => {
  const good = await rig.run('check-sas', sasUrl());
  expect([good.status, good.stderr]).toEqual([0, '']);
  const bad = await rig.run('check-sas', sasUrl({ sr: 'b' }));
  expect(bad.status).toBe(1);
  expect(bad.stdout).toMatch(/^ERROR +sas\.resource +sr=c +sr=b$/m);
  expect(bad.stdout).toMatch(/^The Marketplace would refuse this URL: 1 error\.$/m);
  expect(bad.stdout).not.toContain('c2VjcmV0');
  expect((await rig.run('check-sas', 'nothing')).status).toBe(2);
});
