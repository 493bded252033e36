import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buildIdsOf } from '../../src/store/manifest.ts';
import { packagePlace } from '../../src/store/package-store.ts';
import { verifyArtifacts } from '../../src/store/verify.ts';
import { StoreRig } from './store-rig.ts';

const FOLDER = 'repository/packages/a';

test('a package is there when it is committed, under pkgpanda names, with a deterministic manifest', async () => {
  using rig = new StoreRig();
  const id = rig.id('a');
  expect(rig.packages.find(id)).toBeUndefined();
  const manifest = await rig.commitBytes(id, 'bytes');
  expect(rig.packages.find(id)).toEqual(manifest);
  expect(rig.read(`${FOLDER}/${id}.tar.xz`)).toBe('bytes');
  expect(existsSync(rig.path('new', id))).toBe(false);
  expect(rig.read(`${FOLDER}/${id}.manifest.json`)).toMatchInlineSnapshot(`
    "{
      "buildIds":{
        "big":12345678901234567890,
        "name":"a",
        "sources":{}
      },
      "builder":{
        "id":"sha256:0",
        "name":"debian"
      },
      "bytes":5,
      "compression":"xz",
      "file":"a--0000000000000000000000000000000000000000.tar.xz",
      "id":"a--0000000000000000000000000000000000000000",
      "schema":"dcos-build manifest 1",
      "sha256":"277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9",
      "sources":{},
      "tool":"dcos-build test"
    }
    "
  `);
  expect(buildIdsOf(manifest)).toEqual({ name: 'a', sources: {}, big: 12_345_678_901_234_567_890n });
});

test.each([
  ['the manifest is missing', (path: string) => rmSync(`${path}.manifest.json`)],
  ['the manifest is empty, as after a power cut', (path: string) => writeFileSync(`${path}.manifest.json`, '')],
  ['the manifest is no object', (path: string) => writeFileSync(`${path}.manifest.json`, '[]')],
  ['the tarball is missing', (path: string) => rmSync(`${path}.tar.xz`)],
  ['the tarball is cut short', (path: string) => truncateSync(`${path}.tar.xz`, 2)],
  [
    'the manifest is that of another package',
    (path: string) =>
      writeFileSync(`${path}.manifest.json`, readFileSync(`${path}.manifest.json`, 'utf8').replaceAll('a--0', 'a--1')),
  ],
])('it is a miss when %s, and can be made again', async (_what, damage) => {
  using rig = new StoreRig();
  const id = rig.id('a');
  await rig.commitBytes(id, 'bytes');
  damage(rig.path(FOLDER, id));
  expect(rig.packages.find(id)).toBeUndefined();
  const manifest = await rig.commitBytes(id, 'others');
  expect(rig.packages.find(id)).toEqual(manifest);
  expect(rig.read(`${FOLDER}/${id}.tar.xz`)).toBe('others');
});

test('the first build of an id stays, unless it is to be replaced', async () => {
  using rig = new StoreRig();
  const id = rig.id('a');
  const first = await rig.commitBytes(id, 'first');
  expect(await rig.commitBytes(id, 'other')).toEqual(first);
  expect(rig.read(`${FOLDER}/${id}.tar.xz`)).toBe('first');
  const second = await rig.commitBytes(id, 'other', { replace: true });
  expect(rig.packages.find(id)).toEqual(second);
  expect(rig.read(`${FOLDER}/${id}.tar.xz`)).toBe('other');
});

test('latest is the bare id, as pkgpanda writes it', async () => {
  using rig = new StoreRig();
  await rig.packages.writeLatest(undefined, rig.id('a'));
  await rig.packages.writeLatest('ee', rig.id('a', 1));
  expect(rig.read(`${FOLDER}/latest`)).toBe(rig.id('a'));
  expect(await rig.packages.latest('a', 'ee')).toBe(rig.id('a', 1));
  expect(await rig.packages.latest('b', undefined)).toBeUndefined();
});

test('verifying finds a flipped byte, and the package is a miss from then on', async () => {
  using rig = new StoreRig();
  const [whole, bad, gone] = [rig.id('a'), rig.id('a', 1), rig.id('a', 2)];
  await rig.commitBytes(whole, 'bytes');
  await rig.commitBytes(bad, 'bytes');
  writeFileSync(rig.path(FOLDER, `${bad}.tar.xz`), 'bytez');
  const verdicts = await verifyArtifacts(rig.packages.shelf, [whole, bad, gone].map(packagePlace), { jobs: 2 });
  expect(verdicts.map(({ kind }) => kind)).toEqual(['whole', 'damaged', 'missing']);
  expect(rig.packages.find(bad)).toBeUndefined();
  expect(rig.read(`${FOLDER}/${bad}.tar.xz.corrupt`)).toBe('bytez');
});

test('a name that would leave the store is refused', () => {
  using rig = new StoreRig();
  for (const name of ['../x', '/etc/passwd', 'a/../../x', 'a//b']) {
    expect(() => rig.packages.store.path(name)).toThrow('not the name of an artifact');
  }
});

test('attestations of other bytes go when their package is replaced, and those of the same stay', async () => {
  using rig = new StoreRig();
  const id = rig.id('a');
  const { shelf } = rig.packages;
  const manifest = await rig.commitBytes(id, 'bytes');
  const beside = { [`${id}.intoto.jsonl`]: 'signed\n' };
  await shelf.commit(packagePlace(id), rig.write('new/again', 'bytes'), manifest, { replace: true, beside });
  const attestations = rig.path(FOLDER, `${id}.intoto.jsonl`);
  await rig.commitBytes(id, 'bytes', { replace: true });
  expect(readFileSync(attestations, 'utf8')).toBe('signed\n');
  await rig.commitBytes(id, 'others', { replace: true });
  expect(existsSync(attestations)).toBe(false);
});
