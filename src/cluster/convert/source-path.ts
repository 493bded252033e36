/** Where a key of a converted definition came from. */
import type { JsonPath } from '../../recipe/json-reader.ts';

const MASTERS = 'properties.masterProfile';
const POOL = 'properties.agentPoolProfiles.$1';

/** The first that fits; what is behind it follows. */
const PLACES: readonly (readonly [pattern: RegExp, source: string])[] = [
  [/^masters\.size/, `${MASTERS}.vmSize`],
  [/^masters\.count/, `${MASTERS}.count`],
  [/^masters\.os_disk_gib/, `${MASTERS}.osDiskSizeGB`],
  [/^masters\.first_ip/, `${MASTERS}.firstConsecutiveStaticIP`],
  [/^masters/, MASTERS],
  [/^dns_prefix/, `${MASTERS}.dnsPrefix`],
  [/^access\.web_from.*/, `${MASTERS}.HTTPSourceAddressPrefix`],
  [/^pools\.([0-9]+)\.size/, `${POOL}.vmSize`],
  [/^pools\.([0-9]+)\.dns_prefix/, `${POOL}.dnsPrefix`],
  [/^pools\.([0-9]+)\.os_disk_gib/, `${POOL}.osDiskSizeGB`],
  [/^pools\.([0-9]+)\.data_disks\.([0-9]+).*/, `${POOL}.diskSizesGB.$2`],
  [/^pools\.([0-9]+)\.data_disks/, `${POOL}.diskSizesGB`],
  [/^pools\.([0-9]+)\.attributes/, `${POOL}.customNodeLabels`],
  [/^pools\.([0-9]+)\.(?:kind|orchestration|placement).*/, POOL],
  [/^pools\.([0-9]+)/, POOL],
  [/^admin\.user/, 'properties.linuxProfile.adminUsername'],
  [/^admin\.ssh_keys\.([0-9]+)/, 'properties.linuxProfile.ssh.publicKeys.$1.keyData'],
  [/^(location|tags|name)/, '$1'],
];

/** @param key as `pools.0.size`; of what the model does not say, such as the image, the path stays */
export function sourcePath(key: string): JsonPath {
  const place = PLACES.find(([pattern]) => pattern.test(key));
  const text = place === undefined ? key : key.replace(place[0], place[1]);
  return text.split('.').map((step) => (/^[0-9]+$/.test(step) ? Number(step) : step));
}
