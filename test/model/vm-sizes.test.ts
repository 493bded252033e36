import { expect, test } from 'vitest';
import { judgeVmSize, VM_SIZES } from '../../src/model/vm-sizes.ts';

test.each([
  [
    'Standard_D4s_v5',
    { vcpus: 4, memoryGib: 16, tempDiskGib: 0, premium: true, controllers: ['SCSI'], trustedLaunch: true },
  ],
  ['Standard_D4ds_v5', { vcpus: 4, memoryGib: 16, tempDiskGib: 150 }],
  ['Standard_D4_v5', { premium: false }],
  ['Standard_D4ads_v5', { vcpus: 4, memoryGib: 16, tempDiskGib: 150 }],
  ['Standard_E8s_v5', { vcpus: 8, memoryGib: 64, tempDiskGib: 0 }],
  ['Standard_E96ads_v5', { vcpus: 96, memoryGib: 672, tempDiskGib: 3600 }],
  ['Standard_F8s_v2', { vcpus: 8, memoryGib: 16, tempDiskGib: 64 }],
  ['Standard_L8s_v3', { vcpus: 8, memoryGib: 64, tempDiskGib: 80 }],
  ['Standard_B2ms', { vcpus: 2, memoryGib: 8, tempDiskGib: 16 }],
  ['Standard_B2ats_v2', { vcpus: 2, memoryGib: 1, tempDiskGib: 0 }],
  ['Standard_D2s_v3', { vcpus: 2, memoryGib: 8, tempDiskGib: 16, generations: ['1', '2'] }],
  ['Standard_D2_v3', { premium: false, generations: ['1'], trustedLaunch: false }],
  [
    'Standard_D8ds_v6',
    { memoryGib: 32, tempDiskGib: 440, generations: ['2'], controllers: ['NVMe'], trustedLaunch: true },
  ],
])('%s has what Azure says of it', (name, expected) => {
  expect(VM_SIZES.get(name)).toMatchObject({ name, ...expected });
});

test('no size is in two families', () => {
  expect(VM_SIZES.size).toBe(new Set(VM_SIZES.keys()).size);
  expect(VM_SIZES.size).toBeGreaterThan(300);
});

test.each([
  ['Basic_A1', 'Standard_D2s_v5'],
  ['Standard_A5', 'Standard_E2s_v5'],
  ['Standard_A9', 'Standard_D16s_v5'],
  ['Standard_D2', 'Standard_D2ds_v5'],
  ['Standard_DS13', 'Standard_E8ds_v5'],
  ['Standard_G1', 'Standard_E4ds_v5'],
  ['Standard_GS5', 'Standard_E64ds_v5'],
  ['Standard_L4s', 'Standard_L8s_v3'],
])('%s is retired, and %s follows it', (name, successor) => {
  expect(judgeVmSize(name)).toEqual({ kind: 'retired', successor });
  expect(judgeVmSize(successor).kind).toBe('known');
});

test.each([
  ['Standard_D2_v2', 'Standard_D2ds_v5'],
  ['Standard_D5_v2_Promo', 'Standard_D16ds_v5'],
  ['Standard_DS15_v2', 'Standard_E20ds_v5'],
  ['Standard_A2_v2', 'Standard_D2s_v5'],
  ['Standard_A8m_v2', 'Standard_E8s_v5'],
  ['Standard_F1s', 'Standard_F2s_v2'],
  ['Standard_L16s_v2', 'Standard_L16s_v3'],
])('%s is about to go, and %s follows it', (name, successor) => {
  expect(judgeVmSize(name)).toEqual({ kind: 'fading', successor });
  expect(judgeVmSize(successor).kind).toBe('known');
});

test.each([
  'Standard_NC4as_T4_v3',
  'Standard_M64ms_v2',
  'Standard_DC2as_v5',
  'Standard_E4-2s_v5',
  'Standard_D4as_v6',
  'Standard_E104is_v5',
  'Standard_D4s_v7',
])('%s is of a family that we know nothing of', (name) => {
  expect(judgeVmSize(name)).toEqual({ kind: 'foreign' });
});

test.each(['Standard_D4ps_v5', 'Standard_E8pds_v6', 'Standard_B2pls_v2'])('%s has Arm processors', (name) => {
  expect(judgeVmSize(name)).toEqual({ kind: 'arm' });
});

test.each([
  ['Standard_D4sv5', 'Standard_D4s_v5'],
  ['Standard_D4sd_v5', 'Standard_D4ds_v5'],
  ['standard_d4s_v5', 'Standard_D4s_v5'],
  ['Standard_D5s_v5', 'Standard_D8s_v5'],
  ['Standard_D8s_v55', 'Standard_D8s_v5'],
  ['huge', undefined],
])('%s is unknown; %s may have been meant', (name, guess) => {
  expect(judgeVmSize(name)).toEqual({ kind: 'unknown', guess });
});
