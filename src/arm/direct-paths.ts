/** Machines that have public addresses themselves: every port that their network security groups allow. */
import { whereabouts, type Attachment } from './attachments.ts';
import { isStandard } from './load-balancers.ts';
import { ALL_PORTS, type PortRange } from './port-range.ts';
import { groupsOf, type OpenPath, type Surroundings } from './open-path.ts';
import { idKey, lastName } from './resource-id.ts';
import type { SecurityGroup } from './security-rules.ts';
import { judge, type Verdict } from './verdict.ts';

export function directPaths(surroundings: Surroundings): OpenPath[] {
  return surroundings.attachments.flatMap((attachment) => {
    const { publicIp } = attachment;
    return publicIp === undefined ? [] : pathsTo(attachment, publicIp, surroundings);
  });
}

function pathsTo(attachment: Attachment, publicIp: string, surroundings: Surroundings): OpenPath[] {
  const groups = groupsOf(attachment, surroundings);
  const to = whereabouts(attachment, surroundings.subnets);
  const resource = surroundings.addresses.get(idKey(publicIp));
  const isStrict = resource === undefined || isStandard(resource.sku);
  const common = { publicIp, kind: 'direct', name: lastName(publicIp), targets: [attachment.owner] } as const;
  const found = ['tcp', 'udp'].flatMap((protocol) => {
    const judged = segments(groups).map((range) => ({
      range,
      verdict: judge(groups, { protocol, port: range.first, to }, isStrict),
    }));
    return joined(judged).map(({ range, verdict }) => ({
      ...common,
      ...{ frontendPort: range.first, backendPort: range.first, protocol, isOpen: true },
      ...(range.last === range.first ? {} : { lastPort: range.last }),
      ...verdict,
    }));
  });
  if (found.length > 0) return found;
  const closed = judge(groups, { protocol: 'tcp', port: 0, to }, isStrict);
  const { first, last } = ALL_PORTS;
  const ports = { frontendPort: first, lastPort: last, backendPort: first };
  return [{ ...common, ...ports, protocol: 'all', ...closed, why: closed.why ?? 'No port is allowed.', isOpen: false }];
}

/** The ports cut wherever a rule begins or ends: within a piece all are alike. */
function segments(groups: readonly SecurityGroup[]): PortRange[] {
  const ranges = groups.flatMap(({ rules }) => (rules ?? []).flatMap(({ ports }) => ports));
  const cuts = new Set([ALL_PORTS.first, ...ranges.flatMap(({ first, last }) => [first, last + 1])]);
  const starts = [...cuts].filter((port) => port <= ALL_PORTS.last).toSorted((a, b) => a - b);
  return starts.map((first, at) => ({ first, last: (starts[at + 1] ?? ALL_PORTS.last + 1) - 1 }));
}

interface Judged {
  readonly range: PortRange;
  readonly verdict: Verdict;
}

/** Open pieces, those that touch and are alike as one. */
function joined(judged: readonly Judged[]): Judged[] {
  const all: Judged[] = [];
  for (const one of judged) {
    const last = all.at(-1);
    if (one.verdict.why !== undefined) continue;
    const isSame = last !== undefined && JSON.stringify(last.verdict) === JSON.stringify(one.verdict);
    if (isSame && last.range.last + 1 === one.range.first) {
      all[all.length - 1] = { range: { first: last.range.first, last: one.range.last }, verdict: last.verdict };
    } else all.push(one);
  }
  return all;
}
