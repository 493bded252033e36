/** A way from a public address to machines, and what it goes through. */
import type { Attachment, Subnet } from './attachments.ts';
import type { ConcreteResource } from './expand-resources.ts';
import { idKey } from './resource-id.ts';
import type { AllowingRule, SecurityGroup } from './security-rules.ts';

export interface OpenPath {
  /** Its id. */
  readonly publicIp: string;
  readonly frontendPort: number;
  /** The last of a range of ports, if there are several: of NAT pools, and of machines with public addresses. */
  readonly lastPort?: number;
  readonly backendPort: number;
  /** In lower case: `tcp`, `udp` or `all`. */
  readonly protocol: string;
  /** Through a rule of a load balancer, its address translation, or straight to a machine that has the address. */
  readonly kind: 'rule' | 'nat' | 'direct';
  readonly name: string;
  /** The id of the probe. */
  readonly probe?: string;
  readonly loadBalancer?: string;
  /** The id of the pool. */
  readonly pool?: string;
  /** Ids of virtual machines and scale sets, sorted. */
  readonly targets: readonly string[];
  /** The rules of network security groups that let it through. */
  readonly allowed: readonly AllowingRule[];
  /** Who may come: prefixes and service tags, `Internet` for everybody. */
  readonly sources: readonly string[];
  readonly isOpen: boolean;
  /** Why nobody comes through. */
  readonly why?: string;
  /** Nobody can tell: a group outside of the template decides, or a value that is not settled. */
  readonly isUncertain?: true;
}

/** What paths go through. */
export interface Surroundings {
  readonly attachments: readonly Attachment[];
  readonly subnets: ReadonlyMap<string, Subnet>;
  readonly groups: ReadonlyMap<string, SecurityGroup>;
  /** Public addresses by id. */
  readonly addresses: ReadonlyMap<string, ConcreteResource>;
}

/** The groups that a packet to it has to pass. */
export function groupsOf({ nsg, subnet }: Attachment, { subnets, groups }: Surroundings): SecurityGroup[] {
  const ids = [subnets.get(idKey(subnet ?? ''))?.nsg, nsg];
  return ids.flatMap((id) => (id === undefined ? [] : (groups.get(idKey(id)) ?? [{ id, rules: undefined }])));
}
