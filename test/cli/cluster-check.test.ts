/** `cluster check`: templates and definitions held against rules. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Rig } from '../rig/rig.ts';

const OWN = 'test/fixtures/cluster-template';

/** As people wrote them in 2016, with a comment in it. */
const OLD = `{
  // an old one
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {
    "adminPassword": { "type": "string" }
  },
  "resources": [
    {
      "type": "Microsoft.Network/publicIPAddresses",
      "apiVersion": "2024-05-01",
      "name": "odd name's",
      "location": "[resourceGroup().location]",
      "sku": { "name": "Basic" },
      "properties": { "publicIPAllocationMethod": "Dynamic" }
    }
  ],
  "outputs": { "password": { "type": "string", "value": "[parameters('adminPassword')]" } }
}
`;

test('our own template passes, and ends in 0', async () => {
  using rig = new Rig();
  for (const name of ['azuredeploy.json', 'azuredeploy.parameters.json']) {
    rig.write(`own/${name}`, readFileSync(`${OWN}/${name}`));
  }
  const { status, stdout, stderr } = await rig.run('cluster', 'check', 'own');
  expect({ status, stdout, stderr }).toEqual({
    status: 0,
    stdout: 'own/azuredeploy.json: no rule finds fault with it.\n',
    stderr: '',
  });
});

test('what Azure refuses is named with rule, line and what to do, and ends in 1', async () => {
  using rig = new Rig();
  rig.write('old.json', OLD);
  const { status, stdout, stderr } = await rig.run('cluster', 'check', 'old.json');
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  expect(stdout).toMatch(/^ERROR {2}Password-params-must-be-secure\n {2}at old\.json:6, parameters\.adminPassword/m);
  expect(stdout).toMatch(/^ERROR {2}\S*\n {2}at old\.json:14, resources\[0\]\.sku/m);
  expect(stdout).toMatch(/^ {2}hint: /m);
  expect(stdout).toMatch(/^old\.json: \d errors, \d warnings?, \d hints?\.$/m);
});

test('several files are told of one after another; --json has all of it', async () => {
  using rig = new Rig();
  rig.write('old.json', OLD);
  rig.write('own.json', readFileSync(`${OWN}/azuredeploy.json`));
  const { status, stdout } = await rig.run('cluster', 'check', 'own.json', 'old.json', '--json');
  expect(status).toBe(1);
  const { files } = JSON.parse(stdout);
  expect(files).toMatchObject([{ file: 'own.json' }, { file: 'old.json' }]);
  expect(files[1].findings).toContainEqual(
    expect.objectContaining({ rule: 'Password-params-must-be-secure', severity: 'error', line: 6 }),
  );
});

test('warnings alone end in 0', async () => {
  using rig = new Rig();
  const unused = { $schema: schemaOf(OLD), contentVersion: '1.0.0.0', variables: { unused: 1 }, resources: [] };
  rig.write('unused.json', JSON.stringify(unused));
  const { status, stdout } = await rig.run('cluster', 'check', 'unused.json');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^warning {2}Variables-Must-Be-Referenced$/m);
});

test('--junit writes a suite for each file, errors as failures', async () => {
  using rig = new Rig();
  rig.write('old.json', OLD);
  await rig.run('cluster', 'check', 'old.json', '--junit', 'report.xml');
  const xml = readFileSync(rig.path('report.xml'), 'utf8');
  expect(xml).toContain('<testsuites name="dcos-build cluster check"');
  expect(xml).toContain('<testsuite name="old.json"');
  expect(xml).toMatch(
    /name="Password-params-must-be-secure parameters\.adminPassword\.type"[^]*?<failure type="error"/,
  );
});

test('a file that is not there ends the run before anything is printed', async () => {
  using rig = new Rig();
  rig.write('old.json', OLD);
  const { status, stdout, stderr } = await rig.run('cluster', 'check', 'old.json', 'new.json');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain('There is no file new.json.');
});

function schemaOf(text: string): string {
  return /"\$schema": "([^"]+)"/.exec(text)?.[1] ?? '';
}
