/** What the template tells a node, and what dcos-node makes of it: TypeScript writes, Python reads. */
import fc from 'fast-check';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { composeNodeData } from '../../src/cluster/compose-node-data.ts';
import { composeConfigPackages } from '../../src/cluster/config/config-packages.ts';
import { bind, lateBindings } from '../../src/cluster/config/late.ts';
import { joinNodeData, type LateValues } from '../../src/cluster/node-data.ts';
import { clusterConfigSchema } from '../../src/recipe/cluster-config.ts';
import { python } from '../rig/python.ts';
import { Rig } from '../rig/rig.ts';
import { ClusterNode } from './cluster-node.ts';

const configuration = { config: clusterConfigSchema.parse({}), masterCount: 3 };
const late: LateValues = {
  cluster_name: 'a "quoted" $name \\ `of` ours',
  master_list: '["172.16.0.5","172.16.0.6","172.16.0.7"]',
  master_fqdn: 'm.example.com',
  agent_fqdn: '',
  repository_url: '',
};

interface WrittenFile {
  readonly path: string;
  readonly content?: string;
  readonly encoding?: string;
}

test.each(['master', 'private', 'public'] as const)(
  'a node of the kind %s sets itself up by its customData',
  async (role) => {
    using rig = new Rig();
    const node = new ClusterNode(rig, 'node');
    const text = joinNodeData(composeNodeData({ role, configuration, attributes: { rack: 'r 1' } }), late);
    const cloudConfig: { write_files: readonly WrittenFile[] } = JSON.parse(text.slice(text.indexOf('\n')));
    for (const { path, content = '', encoding } of cloudConfig.write_files) {
      const bytes = Buffer.from(content, 'base64');
      if (path.startsWith('/etc/dcos-node/')) {
        node.write(path.replace('/etc/dcos-node', 'told'), String(encoding === 'gz+b64' ? gunzipSync(bytes) : bytes));
      }
    }
    node.write('root/bootstrap', '');
    expect(await node.run('setup')).toMatchObject({ status: 0, stderr: '' });
    const { packages, late: latePackage, configId } = composeConfigPackages(configuration);
    const bindings = lateBindings(late);
    for (const { id, files } of [...packages, latePackage]) {
      for (const { path, content } of files)
        expect(node.read(`root/packages/${id}${path}`)).toBe(bind(content, bindings));
    }
    expect(node.read('root/etc/mesos-master')).toContain(
      `MESOS_CLUSTER="a \\"quoted\\" \\$name \\\\ \\\`of\\\` ours"\n`,
    );
    expect(node.read('root/etc/master_list')).toBe('["172.16.0.5", "172.16.0.6", "172.16.0.7"]\n');
    const attributes = { master: undefined, private: 'os:Linux;rack:r 1', public: 'os:Linux;public_ip:yes;rack:r 1' }[
      role
    ];
    const expected = attributes === undefined ? undefined : `MESOS_ATTRIBUTES="${attributes}"\n`;
    expect(node.read('state/mesos-slave-common')).toBe(expected);
    expect(await node.status()).toMatchObject({ config_id: configId, setup: 'done', healthy: true });
  },
);

test('both work out the same of any values known at launch', async () => {
  const texts = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('$a`b\\"', 'a b', "'", '\n', ''));
  const values = fc.sample(
    fc.record({ cluster_name: texts, master_list: fc.array(fc.ipV4()).map((list) => JSON.stringify(list)) }),
    300,
  );
  const code = `
import json, sys
from dcos_node.late_values import bindings_of
for values in json.load(sys.stdin): print(json.dumps(bindings_of(values)))`;
  using rig = new Rig();
  rig.write('values.json', JSON.stringify(values));
  const run = code.replace('sys.stdin', `open(${JSON.stringify(rig.path('values.json'))}, encoding='utf-8')`);
  const { stdout, stderr } = await python(['dcos-image'], ['-c', run]);
  expect(stderr).toBe('');
  const found: readonly object[] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(found).toEqual(values.map((each) => ({ ...each, ...lateBindings(each) })));
});
