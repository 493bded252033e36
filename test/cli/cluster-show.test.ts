/** `cluster show` and `cluster diff` of templates that somebody else wrote. */
import { expect, test } from 'vitest';
import { Rig } from '../rig/rig.ts';

const SCHEMA = 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#';

/** A network with machines in it. */
function template({ size = 'Standard_D4s_v5', count = 3 } = {}): object {
  const location = '[resourceGroup().location]';
  const apiVersion = '2024-07-01';
  const copy = { name: 'copy', count: "[parameters('count')]" };
  const subnet = { id: "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'net', 'nodes')]" };
  const nic = { id: "[resourceId('Microsoft.Network/networkInterfaces', concat('nic', copyIndex()))]" };
  return {
    $schema: SCHEMA,
    contentVersion: '1.0.0.0',
    parameters: { count: { type: 'int', defaultValue: count } },
    resources: [
      {
        ...{ type: 'Microsoft.Network/virtualNetworks', apiVersion, name: 'net', location },
        properties: {
          addressSpace: { addressPrefixes: ['10.0.0.0/8'] },
          subnets: [{ name: 'nodes', properties: { addressPrefix: '10.1.0.0/16' } }],
        },
      },
      {
        ...{ type: 'Microsoft.Network/networkInterfaces', apiVersion, name: "[concat('nic', copyIndex())]", location },
        ...{ copy, properties: { ipConfigurations: [{ name: 'ip', properties: { subnet } }] } },
      },
      {
        ...{ type: 'Microsoft.Compute/virtualMachines', apiVersion, name: "[concat('vm', copyIndex())]", location },
        copy,
        properties: {
          hardwareProfile: { vmSize: size },
          storageProfile: { osDisk: { createOption: 'FromImage', diskSizeGB: 64 } },
          networkProfile: { networkInterfaces: [nic] },
        },
      },
    ],
  };
}

function rigWith(files: Readonly<Record<string, object | string>>): Rig {
  const rig = new Rig();
  for (const [name, content] of Object.entries(files)) {
    rig.write(name, typeof content === 'string' ? content : JSON.stringify(content, undefined, 2));
  }
  return rig;
}

test('a template is shown as tables: nodes, networks and sums', async () => {
  using rig = rigWith({ 'net.json': template() });
  const { status, stdout, stderr } = await rig.run('cluster', 'show', 'net.json');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain(
    'net.json: 3 nodes, 12 cores, 48 GiB of memory, 192 GiB of disks, 0 public IP addresses, 7 resources\n',
  );
  expect(stdout).toMatch(/^ +vm0 to 2 +3 +Standard_D4s_v5 +4 +16 GiB +64 GiB system +nodes$/m);
  expect(stdout).toMatch(/^ +nodes +10\.1\.0\.0\/16$/m);
});

test('--svg writes a drawing beside the table, and --json has the inventory', async () => {
  using rig = rigWith({ 'net.json': template() });
  const { status, stdout } = await rig.run('cluster', 'show', 'net.json', '--json', '--svg', 'pictures/net.svg');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ file: 'net.json', totals: { nodes: 3, cores: 12, memoryGib: 48 } });
  const { stdout: svg } = await rig.shell('cat pictures/net.svg');
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(svg).toContain('>vm0 to 2</text>');
});

test('values of parameters come from the file beside the template, or from the one that is named', async () => {
  const five = { parameters: { count: { value: 5 } } };
  using rig = rigWith({ 'net.json': template(), 'net.parameters.json': five, 'one.json': { count: { value: 1 } } });
  expect((await rig.run('cluster', 'show', 'net.json')).stdout).toContain('net.json: 5 nodes');
  expect((await rig.run('cluster', 'show', 'net.json', '--parameters', 'one.json')).stdout).toContain('1 node,');
});

test('comments and a byte order mark are no mistakes in a template', async () => {
  using rig = rigWith({ 'net.json': `\uFEFF// of ours\n${JSON.stringify(template())} /* end */` });
  expect((await rig.run('cluster', 'show', 'net.json')).status).toBe(0);
});

test('diff says what changes, and how Azure takes it', async () => {
  using rig = rigWith({ 'a.json': template(), 'b.json': template({ size: 'Standard_D8s_v5', count: 2 }) });
  const { status, stdout, stderr } = await rig.run('cluster', 'diff', 'a.json', 'b.json');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('removed  Microsoft.Compute/virtualMachines vm2\n');
  expect(stdout).toMatch(
    /^ +properties\.hardwareProfile\.vmSize +"Standard_D4s_v5" -> "Standard_D8s_v5" +restart: the machine starts again/m,
  );
  expect(stdout).toContain('0 resources added, 2 removed, 2 changed (2 restart).\n');
  expect(stdout).toContain('What is removed stays in Azure, unless it is deployed with --mode Complete.\n');
});

test('two templates that make the same do not differ', async () => {
  using rig = rigWith({ 'a.json': template(), 'b.json': template() });
  const { status, stdout } = await rig.run('cluster', 'diff', 'a.json', 'b.json', '--json');
  expect({ status, answer: JSON.parse(stdout) }).toEqual({
    status: 0,
    answer: { added: [], removed: [], changed: [] },
  });
});

test('a folder stands for the azuredeploy.json in it', async () => {
  using rig = rigWith({ 'out/azuredeploy.json': template() });
  expect((await rig.run('cluster', 'show', 'out')).stdout).toContain('out/azuredeploy.json: 3 nodes');
});

test.each([
  [['show', 'nets.json'], 'There is no file nets.json.', 'Did you mean "net.json"? [USAGE]'],
  [['show', 'broken.json'], 'broken.json is not valid JSON.', '[TEMPLATE_INVALID]'],
  [
    ['show', 'net.parameters.json'],
    'net.parameters.json is no ARM template, but a file of parameters.',
    '[TEMPLATE_INVALID]',
  ],
  [
    ['show', 'model.json'],
    'model.json is no ARM template, but an acs-engine API model.',
    '"dcos-build cluster convert"',
  ],
  [['show', 'net.json', '--parameters', 'no.json'], 'There is no file no.json.', '[USAGE]'],
  [['show'], '"cluster show" was given too few files.', 'Usage: dcos-build cluster show FILE [USAGE]'],
  [['diff', 'net.json'], '"cluster diff" was given too few files.', 'Usage: dcos-build cluster diff A B [USAGE]'],
  [['show', 'net.json', 'net.json'], '"cluster show" was given one file too many: "net.json".', '[USAGE]'],
  [['diff', 'net.json', 'net.json', '--svg', 'x'], '--svg does nothing for "cluster diff".', '"cluster show". [USAGE]'],
  [['template', '-f', 'net.json'], 'net.json is no cluster definition, but an ARM template.', '[CLUSTER_INVALID]'],
  [['draw', 'net.json'], '"draw" is no action;', '[USAGE]'],
])('%j is refused in a sentence, with 2', async (args, message, hint) => {
  using rig = rigWith({
    'net.json': template(),
    'broken.json': '{"resources": [}',
    'net.parameters.json': { $schema: SCHEMA.replace('Template', 'Parameters'), parameters: {} },
    'model.json': { apiVersion: 'vlabs', properties: { orchestratorProfile: { orchestratorType: 'DCOS' } } },
  });
  const { status, stdout, stderr } = await rig.run('cluster', ...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(`error: ${message}`);
  expect(stderr).toContain(hint);
});

test('an expression that cannot be evaluated is told with its place', async () => {
  const broken = { ...template(), variables: { a: "[concat(parameters('cuont'))]" } };
  using rig = rigWith({ 'net.json': broken });
  const { status, stderr } = await rig.run('cluster', 'show', 'net.json');
  expect(status).toBe(2);
  expect(stderr).toContain('at net.json, key variables.a');
  expect(stderr).toContain('[TEMPLATE_INVALID]');
});
