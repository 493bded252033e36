/** What masters and pools of acs-engine have alike, as a cluster definition says it. */
import type { Json, JsonObject } from '../../model/json.ts';
import { judgeVmSize } from '../../model/vm-sizes.ts';
import type { AcsEngineModel, AcsEnginePool } from '../../recipe/acs-engine.ts';
import type { JsonPath } from '../../recipe/json-reader.ts';
import type { ConversionNote } from './note.ts';

/** Our images are of this size. */
const LEAST_OS_DISK_GIB = 30;

export interface Converted {
  readonly value: JsonObject;
  readonly notes: readonly ConversionNote[];
}

export function convertNodes(
  nodes: AcsEngineModel['properties']['masterProfile'] | AcsEnginePool,
  path: JsonPath,
): Converted {
  const notes: ConversionNote[] = [];
  const { vmSize, osDiskSizeGB: diskGib, storageProfile, dnsPrefix = '' } = nodes;
  const size = currentSize(vmSize);
  if (size !== vmSize) {
    const message = `The size ${vmSize} has become ${size}, which follows it.`;
    notes.push({ path: [...path, 'vmSize'], kind: 'replaced', message });
  }
  if (storageProfile !== 'ManagedDisks') {
    const at = storageProfile === undefined ? path : [...path, 'storageProfile'];
    notes.push({ path: at, kind: 'replaced', message: 'Disks in storage accounts have become managed disks.' });
  }
  const osDisk = diskGib === undefined || diskGib === 0 ? undefined : Math.max(LEAST_OS_DISK_GIB, diskGib);
  if (osDisk !== undefined && osDisk !== diskGib) {
    const message = `A system disk of ${diskGib} GiB has become one of ${osDisk}, the least that an image fits on.`;
    notes.push({ path: [...path, 'osDiskSizeGB'], kind: 'replaced', message });
  }
  const prefix = dnsPrefix.toLowerCase();
  if (prefix !== dnsPrefix) {
    const message = `"${dnsPrefix}" has become "${prefix}": names of load balancers have small letters.`;
    notes.push({ path: [...path, 'dnsPrefix'], kind: 'replaced', message });
  }
  return { value: { size, ...given('os_disk_gib', osDisk) }, notes };
}

/** An object of the one member, or of none. */
export function given(key: string, value: Json | undefined): JsonObject {
  return value === undefined ? {} : { [key]: value };
}

/** An empty prefix is none: the template asks for it. */
export function dnsPrefixOf({ dnsPrefix = '' }: { readonly dnsPrefix?: string | undefined }): JsonObject {
  return given('dns_prefix', dnsPrefix === '' ? undefined : dnsPrefix.toLowerCase());
}

/** Sizes without premium disks or Trusted Launch have a successor as well; what is unknown stays, to be told of. */
function currentSize(name: string): string {
  const verdict = judgeVmSize(name);
  if (verdict.kind === 'retired' || verdict.kind === 'fading') return verdict.successor;
  if (verdict.kind !== 'known' || (verdict.size.premium && verdict.size.trustedLaunch)) return name;
  return name.replace(/^(Standard_[DE][0-9]+)(d?)_v[345]$/, (_whole, start: string, disk: string) => {
    const hasDisk = disk !== '' || verdict.size.tempDiskGib > 0;
    return `${start}${hasDisk ? 'd' : ''}s_v5`;
  });
}
