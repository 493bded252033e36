/** The rules that an image can be held against, booted or not: what `ignores` of its definition may name. */
import { BOOT_RULES } from '../../boot/boot-rules.ts';
import { OS_RULES } from '../../image/os/index.ts';
import { ROOT_RULES } from '../../image/os/root-rules.ts';
import { VHD_RULES } from '../../image/vhd-rules.ts';

export const RULE_IDS: readonly string[] = [...VHD_RULES, ...ROOT_RULES, ...OS_RULES, ...BOOT_RULES].map(
  ({ id }) => id,
);
