/** Whether a packet gets through all network security groups before a machine. */
import { isWithin, parseNetwork } from './network.ts';
import { lastName } from './resource-id.ts';
import { isEverybody, publicAllows, type AllowingRule, type Arrival, type SecurityGroup } from './security-rules.ts';

export interface Verdict {
  readonly allowed: readonly AllowingRule[];
  /** Who comes through all of them. */
  readonly sources: readonly string[];
  /** Why nobody does. */
  readonly why?: string;
  /** Nobody can tell: a group outside of the template decides, or a value that is not settled. */
  readonly isUncertain?: true;
}

/** @param isStrict whether nothing comes in without a group that allows it, as with Standard addresses */
export function judge(groups: readonly SecurityGroup[], arrival: Arrival, isStrict: boolean): Verdict {
  if (groups.length === 0) {
    if (!isStrict) return { allowed: [], sources: ['Internet'] };
    return {
      allowed: [],
      sources: [],
      why: 'No network security group allows it, and without one Standard is closed.',
    };
  }
  const unknown = groups.find(({ rules }) => rules === undefined);
  if (unknown !== undefined) {
    return {
      allowed: [],
      sources: [],
      why: `The network security group "${lastName(unknown.id)}" is not in the template.`,
    };
  }
  const perGroup = groups.map((group) => publicAllows(group, arrival));
  const closed = perGroup.findIndex((allows) => allows.length === 0);
  const allowed = perGroup.flat();
  if (closed >= 0) {
    const why = `The network security group "${lastName(groups[closed]?.id ?? '')}" does not allow port ${arrival.port}.`;
    const isCertain = groups.every(({ rules }) => rules?.every((rule) => rule.isCertain) === true);
    return { allowed, sources: [], why, ...(isCertain ? {} : { isUncertain: true }) };
  }
  const sources = perGroup.map((allows) => allows.flatMap((one) => one.sources)).reduce(inBoth);
  if (sources.length > 0) return { allowed, sources: plain(sources) };
  return { allowed, sources, why: 'Its network security groups allow different addresses.' };
}

/** Prefixes within prefixes; tags and what is not known yet only if they are the same. */
function inBoth(a: readonly string[], b: readonly string[]): string[] {
  return a.flatMap((one) => b.flatMap((other) => shared(one, other) ?? []));
}

function shared(a: string, b: string): string | undefined {
  if (isEverybody(a)) return b;
  if (isEverybody(b) || a === b) return a;
  const [left, right] = [parseNetwork(a), parseNetwork(b)];
  if (left === undefined || right === undefined) return undefined;
  if (isWithin(left, right)) return a;
  return isWithin(right, left) ? b : undefined;
}

function plain(sources: readonly string[]): string[] {
  return sources.some(isEverybody) ? ['Internet'] : [...new Set(sources)].toSorted();
}
