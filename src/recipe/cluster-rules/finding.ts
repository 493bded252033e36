/** What a rule finds in the values of a cluster definition that each are right by themselves. */
import type { ClusterDefinition } from '../cluster-definition.ts';
import type { JsonPath } from '../json-reader.ts';

export interface Finding {
  /** A mistake, unless said: the definition is refused. A warning does not stop anybody. */
  readonly severity?: 'warning';
  readonly path: JsonPath;
  /** A sentence that names the value. */
  readonly message: string;
  /** What to do, with the values that are allowed: one sentence or two. */
  readonly hint: string;
  /** Further values that it was judged by: where one of them is wrong itself, nothing is said. */
  readonly restsOn?: readonly JsonPath[];
}

export type ClusterRule = (definition: ClusterDefinition) => Iterable<Finding>;

/** A path as messages name it: `pools.0.ports`. */
export function named(path: JsonPath): string {
  return `"${path.join('.')}"`;
}

/** Masters and pools alike: the machines of one size, and where they stand in the file. */
export interface NodeGroup {
  readonly path: JsonPath;
  readonly nodes: ClusterDefinition['masters'] | ClusterDefinition['pools'][number];
}

export function nodeGroups({ masters, pools }: ClusterDefinition): readonly NodeGroup[] {
  return [
    { path: ['masters'], nodes: masters },
    ...pools.map((pool, index) => ({ path: ['pools', index], nodes: pool })),
  ];
}

/** Every entry that stands in the list a second time, with its index. */
export function repeated<T>(list: readonly T[]): readonly { readonly value: T; readonly index: number }[] {
  const seen = new Set<T>();
  return list.flatMap((value, index) => {
    const isAgain = seen.has(value);
    seen.add(value);
    return isAgain ? [{ value, index }] : [];
  });
}
