/** Zones, availability sets and scale sets: what goes together, and how many machines each takes. */
import type { ClusterDefinition } from '../cluster-definition.ts';
import { named, repeated, nodeGroups, type Finding } from './finding.ts';

/** @see https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits */
const MOST_IN_AVAILABILITY_SET = 200;

export function* placementRule(definition: ClusterDefinition): Iterable<Finding> {
  for (const { path, nodes } of nodeGroups(definition)) {
    const zones = nodes.placement !== undefined && 'zones' in nodes.placement ? nodes.placement.zones : [];
    for (const { value, index } of repeated(zones)) {
      const at = [...path, 'placement', 'zones', index];
      yield { path: at, message: `${named(path)} has the zone "${value}" twice.`, hint: 'Name each zone once.' };
    }
  }
  yield* poolPlacements(definition);
  yield* masterZones(definition);
}

function* poolPlacements({ pools }: ClusterDefinition): Iterable<Finding> {
  for (const [index, { name, placement, orchestration, count }] of pools.entries()) {
    const path = ['pools', index, 'placement'];
    const restsOn = [['pools', index, 'orchestration']];
    const isSet = orchestration === 'availability-set';
    if (isSet && placement !== undefined && !('availability_set' in placement)) {
      const message = `The pool "${name}" is to be in an availability set and has another placement as well.`;
      yield { path, message, hint: 'Give "availability_set" in "placement", or another "orchestration".', restsOn };
    }
    if (!isSet && placement !== undefined && 'availability_set' in placement) {
      const message = `The pool "${name}" is a scale set (${orchestration}), which is in no availability set.`;
      const hint = 'Set "orchestration" to "availability-set", or "placement" to zones or {"regional": true}.';
      yield { path, message, hint, restsOn };
    }
    if (isSet && count > MOST_IN_AVAILABILITY_SET) {
      const message = `The pool "${name}" has ${count} nodes.`;
      const hint = `An availability set takes ${MOST_IN_AVAILABILITY_SET}; a scale set takes 1000.`;
      yield { path: ['pools', index, 'count'], message, hint, restsOn };
    }
  }
}

/** A majority of the masters has to survive what their placement is for. */
function* masterZones({ masters: { count, placement } }: ClusterDefinition): Iterable<Finding> {
  const path = ['masters', 'placement'];
  const restsOn = [['masters', 'count']];
  if (placement === undefined || count === 1) return;
  if ('zones' in placement && placement.zones.length < 3) {
    const message = `The ${count} masters are in ${placement.zones.length} zones: the loss of one may stop the cluster.`;
    yield { severity: 'warning', path, message, hint: 'Spread them over zones 1, 2 and 3.', restsOn };
  }
  if ('regional' in placement) {
    const message = `The ${count} masters may all be in one rack.`;
    yield { severity: 'warning', path, message, hint: 'Spread them over zones, or leave "placement" out.', restsOn };
  }
}
