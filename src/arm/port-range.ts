/** Ranges of ports, as rules write them. */

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

export const ALL_PORTS: PortRange = { first: 0, last: 65_535 };

/** Reads `80`, `8000-8999` or `*`; undefined: it is none of them. */
export function parsePorts(text: string): PortRange | undefined {
  if (text === '*') return ALL_PORTS;
  const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  if (first === undefined) return undefined;
  const range = { first: Number(first), last: Number(last) };
  return range.first <= range.last && range.last <= ALL_PORTS.last ? range : undefined;
}

export function hasPort({ first, last }: PortRange, port: number): boolean {
  return port >= first && port <= last;
}

export function rangesOverlap(a: PortRange, b: PortRange): boolean {
  return a.first <= b.last && b.first <= a.last;
}
