/** The machines of our own templates, which the evaluator has expanded. */
import { expect, test } from 'vitest';
import { expandTemplate } from '../../src/arm/expand.ts';
import { composeClusterNodeData } from '../../src/cluster/compose-node-data.ts';
import { composeTemplate } from '../../src/cluster/template.ts';
import { templateMachines, type TemplateMachine } from '../../src/cluster/template-machines.ts';
import { parseClusterDefinition } from '../../src/recipe/parse-cluster.ts';

function machinesOf(definition: object): readonly TemplateMachine[] {
  const text = JSON.stringify({ name: 'test', image: { definition: 'node' }, ...definition });
  const { definition: parsed } = parseClusterDefinition('cluster.json', text);
  const { template } = composeTemplate(parsed, {
    image: { kind: 'gallery', id: '/subscriptions/x', generation: '2', trustedLaunch: true, plan: undefined },
    nodeData: composeClusterNodeData(parsed),
    ...{ release: undefined, repositoryUrl: undefined, templateUrl: undefined },
  });
  const { resources } = expandTemplate(template, {
    references: () => ({ dnsSettings: { fqdn: 'name.invalid' } }),
    uniqueString: () => 'suffix',
  });
  return templateMachines(resources, (id) => (id.endsWith('/mine') ? '192.168.1.0/26' : undefined));
}

const places = (machines: readonly TemplateMachine[]): readonly string[] =>
  machines.map(({ hostName, group, ip, prefixLength }) => `${hostName} ${group} ${ip}/${prefixLength}`);

test('masters have the addresses that the template fixes, agents the first of their subnets that are free', () => {
  const pools = [
    { name: 'work', kind: 'private', count: 2 },
    { name: 'front', kind: 'public', count: 1 },
  ];
  expect(places(machinesOf({ masters: { count: 3 }, pools }))).toEqual([
    'dcos-master-suffix-0 master 172.16.0.5/24',
    'dcos-master-suffix-1 master 172.16.0.6/24',
    'dcos-master-suffix-2 master 172.16.0.7/24',
    'dcos-work-suffix-000000 work 10.0.0.4/11',
    'dcos-work-suffix-000001 work 10.0.0.5/11',
    'dcos-front-suffix-000000 front 10.32.0.4/11',
  ]);
});

test('single machines and a subnet that is there already, in which a master has an address', () => {
  const id =
    '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/net';
  const existing = {
    id,
    masters: { subnet: 'mine', prefix: '192.168.1.0/26' },
    pools: { work: { subnet: 'mine', prefix: '192.168.1.0/26' } },
  };
  const work = { name: 'work', kind: 'private', count: 2, orchestration: 'availability-set' };
  const machines = machinesOf({ masters: { count: 1, first_ip: '192.168.1.5' }, pools: [work], network: { existing } });
  expect(places(machines)).toEqual([
    'dcos-master-suffix-0 master 192.168.1.5/26',
    'dcos-work-suffix-0 work 192.168.1.4/26',
    'dcos-work-suffix-1 work 192.168.1.6/26',
  ]);
});

test('each has the user and the customData of the template, with the late values in it', () => {
  const [master] = machinesOf({ masters: { count: 1 }, admin: { user: 'core' } });
  expect(master?.userName).toBe('core');
  expect(master?.customData).toMatch(/^#cloud-config\n/);
  expect(master?.customData).toContain('/etc/mesosphere/roles/master');
  const late = Buffer.from(JSON.stringify({ cluster_name: 'test' }).slice(0, -2)).toString('base64');
  expect(master?.customData).toContain(late.slice(0, 28));
});
