import { expect, test } from 'vitest';
import { cutToSize, type SizeWish } from '../../src/cli/cluster/up-size.ts';
import { parseClusterDefinition } from '../../src/recipe/parse-cluster.ts';

const { definition } = parseClusterDefinition(
  'cluster.json',
  JSON.stringify({
    name: 'small',
    image: { definition: 'node' },
    masters: { count: 3 },
    pools: [
      { name: 'work', kind: 'private', count: 4 },
      { name: 'front', kind: 'public', count: 2 },
      { name: 'later', kind: 'private', count: 0 },
    ],
  }),
);

function cut(wish: Partial<SizeWish>): readonly [masters: number, pools: readonly number[], note: string | undefined] {
  const { definition: made, note } = cutToSize(definition, { masters: undefined, agents: undefined, room: 4, ...wish });
  return [made.masters.count, made.pools.map(({ count }) => count), note];
}

test.each<[Partial<SizeWish>, ReturnType<typeof cut>]>([
  [{ room: 9 }, [3, [4, 2, 0], undefined]],
  [{ room: 8 }, [1, [1, 1, 0], 'starting 3 of 9 machines, of which this host can run 8']],
  [{ masters: 3 }, [3, [1, 1, 0], 'starting 5 of 9 machines']],
  [{ masters: 5, room: 20 }, [5, [4, 2, 0], 'starting 11 of 9 machines']],
  [{ agents: 0 }, [1, [0, 0, 0], 'starting 1 of 9 machines']],
  [{ masters: 1, agents: 3, room: 20 }, [1, [3, 2, 0], 'starting 6 of 9 machines']],
])('%j: %j', (wish, expected) => {
  expect(cut(wish)).toEqual(expected);
});
