/** What is known of an image after its boots, for the rules. */
import type { Rule, Verdict } from '../image/rules.ts';
import type { Generation } from '../image/vhd-rules.ts';
import type { Guest } from './guest.ts';
import type { GuestLook } from './guest-look.ts';
import type { BootEnd } from './one-boot.ts';
import type { HealthReport } from './wireserver.ts';

export interface BootFacts {
  readonly generation: Generation;
  readonly isSecure: boolean;
  readonly guest: Guest;
  readonly role: string | undefined;
  /** Size of the disk that the guest had. */
  readonly diskBytes: number;
  readonly health: readonly HealthReport[];
  /** Of the guest to the stand-ins, as they note them. */
  readonly requests: readonly string[];
  /** The first boot, and the second if the first succeeded. */
  readonly ends: readonly BootEnd[];
}

/** Why rules are skipped: what they are about was not seen. */
export const NOT_UP: Verdict = { skipped: 'it did not come up' };
export const NO_DCOS: Verdict = { skipped: 'no DC/OS in the image' };
export const NO_ROLE: Verdict = { skipped: 'it was given no role' };
export const NOT_AGAIN: Verdict = { skipped: 'it was not booted again' };

/** A rule on what was seen inside the guest after its first boot; skipped if it did not come up. */
export function inFirst(
  rule: Omit<Rule<BootFacts>, 'judge'>,
  judge: (look: GuestLook, facts: BootFacts) => Verdict,
): Rule<BootFacts> {
  return { ...rule, judge: (facts) => withLook(facts, 0, judge) };
}

/** As {@link inFirst}, after the second boot; it sees both. */
export function inSecond(
  rule: Omit<Rule<BootFacts>, 'judge'>,
  judge: (look: GuestLook, facts: BootFacts, first: GuestLook) => Verdict,
): Rule<BootFacts> {
  return {
    ...rule,
    judge: (facts) => withLook(facts, 0, (first) => withLook(facts, 1, (look) => judge(look, facts, first))),
  };
}

function withLook(facts: BootFacts, index: number, judge: (look: GuestLook, facts: BootFacts) => Verdict): Verdict {
  const look = facts.ends[index]?.look;
  if (look !== undefined) return judge(look, facts);
  return index > 0 && facts.ends[index] === undefined ? NOT_AGAIN : NOT_UP;
}

/** Passed if the value is the one that has to be. */
export function same(actual: string, required: string): Verdict {
  return { ok: actual === required, actual: actual === '' ? 'nothing' : actual };
}

/** Passed if there are none; the first few are named. */
export function noneOf(values: readonly string[]): { readonly ok: boolean; readonly actual: string } {
  const shown = values.slice(0, MOST_NAMED).join('; ');
  const more = values.length > MOST_NAMED ? ` and ${values.length - MOST_NAMED} more` : '';
  return { ok: values.length === 0, actual: values.length === 0 ? 'none' : `${shown}${more}` };
}

const MOST_NAMED = 3;
