/** `cluster template`: from a definition to files in a folder. */
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { GALLERY, makeTemplate, templateRig } from './cluster-template-rig.ts';

const FILES = [
  'README.md',
  'azuredeploy.json',
  'azuredeploy.parameters.json',
  'cluster.svg',
  'createUiDefinition.json',
  'mainTemplate.json',
];

test('a definition becomes a folder with template, parameters, form, drawing and README', async () => {
  using rig = templateRig();
  const { status, stdout, stderr } = await makeTemplate(rig);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('mydcos is written in out/clusters/mydcos\n');
  expect(stdout).toMatch(/makes +5 nodes, 20 cores, 80 GiB of memory, 320 GiB of disks, 3 public IP addresses/);
  expect(stdout).toMatch(/release +what the image holds\n/);
  expect(readdirSync(rig.path('out/clusters/mydcos')).toSorted()).toEqual(FILES);
  const template = JSON.parse(readFileSync(rig.path('out/clusters/mydcos/azuredeploy.json'), 'utf8'));
  expect(template.parameters.vmImageId.defaultValue).toBe(`${GALLERY}/images/node/versions/1.7.0`);
});

test('the same definition gives the same bytes anywhere, and a second run touches nothing', async () => {
  using rig = templateRig();
  await makeTemplate(rig);
  await makeTemplate(rig, '-o', 'elsewhere');
  const first = FILES.map((name) => statSync(rig.path('out/clusters/mydcos', name)).mtimeMs);
  const { stdout } = await makeTemplate(rig);
  expect(stdout).toContain('mydcos is up to date in out/clusters/mydcos\n');
  expect(stdout.match(/as before$/gm)).toHaveLength(FILES.length);
  expect(FILES.map((name) => statSync(rig.path('out/clusters/mydcos', name)).mtimeMs)).toEqual(first);
  for (const name of FILES) {
    expect(readFileSync(rig.path('elsewhere', name))).toEqual(readFileSync(rig.path('out/clusters/mydcos', name)));
  }
});

test('--json has the files with their hashes, and what was resolved', async () => {
  using rig = templateRig();
  const { stdout } = await makeTemplate(rig, '--json');
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

test.each([
  ['no JSON', '{"name": }', 'cluster.json is not valid JSON.'],
  ['no object', '[]', 'cluster.json must hold an object'],
])('a definition that is %s is refused', async (_, text, message) => {
  using rig = templateRig();
  rig.write('cluster.json', text);
  const { status, stderr } = await makeTemplate(rig);
  expect(status).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).toContain('[CLUSTER_INVALID]');
});

test('a folder in the way of a file is refused, and what was there before stays', async () => {
  using rig = templateRig();
  mkdirSync(rig.path('there/azuredeploy.json'), { recursive: true });
  const { status, stderr } = await makeTemplate(rig, '-o', 'there');
  expect(status).toBe(2);
  expect(stderr).toContain('cannot be written: it is a folder.');
  expect(readdirSync(rig.path('there'))).toEqual(['azuredeploy.json']);
});

test('definitions are shown and compared by what they make', async () => {
  using rig = templateRig();
  const { stdout: shown } = await rig.run('cluster', 'show', '-f', 'cluster.json');
  expect(shown).toMatch(/^mydcos: 5 nodes, 20 cores/);
  expect(shown).toMatch(
    /^ +2200-2202 to 22 +tcp +dcos-master-ip-\w+ +dcos-master-\w+-0 to 2 +from 203\.0\.113\.0\/24$/m,
  );
  await makeTemplate(rig);
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
  using rig = templateRig();
  const { stdout } = await rig.run('cluster', 'schema');
  expect(JSON.parse(stdout)).toMatchObject({ type: 'object', properties: { masters: expect.anything() } });
  await rig.run('cluster', 'schema', '-o', 'schema.json');
  expect(readFileSync(rig.path('schema.json'), 'utf8')).toBe(stdout);
});
