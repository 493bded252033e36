/**
 * What Azure does with a change of a resource that is there.
 *
 * @see https://learn.microsoft.com/azure/virtual-machine-scale-sets/virtual-machine-scale-sets-upgrade-scale-set
 */
import type { Json } from '../../model/json.ts';
import { EFFECT_RULES } from './effect-rules.ts';
import type { JsonChange } from './diff-json.ts';

export type EffectKind =
  /** It is changed while everything goes on. */
  | 'in place'
  /** It is changed, and machines restart or have to be stopped for it. */
  | 'restart'
  /** Nodes that are made later have it; those that are there after an upgrade or a reimage. */
  | 'new nodes'
  /** Azure refuses the deployment. */
  | 'refused'
  /** Nothing is known of it here. */
  | 'unknown';

export interface Effect {
  readonly kind: EffectKind;
  /** A clause without its full stop: what it comes to, and what to do. */
  readonly why: string;
}

export function effectOf(type: string, change: JsonChange): Effect {
  const resized = /(?:^|\.)diskSizeGB$/.test(change.path) ? resizeOf(change) : undefined;
  if (resized !== undefined) return resized;
  const lower = type.toLowerCase();
  for (const { of, path, kind, why } of EFFECT_RULES) {
    if ((of === '*' || of.toLowerCase() === lower) && path.test(change.path)) return { kind, why };
  }
  return { kind: 'unknown', why: 'az deployment group what-if asks Azure' };
}

function resizeOf({ path, before, after }: JsonChange): Effect | undefined {
  if (path.startsWith('properties.virtualMachineProfile')) return undefined;
  const [from, to] = [gib(before), gib(after)];
  if (from === undefined || to === undefined) return undefined;
  if (to < from) return { kind: 'refused', why: 'disks do not shrink; the machine has to be deleted and made anew' };
  return { kind: 'restart', why: 'disks grow while the machine is deallocated' };
}

function gib(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
