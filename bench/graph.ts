/** Graphs of components to build, the same on every machine: random ones, and three shapes that are hard to schedule. */

export interface Component {
  readonly name: string;
  /** Names of earlier components. */
  readonly needs: readonly string[];
  /** How long its build sleeps; 0: it only writes its output. */
  readonly seconds: number;
}

/** Every component after those it needs, unless a shape says otherwise. */
export type Graph = readonly Component[];

/**
 * Requirements are drawn within families of this size: in DC/OS's own tree no component requires more than some 20 others,
 * directly or not, and thousands would measure how fast a build mounts them.
 */
const FAMILY = 25;
const MOST_NEEDS = 3;

/** Components with 0 to 3 requirements each that do nothing but write their output. */
export function randomGraph(count: number, seed = 1): Graph {
  const random = generator(seed);
  return Array.from({ length: count }, (_, index) => ({
    name: nameOf(index),
    needs: randomNeeds(index, random),
    seconds: 0,
  }));
}

/** 200 components each; the names are those of the facts page on speed. */
export const SHAPES: Readonly<Record<string, () => Graph>> = {
  /** Random local requirements, 0.05 to 0.5 s. */
  A: () => {
    const random = generator(11);
    return randomGraph(200, 12).map((component) => ({ ...component, seconds: between(random, 0.05, 0.5) }));
  },
  /** 170 independent ones first, then a chain of 30: who starts in this order ends with the chain alone. */
  B: () => {
    const random = generator(21);
    return Array.from({ length: 200 }, (_, index) => ({
      name: nameOf(index),
      needs: index > 170 ? [nameOf(index - 1)] : [],
      seconds: between(random, 0.05, 0.5),
    }));
  },
  /** Short chains first, then four long ones that nothing needs: counting steps says nothing about their length. */
  C: () => {
    const random = generator(31);
    return Array.from({ length: 200 }, (_, index) => ({
      name: nameOf(index),
      needs: index < 196 && index % 4 !== 0 ? [nameOf(index - 1)] : [],
      seconds: index < 196 ? between(random, 0.05, 0.32) : between(random, 4, 5),
    }));
  },
};

/** The same graph with longer or shorter sleeps. */
export function scaled(graph: Graph, factor: number): Graph {
  return graph.map((component) => ({ ...component, seconds: Math.round(component.seconds * factor * 1000) / 1000 }));
}

/** No schedule can end earlier, in seconds: the longest chain, or all work spread over the slots. */
export function lowerBound(graph: Graph, slots: number, overheadSeconds = 0): number {
  const finish = new Map<string, number>();
  let work = 0;
  for (const { name, needs, seconds } of graph) {
    const start = Math.max(0, ...needs.map((need) => finish.get(need) ?? 0));
    finish.set(name, start + seconds + overheadSeconds);
    work += seconds + overheadSeconds;
  }
  return Math.max(...finish.values(), work / slots);
}

function randomNeeds(index: number, random: () => number): string[] {
  const elders = index % FAMILY;
  const wanted = Math.min(elders, Math.floor(random() * (MOST_NEEDS + 1)));
  const needs = new Set<number>();
  for (let tries = 0; tries < wanted; tries += 1) needs.add(index - 1 - Math.floor(random() * elders));
  return [...needs].sort((left, right) => left - right).map(nameOf);
}

function nameOf(index: number): string {
  return `c${String(index).padStart(4, '0')}`;
}

function between(random: () => number, low: number, high: number): number {
  return Math.round((low + random() * (high - low)) * 1000) / 1000;
}

/** mulberry32: numbers in [0, 1) that look random and are the same every time. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
