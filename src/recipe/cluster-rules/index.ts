/** The rules on what values of a cluster definition have to do with each other and with Azure; a file per subject. */
import { adminRule, sourceRule } from './access.ts';
import { configRule } from './config.ts';
import { diskRule } from './disks.ts';
import type { ClusterRule } from './finding.ts';
import { imageRule, networkIdRule } from './images.ts';
import { masterAddressRule } from './master-addresses.ts';
import { placementRule } from './placement.ts';
import { attributeRule, poolNameRule, portRule } from './pools.ts';
import { rangeRule } from './ranges.ts';
import { sizeRule } from './sizes.ts';
import { sshKeyRule } from './ssh-keys.ts';
import { subnetRule } from './subnets.ts';
import { tagRule } from './tags.ts';

export const CLUSTER_RULES: readonly ClusterRule[] = [
  ...[adminRule, sshKeyRule, sourceRule],
  ...[imageRule, sizeRule, diskRule, placementRule],
  ...[poolNameRule, portRule, attributeRule],
  ...[rangeRule, subnetRule, networkIdRule, masterAddressRule],
  ...[tagRule, configRule],
];
