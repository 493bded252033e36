/** `cluster template`: from a definition, an image and a release to files in a folder. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Rig, type CommandEnd } from '../rig/rig.ts';
import { addImageRecord } from '../rig/image-record.ts';
import { smallTree } from './release-rig.ts';

const SUBSCRIPTION = '00000000-0000-0000-0000-000000000001';
const GALLERY = `/subscriptions/${SUBSCRIPTION}/resourceGroups/images/providers/Microsoft.Compute/galleries/dcos`;
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcLhQjBqkD0z3J0p3cA7yLkW3a0XbFGDyBKqmyZ1J8a someone@example.com';
const FILES = [
  'README.md',
  'azuredeploy.json',
  'azuredeploy.parameters.json',
  'cluster.svg',
  'createUiDefinition.json',
  'mainTemplate.json',
];

let released: Rig;
let release = '';
beforeAll(async () => {
  released = smallTree();
  released.component('dcos-image', { script: 'mkdir $PKG_PATH/bin; echo node > $PKG_PATH/bin/dcos-node' });
  const described = JSON.stringify({ version: '1.0', summary: 'The node', licence: 'Apache-2.0' });
  released.write('packages/dcos-image/component.json', described);
  await released.run('key', 'new', 'release.key');
  await released.run('key', 'new', 'stranger.key');
  const args = ['release', 'create', 'testing', '--to', 'released', '--key', 'release.key', '--json'];
  release = JSON.parse((await released.run(...args)).stdout).release;
}, 120_000);
afterAll(() => released[Symbol.dispose]());

/** A tree with that definition, the store `released`, and a configured gallery. */
function rigWith(change: object = {}, gallery: object = {}): Rig {
  const rig = new Rig();
  const place = { subscription: SUBSCRIPTION, resourceGroup: 'images', gallery: 'dcos', location: 'westeurope' };
  rig.write('dcos-build.config.json', JSON.stringify({ gallery: { ...place, ...gallery } }));
  const definition = {
    name: 'mydcos',
    dns_prefix: 'mydcos',
    admin: { ssh_keys: [KEY] },
    access: { ssh_from: ['203.0.113.0/24'] },
    image: { id: `${GALLERY}/images/node/versions/1.7.0` },
    pools: [
      { name: 'private', kind: 'private' },
      { name: 'public', kind: 'public' },
    ],
    ...change,
  };
  rig.write('cluster.json', `${JSON.stringify(definition, undefined, 2)}\n`);
  cpSync(released.path('released'), rig.path('released'), { recursive: true });
  return rig;
}

const RELEASE = { name: 'testing', from: 'released', url: 'https://dcos.example.com/releases' };

async function make(rig: Rig, ...more: readonly string[]): Promise<CommandEnd> {
  return await rig.run('cluster', 'template', '-f', 'cluster.json', ...more);
}

test('a definition becomes a folder with template, parameters, form, drawing and README', async () => {
  using rig = rigWith();
  const { status, stdout, stderr } = await make(rig);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('mydcos is written in out/clusters/mydcos\n');
  expect(stdout).toMatch(/makes +5 nodes, 20 cores, 80 GiB of memory, 320 GiB of disks, 3 public IP addresses/);
  expect(stdout).toMatch(/release +what the image holds\n/);
  expect(readdirSync(rig.path('out/clusters/mydcos')).toSorted()).toEqual(FILES);
  const template = JSON.parse(readFileSync(rig.path('out/clusters/mydcos/azuredeploy.json'), 'utf8'));
  expect(template.parameters.vmImageId.defaultValue).toBe(`${GALLERY}/images/node/versions/1.7.0`);
});

test('the same definition gives the same bytes anywhere, and a second run touches nothing', async () => {
  using rig = rigWith();
  await make(rig);
  await make(rig, '-o', 'elsewhere');
  const first = FILES.map((name) => statSync(rig.path('out/clusters/mydcos', name)).mtimeMs);
  const { stdout } = await make(rig);
  expect(stdout).toContain('mydcos is up to date in out/clusters/mydcos\n');
  expect(stdout.match(/as before$/gm)).toHaveLength(FILES.length);
  expect(FILES.map((name) => statSync(rig.path('out/clusters/mydcos', name)).mtimeMs)).toEqual(first);
  for (const name of FILES) {
    expect(readFileSync(rig.path('elsewhere', name))).toEqual(readFileSync(rig.path('out/clusters/mydcos', name)));
  }
});

test('--json has the files with their hashes, and what was resolved', async () => {
  using rig = rigWith();
  const { stdout } = await make(rig, '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    name: 'mydcos',
    folder: 'out/clusters/mydcos',
    files: expect.arrayContaining([
      {
        name: 'README.md',
        bytes: expect.any(Number),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        isChanged: true,
      },
    ]),
    image: { kind: 'gallery', generation: '2', trustedLaunch: true },
    totals: { nodes: 5, publicIps: 3 },
  });
});

test('no tree is needed where the definition names everything', async () => {
  using rig = rigWith({ release: RELEASE });
  for (const name of ['treeinfo.json', 'packages', 'dcos-build.config.json'])
    rmSync(rig.path(name), { recursive: true });
  const { status, stdout } = await make(rig);
  expect(status).toBe(0);
  expect(stdout).toContain(`release  ${release} (1.0), of which no signature is asked\n`);
});

/** The file /etc/dcos-node/node.json of masters, as the template brings it. */
function nodeJson(rig: Rig): unknown {
  const { variables } = JSON.parse(readFileSync(rig.path('out/clusters/mydcos/azuredeploy.json'), 'utf8'));
  const texts = Object.values<unknown>(variables).filter((value) => typeof value === 'string');
  const head = texts.find((text) => text.startsWith('#cloud-config') && text.includes('azure_master')) ?? '';
  const [, content = ''] = /"path":"\/etc\/dcos-node\/node\.json"[^}]*?"content":"([^"]+)"/.exec(head) ?? [];
  return JSON.parse(gunzipSync(Buffer.from(content, 'base64')).toString());
}

test('the release is looked up, its signature judged, and nodes are told hash and keys', async () => {
  using rig = rigWith({ release: RELEASE });
  await rig.run('key', 'trust', released.path('release.key'), '--name', 'release team');
  const { status, stdout, stderr } = await make(rig);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain(`release  ${release} (1.0), signed by release team\n`);
  const manifest = JSON.parse(readFileSync(rig.path(`released/releases/${release}/manifest.json`), 'utf8'));
  expect(nodeJson(rig)).toMatchObject({
    roles: ['master', 'azure_master', 'azure'],
    release: {
      id: release,
      bootstrap: manifest.trees[0].bootstrap,
      bootstrap_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      keys: [expect.stringMatching(/^-----BEGIN PUBLIC KEY-----/)],
    },
  });
});

test('where nobody is trusted, that is said, and nodes ask for no signature', async () => {
  using rig = rigWith({ release: RELEASE });
  const { status, stderr } = await make(rig);
  expect(status).toBe(0);
  expect(stderr).toContain(`warning: Nobody is trusted here, so nodes will not ask who signed ${release}.`);
  expect(nodeJson(rig)).toMatchObject({ release: { keys: [] } });
});

test.each([
  [
    'an unknown channel',
    { ...RELEASE, name: 'testin' },
    2,
    'has no channel and no release "testin"',
    'Did you mean "testing"?',
  ],
  ['a store that is not there', { ...RELEASE, from: './stores' }, 1, 'is no folder.', '[REPOSITORY_UNAVAILABLE]'],
  [
    'another variant',
    { ...RELEASE, variant: 'big' },
    2,
    'has no variant "big".',
    'Name one that it has as "release.variant": default.',
  ],
  [
    'a store that nodes cannot reach',
    { name: 'testing', from: 'released' },
    2,
    'Nodes cannot fetch a release from the folder',
    'Say as "release.url"',
  ],
])('%s is one sentence, and nothing is written', async (_, wish, code, message, hint) => {
  using rig = rigWith({ release: wish });
  const { status, stdout, stderr } = await make(rig);
  expect({ status, stdout }).toEqual({ status: code, stdout: '' });
  expect(stderr).toContain(message);
  expect(stderr).toContain(hint);
  expect(existsSync(rig.path('out/clusters'))).toBe(false);
});

test('a release that was changed after it was signed, or that a stranger signed, is refused', async () => {
  using rig = rigWith({ release: RELEASE });
  await rig.run('key', 'trust', released.path('stranger.key'));
  const { status, stderr } = await make(rig);
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /The release \S+ of \S+ is refused: it is signed by the key \w{16}, which is not in trust\.json\./,
  );
  expect(stderr).toContain('[SIGNATURE_REFUSED]');
  const attestation = `released/releases/${release}/provenance.intoto.jsonl`;
  rig.write(attestation, '');
  expect((await make(rig)).stderr).toContain('is refused: it is not signed.');
  expect(existsSync(rig.path('out/clusters'))).toBe(false);
});

test('--release, --from and --trust come before the definition', async () => {
  using rig = rigWith({ release: { ...RELEASE, name: 'nothing', from: './nowhere' } });
  await rig.run('key', 'trust', released.path('release.key'), '--trust', 'mine.json');
  const { status, stdout } = await make(
    rig,
    '--release',
    release,
    '--from',
    'released',
    '--trust',
    'mine.json',
    '--json',
  );
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ release, signedBy: ['release'] });
});

test('a baked image is found by its record, and named as its gallery will have it', async () => {
  using rig = rigWith({ image: { definition: 'node' }, location: 'westeurope' });
  addImageRecord(rig);
  addImageRecord(rig, { version: '1.10.0' });
  const [newest, older] = [await make(rig, '--json'), await make(rig, '--json', '--image', 'node@1.7.0')];
  expect(JSON.parse(newest.stdout).image).toMatchObject({ id: `${GALLERY}/images/node/versions/1.10.0` });
  expect(JSON.parse(older.stdout).image).toMatchObject({ id: `${GALLERY}/images/node/versions/1.7.0` });
  const first = await make(rig, '--json', '--image', `${GALLERY}/images/other/versions/2.0.0`);
  expect(JSON.parse(first.stdout).image).toMatchObject({ id: `${GALLERY}/images/other/versions/2.0.0` });
});

test('an image with another build of DC/OS than the release is warned of', async () => {
  using rig = rigWith({ image: { definition: 'node' }, release: RELEASE });
  addImageRecord(rig);
  const { status, stderr } = await make(rig);
  expect(status).toBe(0);
  expect(stderr).toContain(
    `warning: The image holds another build of DC/OS than the release ${release}, which nodes fetch`,
  );
});

test('generation 1 has an image definition of its own in the gallery', async () => {
  using rig = rigWith({ image: { definition: 'node', generation: '1', trusted_launch: false } });
  addImageRecord(rig);
  const wanted = { id: `${GALLERY}/images/node-gen1/versions/1.7.0`, generation: '1', trustedLaunch: false };
  expect(JSON.parse((await make(rig, '--json')).stdout).image).toMatchObject(wanted);
  expect(JSON.parse((await make(rig, '--json', '--image', 'node@1.7.0')).stdout).image).toMatchObject(wanted);
});

test.each([
  [
    'its name is mistyped',
    { definition: 'nod' },
    {},
    {},
    'There is no baked image "nod".',
    'Did you mean "node"?',
    'image.definition',
  ],
  [
    'its version is mistyped',
    { definition: 'node', version: '1.7.1' },
    {},
    {},
    'There is no version 1.7.1 of the image "node".',
    'Did you mean "1.7.0"?',
    'image.version',
  ],
  [
    'it does not boot so',
    { definition: 'node' },
    { generations: ['V1'] },
    {},
    'The image node 1.7.0 does not boot as generation 2.',
    'It boots as 1.',
    'image.generation',
  ],
  [
    'it does not start by Secure Boot',
    { definition: 'node' },
    { secureBoot: false },
    {},
    'does not start by Secure Boot, which Trusted Launch needs.',
    'Set "image.trusted_launch" to false',
    'image.trusted_launch',
  ],
  [
    'it is not copied there',
    { definition: 'node' },
    {},
    { regions: ['northeurope'] },
    'The gallery does not copy its versions to japaneast.',
    'It has them in westeurope, northeurope',
    'location',
  ],
  [
    'its gallery is not said',
    { definition: 'node' },
    {},
    { gallery: undefined },
    'dcos-build.config.json has no "gallery.gallery".',
    'Add it there',
    'image',
  ],
] as const)('an image is refused with its place when %s', async (_, image, record, gallery, message, hint, key) => {
  using rig = rigWith({ image, ...(key === 'location' ? { location: 'japaneast' } : {}) }, gallery);
  addImageRecord(rig, record);
  const { status, stderr } = await make(rig);
  expect(status).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).toMatch(new RegExp(`at cluster\\.json:\\d+:\\d+, key ${key.replace('.', '\\.')}\n`));
  expect(stderr).toContain(hint);
  expect(stderr).toContain('[CLUSTER_INVALID]');
});

test('mistakes of the definition, its image and its release are told at once', async () => {
  using rig = rigWith({
    masters: { count: 2 },
    image: { definition: 'nod' },
    netwrok: {},
    release: { ...RELEASE, name: 'testin' },
  });
  addImageRecord(rig);
  const { status, stderr } = await make(rig);
  expect(status).toBe(2);
  for (const text of [
    '"masters.count" is wrong',
    'unknown key "netwrok"',
    'no baked image "nod"',
    'no release "testin"',
  ]) {
    expect(stderr).toContain(text);
  }
  expect(stderr).toContain('\n4 errors.\n');
  expect(existsSync(rig.path('out/clusters'))).toBe(false);
});

test.each([
  ['no JSON', '{"name": }', 'cluster.json is not valid JSON.'],
  ['no object', '[]', 'cluster.json must hold an object'],
])('a definition that is %s is refused', async (_, text, message) => {
  using rig = rigWith();
  rig.write('cluster.json', text);
  const { status, stderr } = await make(rig);
  expect(status).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).toContain('[CLUSTER_INVALID]');
});

test('a folder in the way of a file is refused, and what was there before stays', async () => {
  using rig = rigWith();
  mkdirSync(rig.path('there/azuredeploy.json'), { recursive: true });
  const { status, stderr } = await make(rig, '-o', 'there');
  expect(status).toBe(2);
  expect(stderr).toContain('cannot be written: it is a folder.');
  expect(readdirSync(rig.path('there'))).toEqual(['azuredeploy.json']);
});

test('definitions are shown and compared by what they make', async () => {
  using rig = rigWith();
  const { stdout: shown } = await rig.run('cluster', 'show', '-f', 'cluster.json');
  expect(shown).toMatch(/^mydcos: 5 nodes, 20 cores/);
  expect(shown).toMatch(
    /^ +2200-2202 to 22 +tcp +dcos-master-ip-\w+ +dcos-master-\w+-0 to 2 +from 203\.0\.113\.0\/24$/m,
  );
  await make(rig);
  const { stdout: same } = await rig.run('cluster', 'diff', 'cluster.json', 'out/clusters/mydcos');
  expect(same).toBe('No difference: both make the same resources.\n');
  const { stdout: other } = await rig.run(
    ...['cluster', 'diff', 'out/clusters/mydcos', 'cluster.json', '--image', `${GALLERY}/images/node/versions/1.8.0`],
  );
  expect(other).toMatch(
    /imageReference\.id +…\/versions\/1\.7\.0 -> …\/versions\/1\.8\.0 +new nodes: nodes that are there take it when they are reimaged/,
  );
});

test('schema prints the JSON Schema of definitions, or writes it', async () => {
  using rig = rigWith();
  const { stdout } = await rig.run('cluster', 'schema');
  expect(JSON.parse(stdout)).toMatchObject({ type: 'object', properties: { masters: expect.anything() } });
  await rig.run('cluster', 'schema', '-o', 'schema.json');
  expect(readFileSync(rig.path('schema.json'), 'utf8')).toBe(stdout);
});
