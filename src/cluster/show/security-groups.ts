/** Network security groups and their rules. */
import type { ConcreteResource } from '../../arm/expand-resources.ts';
import { isOfType, numberAt, partsOf, textAt, textsAt, type Part } from './fields.ts';

export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  /** By direction, then priority. */
  readonly rules: readonly SecurityRule[];
}

interface SecurityRule {
  readonly name: string;
  readonly priority: number | undefined;
  readonly direction: string;
  readonly access: string;
  readonly protocol: string;
  readonly sources: readonly string[];
  readonly ports: readonly string[];
}

export function takeSecurityGroups(resources: readonly ConcreteResource[]): readonly SecurityGroup[] {
  return resources
    .filter((each) => isOfType(each, 'Microsoft.Network/networkSecurityGroups'))
    .map((group) => ({
      ...{ id: group.id, name: group.name },
      rules: partsOf(group, 'securityRules', resources).map(ruleOf).toSorted(byPriority),
    }));
}

function ruleOf({ name, properties }: Part): SecurityRule {
  const both = (key: string): readonly string[] => [...textsAt(properties, key), ...textsAt(properties, `${key}s`)];
  const sources = [...textsAt(properties, 'sourceAddressPrefix'), ...textsAt(properties, 'sourceAddressPrefixes')];
  return {
    ...{ name, priority: numberAt(properties, 'priority'), direction: textAt(properties, 'direction') ?? '' },
    ...{ access: textAt(properties, 'access') ?? '', protocol: textAt(properties, 'protocol') ?? '' },
    ...{ sources: [...new Set(sources)], ports: both('destinationPortRange') },
  };
}

function byPriority(a: SecurityRule, b: SecurityRule): number {
  if (a.direction !== b.direction) return a.direction < b.direction ? -1 : 1;
  return (a.priority ?? 0) - (b.priority ?? 0);
}
