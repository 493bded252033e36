/** A pool of acs-engine as one of a cluster definition. */
import type { AcsEnginePool } from '../../recipe/acs-engine.ts';
import type { JsonPath } from '../../recipe/json-reader.ts';
import { convertNodes, dnsPrefixOf, given, type Converted } from './nodes.ts';
import type { ConversionNote } from './note.ts';

export function convertPool(pool: AcsEnginePool, path: JsonPath): Converted {
  const { name, count, ports = [], diskSizesGB: disks = [], customNodeLabels: labels } = pool;
  const nodes = convertNodes(pool, path);
  const isPublic = ports.length > 0 || (pool.dnsPrefix ?? '') !== '';
  const notes: ConversionNote[] = [...nodes.notes];
  if (isPublic && ports.length === 0) {
    const message = 'Without ports, the load balancer opens 80, 443 and 8080, as it did.';
    notes.push({ path: [...path, 'dnsPrefix'], kind: 'mapped', message });
  }
  if (disks.length > 0) {
    const message = 'Data disks are mounted at /dcos/volume0 and following, as by acs-engine for DC/OS 1.10.';
    notes.push({ path: [...path, 'diskSizesGB'], kind: 'mapped', message });
  }
  const value = {
    name,
    kind: isPublic ? 'public' : 'private',
    count,
    ...nodes.value,
    ...given('data_disks', disks.length === 0 ? undefined : disks.map((gib) => ({ gib }))),
    ...given('ports', ports.length === 0 ? undefined : ports),
    ...dnsPrefixOf(pool),
    ...given('attributes', labels),
    orchestration: pool.availabilityProfile === 'AvailabilitySet' ? 'availability-set' : 'uniform',
  };
  return { value, notes };
}
