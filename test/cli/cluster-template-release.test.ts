/** The release of a cluster: looked up in its store, its signature judged, and what nodes are told of it. */
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addImageRecord } from '../rig/image-record.ts';
import type { Rig } from '../rig/rig.ts';
import { makeTemplate, templateRig } from './cluster-template-rig.ts';
import { smallTree } from './release-rig.ts';

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

const RELEASE = { name: 'testing', from: 'released', url: 'https://dcos.example.com/releases' };

/** A tree with that definition, beside the store `released`. */
function rigWith(change: object): Rig {
  const rig = templateRig(change);
  cpSync(released.path('released'), rig.path('released'), { recursive: true });
  return rig;
}

test('no tree is needed where the definition names everything', async () => {
  using rig = rigWith({ release: RELEASE });
  for (const name of ['treeinfo.json', 'packages', 'dcos-build.config.json'])
    rmSync(rig.path(name), { recursive: true });
  const { status, stdout } = await makeTemplate(rig);
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
  const { status, stdout, stderr } = await makeTemplate(rig);
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
  const { status, stderr } = await makeTemplate(rig);
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
  const { status, stdout, stderr } = await makeTemplate(rig);
  expect({ status, stdout }).toEqual({ status: code, stdout: '' });
  expect(stderr).toContain(message);
  expect(stderr).toContain(hint);
  expect(existsSync(rig.path('out/clusters'))).toBe(false);
});

test('a release that was changed after it was signed, or that a stranger signed, is refused', async () => {
  using rig = rigWith({ release: RELEASE });
  await rig.run('key', 'trust', released.path('stranger.key'));
  const { status, stderr } = await makeTemplate(rig);
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /The release \S+ of \S+ is refused: it is signed by the key \w{16}, which is not in trust\.json\./,
  );
  expect(stderr).toContain('[SIGNATURE_REFUSED]');
  const attestation = `released/releases/${release}/provenance.intoto.jsonl`;
  rig.write(attestation, '');
  expect((await makeTemplate(rig)).stderr).toContain('is refused: it is not signed.');
  expect(existsSync(rig.path('out/clusters'))).toBe(false);
});

test('--release, --from and --trust come before the definition', async () => {
  using rig = rigWith({ release: { ...RELEASE, name: 'nothing', from: './nowhere' } });
  await rig.run('key', 'trust', released.path('release.key'), '--trust', 'mine.json');
  const { status, stdout } = await makeTemplate(
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

test('an image with another build of DC/OS than the release is warned of', async () => {
  using rig = rigWith({ image: { definition: 'node' }, release: RELEASE });
  addImageRecord(rig);
  const { status, stderr } = await makeTemplate(rig);
  expect(status).toBe(0);
  expect(stderr).toContain(
    `warning: The image holds another build of DC/OS than the release ${release}, which nodes fetch`,
  );
});

test('mistakes of the definition, its image and its release are told at once', async () => {
  using rig = rigWith({
    masters: { count: 2 },
    image: { definition: 'nod' },
    netwrok: {},
    release: { ...RELEASE, name: 'testin' },
  });
  addImageRecord(rig);
  const { status, stderr } = await makeTemplate(rig);
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
