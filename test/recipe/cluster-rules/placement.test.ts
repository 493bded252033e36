import { expect, test } from 'vitest';
import { clusterMistakes, clusterWarnings } from '../../rig/cluster-file.ts';

const pool = (more: object) => ({ name: 'a', kind: 'private', ...more });
const set = { availability_set: {} };

test.each<readonly [object, message: string]>([
  [pool({ placement: { zones: ['1', '1'] } }), 'pools.0.placement.zones.1: "pools.0" has the zone "1" twice.'],
  [pool({ placement: { zones: ['4'] } }), 'It must be one of "1", "2", "3".'],
  [pool({ placement: { zones: ['1'], availability_set: {} } }), 'pools.0.placement'],
  [pool({ placement: set }), 'a scale set (uniform), which is in no availability set'],
  [pool({ placement: set, orchestration: 'flexible' }), 'a scale set (flexible), which is in no availability set'],
  [pool({ placement: { zones: ['1'] }, orchestration: 'availability-set' }), 'has another placement as well'],
  [pool({ count: 201, orchestration: 'availability-set' }), 'An availability set takes 200; a scale set takes 1000.'],
  [pool({ orchestration: 'flexibel' }), 'Did you mean "flexible"? It must be one of "uniform", "flexible"'],
  [
    pool({ placement: { availability_set: { fault_domains: 5 } }, orchestration: 'availability-set' }),
    'It must be from 1 to 3.',
  ],
])('%#: %s', (wrong, message) => {
  expect(clusterMistakes({ pools: [wrong] })[0]).toContain(message);
});

test('what goes together is taken', () => {
  const pools = [
    pool({ placement: { zones: ['1', '2', '3'] }, orchestration: 'flexible', count: 1000 }),
    pool({ name: 'b', placement: set, orchestration: 'availability-set', count: 200 }),
    pool({ name: 'c', orchestration: 'availability-set' }),
  ];
  expect(clusterWarnings({ pools, masters: { placement: { zones: ['1', '2', '3'] } } })).toEqual([]);
});

test('masters that may fail together are warned of', () => {
  expect(clusterWarnings({ masters: { placement: { zones: ['1', '2'] } } })).toEqual([
    expect.stringContaining('in 2 zones'),
  ]);
  expect(clusterWarnings({ masters: { placement: { regional: true } } })).toEqual([
    expect.stringContaining('in one rack'),
  ]);
  expect(clusterWarnings({ masters: { count: 1, placement: { regional: true } } })).toEqual([]);
});
