import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { convertAcsEngine, type Conversion } from '../../../src/cluster/convert/convert-acs-engine.ts';
import { UserError, UserErrors } from '../../../src/model/errors.ts';
import { parseClusterDefinition } from '../../../src/recipe/parse-cluster.ts';

const FOLDER = 'test/fixtures/acs-engine';
const OPTIONS = {
  image: { definition: 'node' },
  release: 'stable',
  subnets: new Map([
    ['masters', '10.239.255.0/24'],
    ['agents', '10.239.0.0/17'],
  ]),
};
const REFUSED = 'windows-hybrid';

function modelOf(name: string): string {
  return readFileSync(`${FOLDER}/${name}.json`, 'utf8');
}

function converted(name: string): Conversion {
  return convertAcsEngine(`${name}.json`, modelOf(name), OPTIONS);
}

function notesOf(name: string): readonly string[] {
  return converted(name).notes.map(({ kind, path, message }) => `${kind} ${path.join('.')}: ${message}`);
}

function mistakesOf(content: string, options: object = OPTIONS): readonly string[] {
  try {
    convertAcsEngine('model.json', content, { ...OPTIONS, ...options });
    return [];
  } catch (error) {
    if (!(error instanceof UserError || error instanceof UserErrors)) throw error;
    const errors = error instanceof UserErrors ? error.errors : [error];
    return errors.map(({ place, message, hint }) => `${place?.line} ${place?.key}: ${message} ${hint}`);
  }
}

const NAMES = globSync(`${FOLDER}/*.json`).map((path) => basename(path, '.json'));

test.each(NAMES.filter((name) => name !== REFUSED).toSorted())('%s becomes a definition that can be read', (name) => {
  const { definition } = converted(name);
  const { definition: read } = parseClusterDefinition('cluster.json', JSON.stringify(definition));
  expect(read.release).toEqual({ name: 'stable' });
  expect(read.pools.length).toBeGreaterThan(0);
  expect(JSON.stringify(converted(name))).not.toContain('hunter22');
});

test('the example of 2018 becomes two pools in the ranges that it had', () => {
  expect(converted('dcos').definition).toEqual({
    name: 'dcos',
    admin: { user: 'azureuser', ssh_keys: [] },
    image: { definition: 'node' },
    release: { name: 'stable' },
    masters: { count: 1, size: 'Standard_D2s_v3', first_ip: '192.168.255.5' },
    pools: [
      { name: 'agentprivate', kind: 'private', count: 2, size: 'Standard_D2s_v3', orchestration: 'uniform' },
      {
        name: 'agentpublic',
        kind: 'public',
        count: 2,
        size: 'Standard_D2s_v3',
        ports: [80, 443, 8080],
        orchestration: 'uniform',
      },
    ],
    network: {
      address_space: ['192.168.255.0/24', '10.0.0.0/8'],
      masters: '192.168.255.0/24',
      pools: { agentprivate: '10.0.0.0/16', agentpublic: '10.1.0.0/16' },
    },
  });
});

test('what Azure no longer has is replaced by what follows it', () => {
  expect(notesOf('dcos1.10')).toEqual(
    expect.arrayContaining([
      'replaced properties.orchestratorProfile: DC/OS 1.10 has become the release "stable".',
      'replaced properties.masterProfile.vmSize: The size Standard_DS3_v2 has become Standard_D4ds_v5, which follows it.',
      'replaced properties.masterProfile.osDiskSizeGB: A system disk of 20 GiB has become one of 30, the least that an image fits on.',
      'replaced properties.agentPoolProfiles.0.storageProfile: Disks in storage accounts have become managed disks.',
      'dropped properties.orchestratorProfile.dcosConfig.dcosRepositoryURL: "dcosRepositoryURL" is left out: the release says what nodes fetch, and from where.',
      'dropped properties.orchestratorProfile.dcosConfig.registryPassword: "registryPassword" is left out: secrets should not be in a file.',
    ]),
  );
  expect(converted('managed-disks').definition).toMatchObject({
    pools: [{ size: 'Standard_D4s_v3' }, { size: 'Standard_D4ds_v5', os_disk_gib: 200 }],
  });
});

test('nobody has access to the masters, and the notes tell who had', () => {
  for (const name of ['dcos1.8', 'dcos1.9', 'dcos1.11'])
    expect(converted(name).definition).not.toHaveProperty('access');
  expect(notesOf('dcos1.8').join('\n')).toContain('until "access.ssh_from" says who');
  expect(notesOf('dcos1.8').join('\n')).not.toContain('OAuth');
  expect(notesOf('dcos1.9').join('\n')).toContain('OAuth is left out');
  expect(notesOf('dcos1.9').join('\n')).toContain('that was 203.0.113.0/24.');
  expect(notesOf('dcos1.11').join('\n')).toContain('that was *.');
});

test('there is no bootstrap node any more', () => {
  expect(notesOf('hosted-bootstrap').filter((note) => /bootstrap/i.test(note))).toEqual([
    expect.stringContaining('"dcosBootstrapURL" is left out'),
    expect.stringContaining('"bootstrapProfile" is left out: there is no bootstrap node'),
  ]);
});

test('disks, attributes, name, region and tags are kept', () => {
  const data_disks = [{ gib: 128 }, { gib: 256 }, { gib: 512 }, { gib: 1023 }];
  expect(converted('attached-disks').definition).toMatchObject({
    pools: [{ data_disks, orchestration: 'availability-set' }],
  });
  expect(converted('attributes').definition).toMatchObject({
    name: 'fabled-cluster',
    location: 'westus2',
    tags: { owner: 'team a' },
    masters: { size: 'Standard_D2ds_v5' },
    pools: [{ size: 'Standard_D4s_v5', attributes: { rack: 'r1', foo: 'bar' } }],
  });
});

test('a pool with a name of its own for the load balancer is public, also without ports', () => {
  const { definition } = converted('public-without-ports');
  expect(definition).toMatchObject({ dns_prefix: 'fabled', pools: [{ kind: 'public', dns_prefix: 'fabled-agents' }] });
  expect(notesOf('public-without-ports').join('\n')).toContain('opens 80, 443 and 8080, as it did');
});

test('subnets that were there stay, with the ranges that are given', () => {
  expect(converted('vnet').definition).toMatchObject({
    masters: { first_ip: '10.239.255.239' },
    network: {
      existing: {
        id: '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub',
        masters: { subnet: 'masters', prefix: '10.239.255.0/24' },
        pools: { agentpublic: { subnet: 'agents', prefix: '10.239.0.0/17' } },
      },
    },
  });
  expect(mistakesOf(modelOf('vnet'), { subnets: new Map() })).toEqual([
    expect.stringContaining(
      'Which addresses has the subnet "masters"? An API model does not tell: give its range, as in --subnet masters=10.1.0.0/24.',
    ),
    expect.stringContaining('Which addresses has the subnet "agents"?'),
    expect.stringContaining('Which addresses has the subnet "agents"?'),
  ]);
});

test('a pool of Windows is refused, and no password is told', () => {
  const mistakes = mistakesOf(modelOf(REFUSED));
  expect(mistakes).toEqual([
    expect.stringContaining('The pool "windowspool2" is of Windows, and DC/OS is built for Linux alone here.'),
  ]);
  expect(mistakes.join('')).not.toContain('hunter22');
});

test('all mistakes of a model are told at once, at their places in it', () => {
  const model = modelOf('dcos1.8')
    .replace('"DCOS"', '"Swarm"')
    .replace('"count": 3', '"count": 4')
    .replace('"adminUsername": "azureuser"', '"adminUsername": "root"')
    .replace('"name": "agentpublic"', '"name": "agentprivate"')
    .replace('8080', '22');
  expect(mistakesOf(model)).toEqual([
    expect.stringMatching(/^5 properties\.orchestratorProfile\.orchestratorType: .* Only clusters of DC\/OS/),
    expect.stringMatching(/^\d+ properties\.linuxProfile\.adminUsername: .*a name that Azure refuses/),
    expect.stringMatching(/^9 properties\.masterProfile\.count: .* It must be one of 1, 3, 5\./),
    expect.stringMatching(/^\d+ properties\.agentPoolProfiles\.1\.name: .*There is a pool "agentprivate" already/),
    expect.stringMatching(/^\d+ properties\.agentPoolProfiles\.1\.ports\.2: .*opens 22/),
  ]);
});

test.each([
  ['{}', '"apiVersion" is missing.'],
  ['{"apiVersion": "2016-09-30"}', '"apiVersion" is wrong: "2016-09-30". It must be one of "vlabs".'],
  [modelOf('dcos1.8').replace('"1.8"', '"1.12"'), 'It has 1.8, 1.9, 1.10 and 1.11.'],
  [
    modelOf('dcos1.8').replace('"count": 3', '"count": "3"'),
    'masterProfile.count" is wrong: "3". It must be of type number.',
  ],
  [modelOf('vnet').replace('/subnets/masters', ''), 'is no id of a subnet.'],
  [
    modelOf('vnet').replace('virtualNetworks/hub/subnets/masters', 'virtualNetworks/other/subnets/masters'),
    'Subnets are of 2 virtual networks.',
  ],
])('a model that cannot be read is refused: %#', (content, message) => {
  expect(mistakesOf(content).join('\n')).toContain(message);
});
