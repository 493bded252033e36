/** Whether DC/OS runs for its role. All are skipped for an image without DC/OS. */
import { askedBy, type Rule, type Verdict } from '../image/rules.ts';
import { inFirst, inSecond, NO_DCOS, NO_ROLE, noneOf, same, type BootFacts } from './boot-facts.ts';
import type { GuestLook } from './guest-look.ts';

const OURS = askedBy({}, 'dcos-build');

/** As {@link inFirst}, of a guest that has DC/OS. */
function inDcos(
  rule: Omit<Rule<BootFacts>, 'judge' | 'severity' | 'source'>,
  judge: (look: GuestLook, facts: BootFacts) => Verdict,
): Rule<BootFacts> {
  const whole = { ...rule, severity: 'error', ...OURS } as const;
  return inFirst(whole, (look, facts) => (look.has('dcos') ? judge(look, facts) : NO_DCOS));
}

export const DCOS_RULES: readonly Rule<BootFacts>[] = [
  inDcos({ id: 'dcos.role', required: 'the role it was given' }, (look, { role }) => {
    return role === undefined ? NO_ROLE : { ok: look.lines('roles').includes(role), actual: roles(look) };
  }),
  inDcos({ id: 'dcos.target', required: 'dcos.target active' }, (look, { role }) => {
    return role === undefined ? NO_ROLE : same(look.line('dcos-target'), 'active');
  }),
  inDcos({ id: 'dcos.linked', required: 'the units of its packages and role, linked' }, (look, { role }) => {
    if (role === undefined) return NO_ROLE;
    const linked = new Set(look.lines('dcos-linked'));
    const wanted = look.lines('dcos-wanted');
    const missing = wanted.filter((unit) => !linked.has(unit));
    const { ok, actual } = noneOf(missing);
    return { ok, actual: ok ? `all ${wanted.length}` : `not linked: ${actual}` };
  }),
  inDcos({ id: 'dcos.curl', required: '/opt/mesosphere/bin/curl runs' }, (look) => {
    return { ok: /^curl \d/.test(look.line('curl')), actual: versionOf(look.line('curl')) };
  }),
  inDcos({ id: 'dcos.python', required: '/opt/mesosphere/bin/python runs' }, (look) => {
    return { ok: /^Python 3\./.test(look.line('python')), actual: look.line('python') || 'nothing' };
  }),
];

/** What goes with the rules on the second boot. */
export const DCOS_AGAIN: Rule<BootFacts> = inSecond(
  { id: 'reboot.dcos', severity: 'error', required: 'dcos.target active again', ...OURS },
  (look, { role }) => {
    if (!look.has('dcos')) return NO_DCOS;
    return role === undefined ? NO_ROLE : same(look.line('dcos-target'), 'active');
  },
);

function roles(look: GuestLook): string {
  return look.lines('roles').join(', ') || 'none';
}

function versionOf(line: string): string {
  return line.split(' ').slice(0, 2).join(' ') || 'nothing';
}
