/** The graph of requirements: a part of it, its paths, and its drawings. */
import { byCodePoint, sorted } from '../model/order.ts';
import type { ComponentKey, Plan } from './plan.ts';

/** Direct requirements by component; every key that is named is also a key of the map. */
export type Graph = ReadonlyMap<ComponentKey, readonly ComponentKey[]>;

export type GraphFormat = 'dot' | 'mermaid' | 'json';

/** The whole graph of a plan, or with `keys` the part that lies between them; sorted by key. */
export function graphOf(plan: Plan, keys: Iterable<ComponentKey> = plan.components.keys()): Graph {
  const wanted = new Set(keys);
  return new Map(
    sorted(wanted).map((key) => [key, (plan.components.get(key)?.requires ?? []).filter((need) => wanted.has(need))]),
  );
}

/** The same components with every arrow turned round: from a component to those that require it. */
export function reversed(graph: Graph): Graph {
  const turned = new Map<ComponentKey, ComponentKey[]>([...graph.keys()].map((key) => [key, []]));
  for (const [key, needs] of graph) for (const need of needs) turned.get(need)?.push(key);
  for (const list of turned.values()) list.sort(byCodePoint);
  return turned;
}

/** Everything that can be reached from the given components, themselves included. */
export function reachable(graph: Graph, from: Iterable<ComponentKey>): ReadonlySet<ComponentKey> {
  const seen = new Set<ComponentKey>();
  const pending = [...from];
  for (let key = pending.pop(); key !== undefined; key = pending.pop()) {
    if (seen.has(key)) continue;
    seen.add(key);
    pending.push(...(graph.get(key) ?? []));
  }
  return seen;
}

/**
 * The paths from one component to another, shortest first and by name among equals.
 *
 * @param limit at most so many: their number grows exponentially with the graph
 */
export function pathsBetween(
  graph: Graph,
  from: ComponentKey,
  to: ComponentKey,
  limit: number,
): readonly (readonly ComponentKey[])[] {
  const leadsThere = reachable(reversed(graph), [to]);
  const found: (readonly ComponentKey[])[] = [];
  let paths: (readonly ComponentKey[])[] = leadsThere.has(from) ? [[from]] : [];
  while (paths.length > 0 && found.length < limit) {
    const longer: (readonly ComponentKey[])[] = [];
    for (const path of paths) {
      const end = path.at(-1) ?? from;
      if (end === to) found.push(path);
      else longer.push(...(graph.get(end) ?? []).filter((next) => leadsThere.has(next)).map((next) => [...path, next]));
      if (longer.length > 10_000) break;
    }
    paths = longer;
  }
  return found.slice(0, limit);
}

/** How many paths {@link pathsBetween} would find without its limit; beyond 2^53 not to the last one. */
export function countPaths(graph: Graph, from: ComponentKey, to: ComponentKey): number {
  const counts = new Map<ComponentKey, number>([[to, 1]]);
  const countFrom = (key: ComponentKey): number => {
    const known = counts.get(key);
    if (known !== undefined) return known;
    const count = (graph.get(key) ?? []).reduce((sum, need) => sum + countFrom(need), 0);
    counts.set(key, count);
    return count;
  };
  return countFrom(from);
}

/** `name`, or `name/variant`: how components are called where people read and write them. */
export function labelOf(key: ComponentKey): string {
  const [name = '', variant] = key.split('|');
  return variant === 'null' ? name : `${name}/${variant}`;
}

/** The graph as text: Graphviz, Mermaid, or JSON (`{nodes: [label], edges: [{from, to}]}`). */
export function drawGraph(graph: Graph, format: GraphFormat): string {
  const edges = [...graph].flatMap(([key, needs]) => needs.map((need) => [labelOf(key), labelOf(need)] as const));
  const nodes = [...graph.keys()].map(labelOf);
  if (format === 'json') {
    return JSON.stringify({ nodes, edges: edges.map(([from, to]) => ({ from, to })) }, undefined, 2);
  }
  return format === 'dot' ? drawDot(nodes, edges) : drawMermaid(nodes, edges);
}

type Edge = readonly [string, string];

function drawDot(nodes: readonly string[], edges: readonly Edge[]): string {
  const quote = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  return [
    'digraph components {',
    '  rankdir=LR;',
    '  node [shape=box];',
    ...nodes.map((node) => `  ${quote(node)};`),
    ...edges.map(([from, to]) => `  ${quote(from)} -> ${quote(to)};`),
    '}',
  ].join('\n');
}

/** Mermaid takes few characters in a node's id, so each node gets a number and carries its label. */
function drawMermaid(nodes: readonly string[], edges: readonly Edge[]): string {
  const number = new Map(nodes.map((node, index) => [node, `n${index}`]));
  return [
    'flowchart LR',
    ...nodes.map((node) => `  ${number.get(node)}["${node}"]`),
    ...edges.map(([from, to]) => `  ${number.get(from)} --> ${number.get(to)}`),
  ].join('\n');
}
