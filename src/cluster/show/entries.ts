/** Ways in, many ports at a time: what leads from one place outside to the same nodes by the same rules. */
import type { OpenPath } from '../../arm/open-path.ts';
import { sameId } from './fields.ts';
import type { NodeGroup } from './node-groups.ts';

export interface Entry {
  /** Id of the load balancer, or of the public address of a machine. */
  readonly through: string;
  readonly publicIp: string;
  /** Ids of the groups that it leads to. */
  readonly groups: readonly string[];
  /** As `80, 443, 8080`, `2200-2202 to 22`. */
  readonly ports: string;
  readonly protocol: string;
  /** Who may come; none: nobody. */
  readonly sources: readonly string[];
  readonly isOpen: boolean;
  readonly why: string | undefined;
}

export function takeEntries(paths: readonly OpenPath[], groups: readonly NodeGroup[]): readonly Entry[] {
  const alike = new Map<string, Entry & { readonly paths: readonly OpenPath[] }>();
  for (const path of paths) {
    const targets = groups.filter(({ ids }) => ids.some((id) => path.targets.some((target) => sameId(target, id))));
    const entry = {
      ...{ through: path.loadBalancer ?? path.publicIp, publicIp: path.publicIp, protocol: path.protocol },
      groups: targets.flatMap(({ ids: [id] }) => id ?? []),
      ...{ sources: path.sources, isOpen: path.isOpen, why: path.why, ports: '', paths: [path] },
    };
    const { paths: own, ...rest } = entry;
    const key = JSON.stringify({ ...rest, protocol: rest.protocol.toLowerCase(), why: rest.why ?? '' });
    const before = alike.get(key);
    alike.set(key, before === undefined ? entry : { ...before, paths: [...before.paths, ...own] });
  }
  return [...alike.values()].map(({ paths: own, ...entry }) => ({ ...entry, ports: portsText(own) }));
}

/** Those that lead to the same port behind each other are a range; of NAT rules each leads to one machine. */
function portsText(paths: readonly OpenPath[]): string {
  const same = paths.filter((path) => path.frontendPort === path.backendPort);
  const moved = Map.groupBy(
    paths.filter((path) => path.frontendPort !== path.backendPort),
    (path) => path.backendPort,
  );
  const texts = [...moved].toSorted(([a], [b]) => a - b).map(([to, from]) => `${rangesOf(from).join(', ')} to ${to}`);
  return [...rangesOf(same), ...texts].join(', ');
}

function rangesOf(paths: readonly OpenPath[]): readonly string[] {
  const ranges: { first: number; last: number }[] = [];
  for (const { frontendPort, lastPort = frontendPort } of paths.toSorted((a, b) => a.frontendPort - b.frontendPort)) {
    const before = ranges.at(-1);
    if (before !== undefined && frontendPort <= before.last + 1) before.last = Math.max(before.last, lastPort);
    else ranges.push({ first: frontendPort, last: lastPort });
  }
  return ranges.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`));
}
