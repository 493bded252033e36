/** The image of a cluster: named, or one that was baked here. */
import { expect, test } from 'vitest';
import { addImageRecord } from '../rig/image-record.ts';
import { GALLERY, makeTemplate, templateRig } from './cluster-template-rig.ts';

test('a baked image is found by its record, and named as its gallery will have it', async () => {
  using rig = templateRig({ image: { definition: 'node' }, location: 'westeurope' });
  addImageRecord(rig);
  addImageRecord(rig, { version: '1.10.0' });
  const [newest, older] = [
    await makeTemplate(rig, '--json'),
    await makeTemplate(rig, '--json', '--image', 'node@1.7.0'),
  ];
  expect(JSON.parse(newest.stdout).image).toMatchObject({ id: `${GALLERY}/images/node/versions/1.10.0` });
  expect(JSON.parse(older.stdout).image).toMatchObject({ id: `${GALLERY}/images/node/versions/1.7.0` });
  const first = await makeTemplate(rig, '--json', '--image', `${GALLERY}/images/other/versions/2.0.0`);
  expect(JSON.parse(first.stdout).image).toMatchObject({ id: `${GALLERY}/images/other/versions/2.0.0` });
});

test('generation 1 has an image definition of its own in the gallery', async () => {
  using rig = templateRig({ image: { definition: 'node', generation: '1', trusted_launch: false } });
  addImageRecord(rig);
  const wanted = { id: `${GALLERY}/images/node-gen1/versions/1.7.0`, generation: '1', trustedLaunch: false };
  expect(JSON.parse((await makeTemplate(rig, '--json')).stdout).image).toMatchObject(wanted);
  expect(JSON.parse((await makeTemplate(rig, '--json', '--image', 'node@1.7.0')).stdout).image).toMatchObject(wanted);
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
  using rig = templateRig({ image, ...(key === 'location' ? { location: 'japaneast' } : {}) }, gallery);
  addImageRecord(rig, record);
  const { status, stderr } = await makeTemplate(rig);
  expect(status).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).toMatch(new RegExp(`at cluster\\.json:\\d+:\\d+, key ${key.replace('.', '\\.')}\n`));
  expect(stderr).toContain(hint);
  expect(stderr).toContain('[CLUSTER_INVALID]');
});
