/** How much of a cluster is started on this machine: a definition may ask for more than it can run. */
import type { ClusterDefinition } from '../../recipe/cluster-definition.ts';
import { plural } from '../../report/format.ts';

export interface SizeWish {
  readonly masters: number | undefined;
  /** At most so many of each pool. */
  readonly agents: number | undefined;
  /** How many machines this host can run; whoever says how many is not asked. */
  readonly room: number;
}

export interface CutDefinition {
  readonly definition: ClusterDefinition;
  /** What was left out and why, for a person; undefined: nothing. */
  readonly note: string | undefined;
}

/** What is not said is one master and one agent of each pool, if the whole cluster is more than this host can run. */
export function cutToSize(definition: ClusterDefinition, { masters, agents, room }: SizeWish): CutDefinition {
  const wanted = machineCount(definition);
  const isCut = wanted > room;
  const masterCount = masters ?? (isCut ? 1 : definition.masters.count);
  const most = agents ?? (isCut ? 1 : Infinity);
  const cut: ClusterDefinition = {
    ...definition,
    masters: { ...definition.masters, count: asMasters(masterCount) },
    pools: definition.pools.map((pool) => ({ ...pool, count: Math.min(pool.count, most) })),
  };
  const started = machineCount(cut);
  if (started === wanted) return { definition: cut, note: undefined };
  const why = masters === undefined && agents === undefined ? `, of which this host can run ${room}` : '';
  return { definition: cut, note: `starting ${started} of ${plural(wanted, 'machine')}${why}` };
}

function machineCount({ masters, pools }: ClusterDefinition): number {
  return pools.reduce<number>((sum, { count }) => sum + count, masters.count);
}

function asMasters(count: number): ClusterDefinition['masters']['count'] {
  return count === 5 ? 5 : count === 3 ? 3 : 1;
}
