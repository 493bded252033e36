import { expect, test } from 'vitest';
import { composeClusterNodeData, composeNodeData } from '../../src/cluster/compose-node-data.ts';
import { joinNodeData } from '../../src/cluster/node-data.ts';
import { STOCK_INSTALL } from '../../src/cluster/stock-install/stock-install.ts';
import { clusterSchema } from '../../src/recipe/cluster-definition.ts';
import { filesOf, jsonOf, late, master, parse, release } from './node-data.ts';

test('a master is told its roles, its release, its packages and what is late', () => {
  const cloudConfig = parse(joinNodeData(composeNodeData(master), late));
  const files = filesOf(cloudConfig);
  expect([...files.keys()]).toEqual([
    '/etc/mesosphere/roles/master',
    '/etc/mesosphere/roles/azure_master',
    '/etc/mesosphere/roles/azure',
    '/etc/dcos-node/node.json',
    ...STOCK_INSTALL.files.map(({ path }) => path),
    '/etc/dcos-node/late.json',
  ]);
  expect(files.get('/etc/mesosphere/roles/master')).toBe('');
  expect(jsonOf(files, '/etc/dcos-node/late.json')).toEqual(late);
  expect(cloudConfig.write_files.at(-1)?.permissions).toBe('0600');
  expect(jsonOf(files, '/etc/dcos-node/node.json')).toMatchObject({
    schema: 'dcos-node 1',
    roles: ['master', 'azure_master', 'azure'],
    release: {
      id: release.id,
      sha256: release.sha256,
      variant: null,
      bootstrap: release.bootstrap,
      bootstrap_sha256: release.bootstrapSha256,
      bootstrap_bytes: 120_000_000,
      keys: release.keys,
    },
    package_list: { packages: expect.arrayContaining([...release.packages]) },
    attributes: { os: 'Linux' },
  });
});

test.each([
  ['master', ['master', 'azure_master', 'azure'], { os: 'Linux' }],
  ['private', ['slave', 'azure'], { os: 'Linux', rack: 'a' }],
  ['public', ['slave_public', 'azure'], { os: 'Linux', public_ip: 'yes', rack: 'a' }],
] as const)('a %s node has its roles and attributes', (role, roles, attributes) => {
  const data = composeNodeData({ ...master, role, ...(role === 'master' ? {} : { attributes: { rack: 'a' } }) });
  const node = jsonOf(filesOf(parse(joinNodeData(data, late))), '/etc/dcos-node/node.json');
  expect(node).toMatchObject({ roles });
  expect(Object(node).attributes).toEqual(attributes);
});

test('the same cluster gives the same bytes, a small part of what Azure takes', () => {
  const data = composeNodeData(master);
  expect(composeNodeData(master)).toEqual(data);
  const bytes = joinNodeData(data, late).length;
  expect(bytes).toBeLessThan(24_000);
  // What packed it is not told: byte 9 of gzip's header.
  const [packed] = parse(joinNodeData(data, late)).write_files.filter(({ encoding }) => encoding === 'gz+b64');
  expect([...Buffer.from(packed?.content ?? '', 'base64').subarray(4, 10)]).toEqual([0, 0, 0, 0, 2, 255]);
});

test('nodes of every image are told the same: how to install the release, too', () => {
  const { runcmd, write_files: _, ...rest } = parse(joinNodeData(composeNodeData(master), late));
  const files = filesOf(parse(joinNodeData(composeNodeData(master), late)));
  expect(files.get('/usr/lib/dcos/install/dcos-node-install')).toMatch(/^#!\/usr\/bin\/python3\n/);
  expect(JSON.stringify(runcmd)).toContain('dcos-install.service');
  // Nothing that cloud-init itself would fetch.
  expect(Object.keys(rest)).not.toEqual(expect.arrayContaining(['packages']));
  expect(Object.keys(rest)).not.toEqual(expect.arrayContaining(['package_update']));
});

test('a tree without a release is told by its packages', () => {
  const { id: _id, sha256: _sha256, ...tree } = release;
  const data = composeNodeData({ ...master, release: tree });
  expect(jsonOf(filesOf(parse(joinNodeData(data, late))), '/etc/dcos-node/node.json')).toMatchObject({
    release: null,
    package_list: { packages: expect.arrayContaining([...release.packages]) },
  });
});

test('nodes of sizes without a local disk are not told of one, and others part it as ACS did', () => {
  const disks = (hasResourceDisk: boolean | undefined) =>
    Object.keys(parse(joinNodeData(composeNodeData({ ...master, hasResourceDisk }), late)));
  expect(disks(false)).toEqual(['manage_etc_hosts', 'runcmd', 'write_files']);
  expect(disks(undefined)).toEqual(disks(true));
  const {
    write_files: _,
    runcmd: __,
    ...rest
  } = parse(
    joinNodeData(composeNodeData({ ...master, hasResourceDisk: true, dataDisks: [{}, { mount: '/data' }] }), late),
  );
  expect(rest).toMatchInlineSnapshot(`
    {
      "disk_setup": {
        "ephemeral0": {
          "layout": [
            45,
            45,
            10,
          ],
          "overwrite": true,
          "table_type": "gpt",
        },
      },
      "fs_setup": [
        {
          "device": "ephemeral0.1",
          "filesystem": "ext4",
          "overwrite": true,
        },
        {
          "device": "ephemeral0.2",
          "filesystem": "ext4",
          "overwrite": true,
        },
        {
          "device": "ephemeral0.3",
          "filesystem": "ext4",
          "overwrite": true,
        },
        {
          "device": "/dev/disk/azure/scsi1/lun0",
          "filesystem": "ext4",
          "label": "dcos-volume0",
          "partition": "auto",
        },
        {
          "device": "/dev/disk/azure/scsi1/lun1",
          "filesystem": "ext4",
          "label": "dcos-volume1",
          "partition": "auto",
        },
      ],
      "manage_etc_hosts": "localhost",
      "mounts": [
        [
          "/dev/disk/cloud/azure_resource-part1",
          "/var/lib/mesos",
          "ext4",
          "defaults,nofail,x-systemd.device-timeout=30s",
          "0",
          "2",
        ],
        [
          "/dev/disk/cloud/azure_resource-part2",
          "/var/lib/docker",
          "ext4",
          "defaults,nofail,x-systemd.device-timeout=30s",
          "0",
          "2",
        ],
        [
          "/dev/disk/cloud/azure_resource-part3",
          "/var/tmp",
          "ext4",
          "defaults,nofail,x-systemd.device-timeout=30s",
          "0",
          "2",
        ],
        [
          "LABEL=dcos-volume0",
          "/dcos/volume0",
          "ext4",
          "defaults,nofail,x-systemd.device-timeout=30s",
          "0",
          "2",
        ],
        [
          "LABEL=dcos-volume1",
          "/data",
          "ext4",
          "defaults,nofail,x-systemd.device-timeout=30s",
          "0",
          "2",
        ],
      ],
    }
  `);
});

test('the pools of a definition get their own disks and attributes', () => {
  const definition = clusterSchema.parse({
    name: 'one',
    image: { id: '/subscriptions/a' },
    masters: { count: 1 },
    pools: [
      { name: 'work', kind: 'private', size: 'Standard_D4ds_v5', attributes: { rack: 'a' } },
      { name: 'edge', kind: 'public', data_disks: [{ gib: 64 }] },
    ],
  });
  const { masters, pools } = composeClusterNodeData(definition, release);
  const all = [masters, pools.get('work'), pools.get('edge')].map((data) =>
    parse(joinNodeData(data ?? { head: '', tail: '' }, late)),
  );
  expect(all.map((each) => Object.keys(each).slice(0, -1))).toEqual([
    ['manage_etc_hosts', 'runcmd'],
    ['manage_etc_hosts', 'disk_setup', 'fs_setup', 'mounts', 'runcmd'],
    ['manage_etc_hosts', 'fs_setup', 'mounts', 'runcmd'],
  ]);
  expect(all.map((each) => Object(jsonOf(filesOf(each), '/etc/dcos-node/node.json')).attributes)).toEqual([
    { os: 'Linux' },
    { os: 'Linux', rack: 'a' },
    { os: 'Linux', public_ip: 'yes' },
  ]);
});
