import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Rig } from '../rig/rig.ts';

function rigWith(name: string): Rig {
  const rig = new Rig();
  rig.write('model.json', readFileSync(`test/fixtures/acs-engine/${name}.json`, 'utf8'));
  return rig;
}

test('a definition is printed, and what became of the model goes to the other stream', async () => {
  using rig = rigWith('dcos1.8');
  const { status, stdout, stderr } = await rig.run('cluster', 'convert', 'model.json', '--image', 'node@1.2.3');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ image: { definition: 'node', version: '1.2.3' }, masters: { count: 3 } });
  expect(stderr).toContain(
    'replaced properties.masterProfile.vmSize: The size Standard_D2_v2 has become Standard_D2ds_v5',
  );
});

test('a definition is written to a file, in a network that was there', async () => {
  using rig = rigWith('vnet');
  const subnets = ['--subnet', 'masters=10.239.255.0/24', '--subnet', 'agents=10.239.0.0/17'];
  const { status, stdout } = await rig.run(
    'cluster',
    'convert',
    'model.json',
    '--image',
    'node',
    ...subnets,
    '-o',
    'cluster.json',
  );
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'model.json has become cluster.json.\n' });
  expect(JSON.parse(readFileSync(rig.path('cluster.json'), 'utf8'))).toMatchObject({
    network: { existing: { masters: { subnet: 'masters' } } },
  });
});

test('--json has the definition and the notes', async () => {
  using rig = rigWith('dcos1.8');
  const { stdout } = await rig.run('cluster', 'convert', 'model.json', '--image', 'node', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    definition: { name: 'fabled' },
    notes: expect.arrayContaining([]),
    warnings: [],
  });
});

test.each([
  [['model.json'], 'Give --image: NAME, NAME@VERSION or the ARM id of a version in a gallery.'],
  [['model.json', '--image', 'node', '--subnet', 'agents'], '--subnet "agents" is no subnet with its addresses.'],
  [['modle.json', '--image', 'node'], 'Did you mean "model.json"?'],
  [['model.json', '--image', 'node', '--svg', 'x.svg'], '--svg does nothing for "cluster convert".'],
])('%j is refused', async (words, message) => {
  using rig = rigWith('dcos1.8');
  const { status, stderr } = await rig.run('cluster', 'convert', ...words);
  expect(status).toBe(2);
  expect(stderr).toContain(message);
});

test('what is a definition already is not converted', async () => {
  using rig = new Rig();
  rig.write('cluster.json', '{"name": "prod", "masters": {}}');
  const { status, stderr } = await rig.run('cluster', 'convert', 'cluster.json', '--image', 'node');
  expect(status).toBe(2);
  expect(stderr).toContain('cluster.json is a cluster definition already.');
});
