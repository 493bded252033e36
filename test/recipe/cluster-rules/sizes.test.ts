import { expect, test } from 'vitest';
import { clusterMistakes, clusterWarnings } from '../../rig/cluster-file.ts';

const NVME = { definition: 'node', disk_controllers: ['SCSI', 'NVMe'] };

test.each<readonly [object, message: string]>([
  [{ size: 'Standard_D4sv5' }, 'a size that Azure does not have. Did you mean "Standard_D4s_v5"?'],
  [{ size: 'Standard_Huge' }, 'Standard_D4s_v5, Standard_E4s_v5 and Standard_F4s_v2 are such sizes.'],
  [{ size: 'big' }, 'It must be a size of virtual machines, such as "Standard_D4s_v5".'],
  [{ size: 'Standard_A5' }, 'of a family that Azure has given up. "Standard_E2s_v5" follows it.'],
  [{ size: 'Standard_DS3' }, '"Standard_D4ds_v5" follows it.'],
  [{ size: 'Standard_G2' }, '"Standard_E8ds_v5" follows it.'],
  [{ size: 'Standard_D4ps_v5' }, 'which has Arm processors'],
  [
    { size: 'Standard_D4_v5' },
    'masters.os_disk_type: "masters.os_disk_type" is "Premium_LRS", but Standard_D4_v5 takes no disks of premium SSD.',
  ],
  [{ size: 'Standard_D4_v5', os_disk_type: 'StandardSSD_LRS', data_disks: [{ gib: 1 }] }, 'masters.data_disks.0.type'],
  [{ size: 'Standard_D4s_v6' }, 'whose disks are NVMe; the image boots from SCSI.'],
])('%#: %s', (masters, message) => {
  expect(clusterMistakes({ masters })).toEqual([expect.stringContaining(message)]);
});

test('an image of one generation needs sizes that have it', () => {
  const image = { ...NVME, generation: '1', trusted_launch: false };
  expect(clusterMistakes({ image, masters: { size: 'Standard_D4s_v6' } })).toEqual([
    expect.stringContaining('which is of generation 2; the image is for 1.'),
  ]);
  const masters = { size: 'Standard_D4_v3', os_disk_type: 'StandardSSD_LRS' };
  expect(clusterMistakes({ masters })).toEqual([
    expect.stringContaining('which is of generation 1; the image is for 2.'),
    expect.stringContaining('which has no Trusted Launch.'),
  ]);
});

test('an image that boots from NVMe goes with sizes of version 6', () => {
  expect(clusterMistakes({ image: NVME, masters: { size: 'Standard_D4s_v6' } })).toEqual([]);
});

test.each([
  ['Standard_DS3_v2', 'of a family that Azure is giving up. "Standard_D4ds_v5" follows it.'],
  ['Standard_NC4as_T4_v3', 'of which nothing is known here'],
  ['Standard_B1s', 'with 1 GiB: masters hardly run in it.'],
])('masters of %s are taken with a warning', (size, message) => {
  expect(clusterWarnings({ masters: { size } })).toEqual([expect.stringContaining(message)]);
});

test('nodes do not find the disks of an NVMe controller', () => {
  const size = 'Standard_D4ds_v6';
  expect(clusterMistakes({ image: NVME, masters: { size, data_disks: [{ gib: 1 }] } })).toEqual([
    expect.stringMatching(/^masters\.data_disks: .* at an NVMe controller/),
  ]);
  expect(clusterWarnings({ image: NVME, masters: { size } })).toEqual([expect.stringContaining('stays unused')]);
});

test('where the temporary disk is, no other disk can be', () => {
  const data_disks = [{ gib: 1, mount: '/var/lib/docker' }];
  expect(clusterMistakes({ masters: { size: 'Standard_D4ds_v5', data_disks } })).toEqual([
    expect.stringContaining('is /var/lib/docker, where Standard_D4ds_v5 has its temporary disk.'),
  ]);
  expect(clusterMistakes({ masters: { size: 'Standard_D4s_v5', data_disks } })).toEqual([]);
});
