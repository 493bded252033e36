import { expect, test } from 'vitest';
import { clusterMistakes } from '../../rig/cluster-file.ts';

const masters = (...data_disks: object[]) => ({ masters: { data_disks } });

test.each<readonly [object, message: string]>([
  [masters({ gib: 100, mount: '/dcos/volume1' }, { gib: 100 }), 'is mounted at /dcos/volume1, where another disk is'],
  [
    masters({ gib: 100, mount: '/etc' }),
    'masters.data_disks.0.mount: "masters.data_disks.0.mount" is /etc, which the system needs.',
  ],
  [masters({ gib: 100, mount: 'data' }), 'It must be an absolute path.'],
  [masters({ gib: 100, mount: '/a/../etc' }), 'It must be an absolute path.'],
  [masters({ gib: 0 }), 'It must be from 1 to 32767.'],
  [masters({ gb: 100 }), 'Did you mean "gib"?'],
  [masters({ gib: 1 }, { gib: 1 }, { gib: 1 }, { gib: 1 }, { gib: 1 }), 'It must have at most 4 of them.'],
  [masters({ gib: 1, type: 'premium_lrs' }), 'Did you mean "Premium_LRS"?'],
  [masters({ gib: 1, type: 'PremiumV2_LRS' }), 'which no machine in an availability set can have'],
])('%#: %s', (wrong, message) => {
  expect(clusterMistakes(wrong).join('\n')).toContain(message);
});

test('premium SSD of version 2 goes with zones, and with scale sets', () => {
  const data_disks = [{ gib: 100, type: 'PremiumV2_LRS' }];
  const pool = { name: 'a', kind: 'private', data_disks };
  expect(clusterMistakes({ masters: { data_disks, placement: { zones: ['1', '2', '3'] } }, pools: [pool] })).toEqual(
    [],
  );
  expect(clusterMistakes({ pools: [{ ...pool, orchestration: 'availability-set' }] }).length).toBe(1);
});
