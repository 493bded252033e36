/** Where in a region machines are put: zones, an availability set, or wherever there is room. */
import { call, expressionText, indexOf, type ExpressionText } from '../arm/expression.ts';
import type { ClusterPool } from '../recipe/cluster-definition.ts';
import { variable, type ResourceRef } from './resources/resource.ts';

type Placement = ClusterPool['placement'];

interface Placed {
  readonly set?: { readonly ref: ResourceRef; readonly faultDomains: number; readonly updateDomains: number };
  /** Of the machine that is being made. */
  readonly zone?: ExpressionText;
}

/** Every region has two racks, and Azure maintains one in five machines at a time. */
const DEFAULT = { fault_domains: 2, update_domains: 5 };

/** Of single machines; an availability set unless said otherwise. Masters alone can be in zones. */
export function placementOf(placement: Placement, set: ResourceRef): Placed {
  const zones = zonesOf(placement);
  if (zones !== undefined) {
    const index = call('mod', call('copyIndex'), zones.length);
    return { zone: expressionText(indexOf(variable('masterZones'), index)) };
  }
  if (placement !== undefined && 'regional' in placement) return {};
  const given = placement !== undefined && 'availability_set' in placement ? placement.availability_set : DEFAULT;
  return { set: { ref: set, faultDomains: given.fault_domains, updateDomains: given.update_domains } };
}

export function zonesOf(placement: Placement): readonly string[] | undefined {
  return placement !== undefined && 'zones' in placement ? placement.zones : undefined;
}
