/** All rules on the system inside of an image. To add one: an entry in the table of its subject. */
import type { Rule } from '../rules.ts';
import { ACCOUNT_RULES } from './account-rules.ts';
import { AGENT_RULES } from './agent-rules.ts';
import { BOOT_RULES } from './boot-rules.ts';
import { FLAW_RULES } from './flaw-rules.ts';
import type { ImageFacts } from './image-facts.ts';
import { KERNEL_RULES } from './kernel-rules.ts';
import { NETWORK_RULES } from './network-rules.ts';
import { STORAGE_RULES } from './storage-rules.ts';
import { TRACE_RULES } from './trace-rules.ts';

export const OS_RULES: readonly Rule<ImageFacts>[] = [
  ...BOOT_RULES,
  ...KERNEL_RULES,
  ...FLAW_RULES,
  ...AGENT_RULES,
  ...ACCOUNT_RULES,
  ...NETWORK_RULES,
  ...STORAGE_RULES,
  ...TRACE_RULES,
];
