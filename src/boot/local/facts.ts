/** What is known of a machine of a cluster once all are up, for the rules. */
import type { Rule, Verdict } from '../../image/rules.ts';
import { NOT_UP } from '../boot-facts.ts';
import type { GuestLook } from '../guest-look.ts';
import type { BootEnd } from '../one-boot.ts';
import type { HealthReport } from '../wireserver.ts';
import type { Probe } from './probe.ts';

/** Who a machine is meant to be. */
export interface Identity {
  readonly hostName: string;
  readonly fullName: string;
  readonly ip: string;
  readonly roles: readonly string[];
}

export interface NodeFacts {
  readonly node: Identity;
  readonly others: readonly Identity[];
  readonly end: BootEnd;
  readonly health: readonly HealthReport[];
  /** What machines found out, by their host name; this one's own among them. Who could not be asked is left out. */
  readonly probes: ReadonlyMap<string, Probe>;
}

/** A rule on what was seen inside; skipped if the machine did not come up. */
export function inNode(
  rule: Omit<Rule<NodeFacts>, 'judge'>,
  judge: (look: GuestLook, facts: NodeFacts) => Verdict,
): Rule<NodeFacts> {
  return { ...rule, judge: (facts) => (facts.end.look === undefined ? NOT_UP : judge(facts.end.look, facts)) };
}

/** Whether the machine has that unit for its roles, and no condition that is not met: then it is not meant to run. */
export function isExpected(look: GuestLook, unit: string): boolean {
  return look.lines('dcos-wanted').includes(unit) && !look.lines('dcos-states').includes(`${unit} inactive no`);
}

/** How the id of the question to a service of that machine is spelled. */
export function questionId({ hostName }: Pick<Identity, 'hostName'>, service: string): string {
  return `${hostName}/${service}`;
}
