/** All rules, in the order in which the docs list them. */
import type { Rule } from '../finding.ts';
import { BALANCER_RULES } from './balancer-rules.ts';
import { EXPRESSION_RULES } from './expression-rules.ts';
import { GROUP_RULES } from './group-rules.ts';
import { ID_RULES } from './id-rules.ts';
import { IMAGE_RULES } from './image-rules.ts';
import { MACHINE_RULES } from './machine-rules.ts';
import { NETWORK_RULES } from './network-rules.ts';
import { PARAMETER_RULES } from './parameter-rules.ts';
import { RESOURCE_RULES } from './resource-rules.ts';
import { STORAGE_RULES } from './storage-rules.ts';
import { TEMPLATE_RULES } from './template-rules.ts';
import { VALUE_RULES } from './value-rules.ts';

export const RULES: readonly Rule[] = [
  ...TEMPLATE_RULES,
  ...EXPRESSION_RULES,
  ...PARAMETER_RULES,
  ...RESOURCE_RULES,
  ...VALUE_RULES,
  ...ID_RULES,
  ...STORAGE_RULES,
  ...MACHINE_RULES,
  ...IMAGE_RULES,
  ...NETWORK_RULES,
  ...BALANCER_RULES,
  ...GROUP_RULES,
];
