/** What every machine of a local cluster has to show. */
import { askedBy, type Rule, type Verdict } from '../../image/rules.ts';
import { NO_DCOS, NO_ROLE, noneOf, NOT_UP, same } from '../boot-facts.ts';
import type { GuestLook } from '../guest-look.ts';
import { inNode, isExpected, questionId, type NodeFacts } from './facts.ts';
import { nodeStatus } from './node-status.ts';
import type { Attempt, Probe } from './probe.ts';
import { SERVICES, type Service } from './services.ts';

const OURS = { severity: 'error', ...askedBy({}, 'dcos-build') } as const;

const NO_DCOS_NODE: Verdict = { skipped: 'no dcos-node that tells its status' };

/** Of a machine that has DC/OS and a role. */
function inDcos(
  rule: Pick<Rule<NodeFacts>, 'id' | 'required'> & { readonly severity?: 'warning' },
  judge: (look: GuestLook, facts: NodeFacts) => Verdict,
): Rule<NodeFacts> {
  return inNode({ ...OURS, ...rule }, (look, facts) => {
    if (!look.has('dcos')) return NO_DCOS;
    return facts.node.roles.length === 0 ? NO_ROLE : judge(look, facts);
  });
}

const MACHINE: readonly Rule<NodeFacts>[] = [
  {
    ...{ id: 'node.comes-up', required: 'answers ssh and is done in time', ...OURS },
    judge: ({ end }) => ({ ok: end.look !== undefined, actual: end.failure?.cause ?? 'it does' }),
  },
  {
    ...{ id: 'node.ready', required: 'Ready to the wireserver', ...OURS },
    judge: ({ end, health }) => (end.look === undefined ? NOT_UP : readyVerdict(health)),
  },
  inNode({ id: 'node.hostname', required: 'the name it was given', ...OURS }, (look, { node }) =>
    same(look.line('hostname'), node.hostName),
  ),
  inNode({ id: 'node.address', required: 'the address it was given', ...OURS }, (look, { node }) => {
    const found = look.lines('addresses').map((line) => line.replace(/\/.*/, ''));
    return { ok: found.includes(node.ip), actual: found.includes(node.ip) ? node.ip : found.join(', ') || 'none' };
  }),
  inNode({ id: 'node.cloud-init', required: 'done, without errors', ...OURS }, (look) => {
    const { ok, actual } = noneOf(look.errors());
    return { ok, actual: ok ? 'done' : actual };
  }),
  inNode({ id: 'node.units', required: 'no failed unit', ...OURS }, (look) => noneOf(look.failedUnits())),
];

const DCOS: readonly Rule<NodeFacts>[] = [
  inDcos({ id: 'dcos.roles', required: 'the roles it was given' }, (look, { node }) => {
    const found = look.lines('roles');
    const ok = node.roles.every((role) => found.includes(role));
    return { ok, actual: found.join(', ') || 'none' };
  }),
  inDcos({ id: 'dcos.target', required: 'dcos.target active' }, (look) => same(look.line('dcos-target'), 'active')),
  inDcos({ id: 'dcos.units', required: 'the units of its roles, and no others' }, unitsVerdict),
  inDcos({ id: 'dcos.set-up', required: 'set up by dcos-node' }, (look) => {
    const status = nodeStatus(look);
    return status === undefined ? NO_DCOS_NODE : { ok: status.setup === 'done', actual: status.setup };
  }),
  inDcos({ id: 'dcos.healthy', required: 'healthy, says dcos-node', severity: 'warning' }, (look) => {
    const status = nodeStatus(look);
    if (status === undefined) return NO_DCOS_NODE;
    const { ok, actual } = noneOf(status.problems);
    return { ok, actual: ok ? 'healthy' : actual };
  }),
  inDcos({ id: 'dcos.running', required: 'every unit runs', severity: 'warning' }, (look) => {
    // Where it is asked, dcos-node tells the same and more.
    if (nodeStatus(look) !== undefined) return { skipped: 'dcos-node tells it: dcos.healthy' };
    const states = look.lines('dcos-states').map((line) => line.split(' '));
    const timers = new Set(states.flatMap(([unit = '']) => (unit.endsWith('.timer') ? unit.slice(0, -6) : [])));
    return noneOf(
      states.flatMap(([unit = '', state = '', condition]) => {
        const isTimed = state === 'inactive' && timers.has(unit.replace(/\.service$/, ''));
        const isFine = state === 'active' || isTimed || (state === 'inactive' && condition === 'no');
        return isFine ? [] : `${unit} is ${state}`;
      }),
    );
  }),
];

const NETWORK: readonly Rule<NodeFacts>[] = [
  inNode({ id: 'network.names', required: 'finds all others by name, and their names', ...OURS }, (_look, facts) =>
    byProbe(facts, (probe) => facts.others.flatMap((other) => namesWrong(probe, other))),
  ),
  inNode({ id: 'network.echo', required: 'an echo from all others', ...OURS }, (_look, facts) =>
    byProbe(facts, ({ echoes }) =>
      facts.others.flatMap(({ hostName, ip }) => (echoes[ip]?.ok === true ? [] : `${hostName}: no echo`)),
    ),
  ),
];

/** Ids are public, and never renamed. */
export const NODE_RULES: readonly Rule<NodeFacts>[] = [...MACHINE, ...DCOS, ...NETWORK, ...SERVICES.map(serviceRule)];

/** Skipped where no package brings the service for these roles. */
function serviceRule(service: Service): Rule<NodeFacts> {
  const { name, unit, port, reach } = service;
  const who = reach === 'network' ? 'to the others' : 'to itself';
  return inDcos(
    { id: `service.${name}`, required: `answers on port ${port} ${who}` },
    (look, { node, others, probes }) => {
      if (!isExpected(look, unit)) return { skipped: `it is not meant to run ${unit}` };
      const askers = reach === 'network' && others.length > 0 ? others : [node];
      const heard = askers.flatMap(({ hostName }) => {
        const attempt = probes.get(hostName)?.answers[questionId(node, name)];
        return attempt === undefined ? [] : [{ hostName, attempt }];
      });
      if (heard.length === 0) return { ok: false, actual: 'nobody could be asked' };
      return { ok: heard.every(({ attempt }) => attempt.ok), actual: heard.map(saidTo).join('; ') };
    },
  );
}

function saidTo({ hostName, attempt }: { readonly hostName: string; readonly attempt: Attempt }): string {
  return `${attempt.text} to ${hostName}`;
}

function readyVerdict(health: NodeFacts['health']): Verdict {
  const about = health.filter(({ isAboutGuest }) => isAboutGuest);
  const isReady = about.some(({ state }) => state === 'Ready');
  return { ok: isReady, actual: isReady ? 'Ready' : (about.at(-1)?.state ?? 'nothing') };
}

function unitsVerdict(look: GuestLook): Verdict {
  const linked = new Set(look.lines('dcos-linked'));
  const wanted = new Set(look.lines('dcos-wanted'));
  const missing = [...wanted].filter((unit) => !linked.has(unit)).map((unit) => `${unit} is missing`);
  const foreign = look.lines('dcos-known').filter((unit) => linked.has(unit) && !wanted.has(unit));
  const { ok, actual } = noneOf([...missing, ...foreign.map((unit) => `${unit} is of another role`)]);
  return { ok, actual: ok ? `all ${wanted.size}` : actual };
}

function byProbe({ node, others, probes }: NodeFacts, wrong: (probe: Probe) => readonly string[]): Verdict {
  if (others.length === 0) return { skipped: 'there is no other machine' };
  const own = probes.get(node.hostName);
  if (own === undefined) return { ok: false, actual: 'it could not be asked' };
  const { ok, actual } = noneOf(wrong(own));
  return { ok, actual: ok ? `all ${others.length}` : actual };
}

function namesWrong({ names, reverse }: Probe, { hostName, fullName, ip }: NodeFacts['node']): readonly string[] {
  const forward = [hostName, fullName].filter((name) => names[name]?.ok !== true || names[name].text !== ip);
  const back = reverse[ip]?.text.toLowerCase() === fullName.toLowerCase() ? [] : [ip];
  return [...forward, ...back].map((what) => `${what}: ${(names[what] ?? reverse[what])?.text ?? 'not looked up'}`);
}
