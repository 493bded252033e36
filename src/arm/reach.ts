/** Who in the Internet can reach what: the paths from public addresses to machines. */
import { readAttachments, readSubnets, whereabouts, type Attachment } from './attachments.ts';
import { directPaths } from './direct-paths.ts';
import type { ConcreteResource } from './expand-resources.ts';
import { isStandard, readEntries, type Entry } from './load-balancers.ts';
import { groupsOf, type OpenPath, type Surroundings } from './open-path.ts';
import { idKey } from './resource-id.ts';
import { probeDenial, readSecurityGroups } from './security-rules.ts';
import { judge, type Verdict } from './verdict.ts';

/**
 * Every port of every public address that leads, or was meant to lead, to a machine.
 *
 * Where some targets of a rule can be reached and others not, it makes two paths, one open and one closed.
 */
export function openPaths(resources: readonly ConcreteResource[]): readonly OpenPath[] {
  const surroundings = readSurroundings(resources);
  const entries = readEntries(resources);
  return [...entries.flatMap((entry) => entryPaths(entry, surroundings)), ...directPaths(surroundings)];
}

/** The networks, interfaces and groups of a template. */
export function readSurroundings(resources: readonly ConcreteResource[]): Surroundings {
  return {
    attachments: readAttachments(resources),
    subnets: readSubnets(resources),
    groups: readSecurityGroups(resources),
    addresses: new Map(resources.map((one) => [idKey(one.id), one])),
  };
}

function entryPaths(entry: Entry, surroundings: Surroundings): OpenPath[] {
  const { loadBalancer } = entry;
  const publicIp = loadBalancer.publicIps.get(idKey(entry.frontend ?? ''));
  if (publicIp === undefined) return [];
  const members = membersOf(entry, surroundings.attachments);
  if (members.length === 0) return [pathOf(entry, publicIp, { targets: [], verdict: NOBODY })];
  const isStrict = loadBalancer.isStandard || isStandard(surroundings.addresses.get(idKey(publicIp))?.sku);
  const groups = new Map<string, { targets: Set<string>; verdict: Verdict }>();
  for (const attachment of members) {
    const verdict = verdictOn(entry, attachment, { surroundings, isStrict });
    const key = JSON.stringify(verdict);
    const group = groups.get(key) ?? { targets: new Set<string>(), verdict };
    group.targets.add(attachment.owner);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ targets, verdict }) => {
    return pathOf(entry, publicIp, { targets: [...targets].toSorted(), verdict });
  });
}

const NOBODY: Verdict = { allowed: [], sources: [], why: 'No machine is behind it.' };

function membersOf({ id, pools, kind, isNatPool }: Entry, attachments: readonly Attachment[]): Attachment[] {
  const wanted = new Set(pools.map(idKey));
  const own = idKey(id);
  return attachments.filter((one) => {
    const named = kind === 'rule' ? [] : isNatPool ? one.natPools : one.natRules;
    return one.pools.some((pool) => wanted.has(idKey(pool))) || named.some((rule) => idKey(rule) === own);
  });
}

interface Strictness {
  readonly surroundings: Surroundings;
  readonly isStrict: boolean;
}

function verdictOn(entry: Entry, attachment: Attachment, { surroundings, isStrict }: Strictness): Verdict {
  const to = whereabouts(attachment, surroundings.subnets);
  const port = entry.isFloating ? entry.frontendPort : entry.backendPort;
  const groups = groupsOf(attachment, surroundings);
  const verdict = judge(groups, { protocol: entry.protocol, port, to }, isStrict);
  const probePort = entry.loadBalancer.probes.get(idKey(entry.probe ?? ''));
  if (verdict.why !== undefined || probePort === undefined) return verdict;
  for (const group of groups) {
    const denial = probeDenial(group, { protocol: 'tcp', port: probePort, to });
    if (denial !== undefined) {
      return { ...verdict, why: `The rule "${denial.name}" keeps the probe out of port ${probePort}.` };
    }
  }
  return verdict;
}

interface Reached {
  readonly targets: readonly string[];
  readonly verdict: Verdict;
}

function pathOf(entry: Entry, publicIp: string, { targets, verdict }: Reached): OpenPath {
  const [pool] = entry.pools;
  return {
    publicIp,
    frontendPort: entry.frontendPort,
    ...(entry.lastPort === undefined ? {} : { lastPort: entry.lastPort }),
    backendPort: entry.backendPort,
    protocol: entry.protocol,
    kind: entry.kind,
    name: entry.name,
    ...(entry.probe === undefined ? {} : { probe: entry.probe }),
    loadBalancer: entry.loadBalancer.id,
    ...(pool === undefined ? {} : { pool }),
    targets,
    ...verdict,
    isOpen: verdict.why === undefined,
  };
}
