/** Rules of load balancers and public addresses. */
import { textAt } from '../look.ts';
import type { Found, Rule } from '../finding.ts';
import { isStandard, type Entry } from '../load-balancers.ts';
import type { JsonPath } from '../mistake.ts';
import { rangesOverlap } from '../port-range.ts';
import { idKey, lastName, parentId } from '../resource-id.ts';
import type { Subject } from '../subject.ts';

const BALANCERS = 'microsoft.network/loadbalancers';
const ADDRESSES = 'microsoft.network/publicipaddresses';

export const BALANCER_RULES: readonly Rule[] = [
  {
    id: 'Load-Balancers-Must-Be-Standard',
    severity: 'error',
    what: 'Load balancers are Standard ones.',
    hint: 'Set "sku": { "name": "Standard" }; then network security groups must allow what is to come in.',
    find: (subject) => basic(subject, BALANCERS, 'load balancer'),
  },
  {
    id: 'Public-IPs-Must-Be-Standard',
    severity: 'error',
    what: 'Public addresses are Standard ones, which are the only ones that load balancers of today take.',
    hint: 'Set "sku": { "name": "Standard" } and publicIPAllocationMethod to Static.',
    find: (subject) => basic(subject, ADDRESSES, 'public address'),
  },
  {
    id: 'Public-IPs-Must-Be-Static',
    severity: 'error',
    what: 'Public addresses are static.',
    hint: 'Set publicIPAllocationMethod to Static: Standard addresses can be nothing else.',
    find: dynamic,
  },
  {
    id: 'NAT-Rules-Have-No-Location',
    severity: 'error',
    what: 'Rules of address translation beside their load balancer have no location.',
    hint: 'Take the location out: the load balancer has one.',
    find: placed,
  },
  {
    id: 'Frontend-Ports-Must-Differ',
    severity: 'error',
    what: 'No two rules of a load balancer take the same port of one frontend.',
    hint: 'Give one of them another frontendPort.',
    find: clashes,
  },
  {
    id: 'Frontend-Ports-Must-Reach-Machines',
    severity: 'warning',
    what: 'What comes in at a load balancer gets through all network security groups to a machine.',
    hint: 'Allow the port in the network security group, or take the rule out.',
    find: deadEnds,
  },
];

function* basic(subject: Subject, type: string, what: string): Iterable<Found> {
  for (const { name, sku, path } of subject.ofType(type)) {
    const written = textAt(sku ?? null, 'name') ?? '';
    if (isStandard(sku) || /^(?:gateway$|[<{])/i.test(written)) continue;
    yield { path: [...path, 'sku'], message: `The ${what} "${name}" is a Basic one.` };
  }
}

function* dynamic(subject: Subject): Iterable<Found> {
  for (const { name, properties, path } of subject.ofType(ADDRESSES)) {
    const method = textAt(properties, 'publicIPAllocationMethod') ?? 'Dynamic';
    if (method.toLowerCase() !== 'dynamic') continue;
    yield { path: [...path, 'properties', 'publicIPAllocationMethod'], message: `The address "${name}" is dynamic.` };
  }
}

function* placed(subject: Subject): Iterable<Found> {
  for (const { name, location, path } of subject.ofType(`${BALANCERS}/inboundnatrules`)) {
    if (location !== undefined) yield { path: [...path, 'location'], message: `The rule "${name}" has a location.` };
  }
}

function* clashes(subject: Subject): Iterable<Found> {
  for (const entries of Map.groupBy(subject.entries, ({ frontend }) => idKey(frontend ?? '')).values()) {
    for (const [at, entry] of entries.entries()) {
      const other = entries.slice(0, at).find((one) => doClash(one, entry));
      if (other === undefined) continue;
      const message = `"${entry.name}" takes port ${entry.frontendPort}, as "${other.name}" does.`;
      yield { path: pathOf(subject, entry.id), message };
    }
  }
}

/** Ports that only the deployment knows are 0. */
function doClash(a: Entry, b: Entry): boolean {
  if (a.frontendPort === 0 || b.frontendPort === 0) return false;
  const any = ['all', '*'];
  const speakAlike = a.protocol === b.protocol || any.includes(a.protocol) || any.includes(b.protocol);
  return speakAlike && rangesOverlap(rangeOf(a), rangeOf(b));
}

function rangeOf({ frontendPort, lastPort = frontendPort }: Entry): { first: number; last: number } {
  return { first: frontendPort, last: lastPort };
}

function* deadEnds(subject: Subject): Iterable<Found> {
  for (const { kind, name, loadBalancer, frontendPort, isOpen, why = '', isUncertain } of subject.paths) {
    const isKnown = isUncertain !== true && frontendPort > 0;
    if (kind === 'direct' || isOpen || !isKnown || loadBalancer === undefined) continue;
    const message = `"${name}" of "${lastName(loadBalancer)}" leads nowhere from port ${frontendPort}: ${why}`;
    const id = kind === 'nat' ? `${loadBalancer}/inboundNatRules/${name}` : loadBalancer;
    yield { path: pathOf(subject, id), message };
  }
}

/** Where the resource stands that an id names, or within which it names something. */
function pathOf({ resources }: Subject, id: string): JsonPath {
  for (let at = id; at.includes('/providers/'); at = parentId(at)) {
    const found = resources.find((one) => idKey(one.id) === idKey(at));
    if (found !== undefined) return found.path;
  }
  return [];
}
