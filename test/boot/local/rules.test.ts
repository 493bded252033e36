/** Each rule on machines of a local cluster, with what they show when it alone fails. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SECTION } from '../../../src/boot/guest-script.ts';
import { GuestLook } from '../../../src/boot/guest-look.ts';
import { questionId, type Identity, type NodeFacts } from '../../../src/boot/local/facts.ts';
import { nodeScript } from '../../../src/boot/local/node-script.ts';
import { readProbe, type Probe } from '../../../src/boot/local/probe.ts';
import { NODE_RULES } from '../../../src/boot/local/rules.ts';
import { SERVICES } from '../../../src/boot/local/services.ts';
import { judge, type Finding } from '../../../src/image/rules.ts';

const MASTER: Identity = {
  ...{ hostName: 'master-0', fullName: 'master-0.dcos.internal.cloudapp.net', ip: '172.16.0.5' },
  roles: ['master', 'azure_master'],
};
const AGENT: Identity = {
  ...{ hostName: 'public-0', fullName: 'public-0.dcos.internal.cloudapp.net', ip: '10.0.0.4', roles: ['slave_public'] },
};

/** What a master prints, section by section, when all is well. */
const GOOD: Readonly<Record<string, string>> = {
  'cloud-init': 'status: done',
  state: 'running',
  failed: '',
  result: '{ "v1": { "datasource": "DataSourceAzure [seed=/dev/sr0]", "errors": [] } }',
  hostname: 'master-0',
  addresses: '172.16.0.5/24',
  roles: 'azure_master\nmaster',
  dcos: 'yes',
  'dcos-target': 'active',
  'dcos-setup': 'Role: master',
  'dcos-linked':
    'dcos-adminrouter.service\ndcos-history-service.service\ndcos-resolv.service\ndcos-resolv.timer\nfoo.service',
  'dcos-wanted': 'dcos-adminrouter.service\ndcos-history-service.service\ndcos-resolv.service\ndcos-resolv.timer',
  'dcos-known':
    'dcos-adminrouter-agent.service\ndcos-adminrouter.service\ndcos-history-service.service\ndcos-resolv.service\ndcos-resolv.timer',
  'dcos-node': '{"setup": "done", "problems": []}',
  'dcos-states':
    'dcos-adminrouter.service active yes\ndcos-history-service.service active yes\n' +
    'dcos-resolv.service inactive yes\ndcos-resolv.timer active yes',
};

/** An image from before dcos-node. */
const OLD = { 'dcos-node': undefined };

const fine = (text: string) => ({ ok: true, text });
const bad = (text: string) => ({ ok: false, text });

const OWN: Probe = {
  names: { [AGENT.hostName]: fine(AGENT.ip), [AGENT.fullName]: fine(AGENT.ip) },
  reverse: { [AGENT.ip]: fine(AGENT.fullName) },
  echoes: { [AGENT.ip]: fine('answered') },
  answers: { 'master-0/history': fine('200') },
};
const OTHER: Probe = { names: {}, reverse: {}, echoes: {}, answers: { 'master-0/adminrouter': fine('200') } };

interface Changes {
  readonly look?: Readonly<Record<string, string | undefined>>;
  readonly own?: Partial<Probe> | 'silent';
  readonly other?: Partial<Probe>;
  readonly facts?: Partial<NodeFacts>;
}

function look(sections: Readonly<Record<string, string | undefined>>): GuestLook {
  const present = Object.entries(sections).filter(([, text]) => text !== undefined);
  return GuestLook.parse(present.map(([name, text]) => `\n${SECTION}${name}\n${text}`).join('\n'));
}

function factsOf({ look: changed = {}, own = {}, other = {}, facts = {} }: Changes): NodeFacts {
  const probes = new Map([[AGENT.hostName, { ...OTHER, ...other }]]);
  if (own !== 'silent') probes.set(MASTER.hostName, { ...OWN, ...own });
  return {
    ...{ node: MASTER, others: [AGENT], probes, end: { look: look({ ...GOOD, ...changed }), lines: [] } },
    health: [{ state: 'Ready', subStatus: undefined, description: undefined, isAboutGuest: true }],
    ...facts,
  };
}

const told = (facts: NodeFacts, wanted: Finding['result']) =>
  judge(NODE_RULES, facts).flatMap(({ id, result, actual }) => (result === wanted ? [`${id}: ${actual}`] : []));

test('a machine with which all is well passes all rules but those on services that it has not', () => {
  expect(told(factsOf({}), 'failed')).toEqual([]);
  expect(told(factsOf({}), 'passed')).toContain('service.adminrouter: 200 to public-0');
  expect(told(factsOf({}), 'passed')).toContain('service.history: 200 to master-0');
  expect(told(factsOf({}), 'skipped').every((line) => /^service\.|^dcos\.running/.test(line))).toBe(true);
});

test.each<[string, Changes]>([
  ['node.ready: nothing', { facts: { health: [] } }],
  ['node.hostname: localhost', { look: { hostname: 'localhost' } }],
  ['node.address: 10.0.2.15', { look: { addresses: '10.0.2.15/24' } }],
  ['node.address: none', { look: { addresses: '' } }],
  ['node.cloud-init: no user', { look: { result: '{ "v1": { "errors": ["no user"] } }' } }],
  ['node.units: ssh.service', { look: { failed: 'ssh.service loaded failed failed OpenSSH' } }],
  ['dcos.roles: master', { look: { roles: 'master' } }],
  ['dcos.target: inactive', { look: { 'dcos-target': 'inactive' } }],
  [
    'dcos.units: dcos-history-service.service is missing',
    { look: { 'dcos-linked': 'dcos-adminrouter.service\ndcos-resolv.service\ndcos-resolv.timer' } },
  ],
  [
    'dcos.units: dcos-adminrouter-agent.service is of another role',
    { look: { 'dcos-linked': `${GOOD['dcos-linked']}\ndcos-adminrouter-agent.service` } },
  ],
  [
    'dcos.running: dcos-cluster-id.service is activating',
    { look: { ...OLD, 'dcos-states': `${GOOD['dcos-states']}\ndcos-cluster-id.service activating yes` } },
  ],
  [
    'dcos.running: dcos-resolv.service is inactive',
    { look: { ...OLD, 'dcos-states': 'dcos-resolv.service inactive yes' } },
  ],
  ['dcos.set-up: pending', { look: { 'dcos-node': '{"setup": "pending", "problems": []}' } }],
  ['dcos.healthy: a.service fails.', { look: { 'dcos-node': '{"setup": "done", "problems": ["a.service fails."]}' } }],
  [
    'network.names: public-0: Name or service not known',
    { own: { names: { ...OWN.names, 'public-0': bad('Name or service not known') } } },
  ],
  [
    'network.names: public-0.dcos.internal.cloudapp.net: 10.0.0.9',
    { own: { names: { ...OWN.names, [AGENT.fullName]: fine('10.0.0.9') } } },
  ],
  ['network.names: 10.0.0.4: not looked up', { own: { reverse: {} } }],
  ['network.echo: public-0: no echo', { own: { echoes: { [AGENT.ip]: bad('lost') } } }],
  [
    'service.adminrouter: timed out to public-0',
    { other: { answers: { [questionId(MASTER, 'adminrouter')]: bad('timed out') } } },
  ],
  ['service.adminrouter: nobody could be asked', { other: { answers: {} } }],
  [
    'service.history: HTTP Error 500 to master-0',
    { own: { answers: { [questionId(MASTER, 'history')]: bad('HTTP Error 500') } } },
  ],
])('%s', (expected, changes) => {
  expect(told(factsOf(changes), 'failed')).toEqual([expected]);
});

test('of a machine that never came up, all is skipped but that', () => {
  const failure = { cause: 'The kernel panicked.', hint: '', lastLines: [] };
  expect(told(factsOf({ facts: { end: { lines: [], failure } } }), 'failed')).toEqual([
    'node.comes-up: The kernel panicked.',
  ]);
  expect(told(factsOf({ facts: { end: { lines: [], failure } } }), 'passed')).toEqual([]);
});

test('who answers nothing fails what it would have told', () => {
  expect(told(factsOf({ own: 'silent' }), 'failed')).toEqual([
    'network.names: it could not be asked',
    'network.echo: it could not be asked',
    'service.history: nobody could be asked',
  ]);
});

test('a machine alone has nobody to find, and asks its services itself', () => {
  const answers = { 'master-0/adminrouter': fine('200'), 'master-0/history': fine('200') };
  const facts = factsOf({ own: { answers }, facts: { others: [] } });
  expect(told(facts, 'failed')).toEqual([]);
  expect(told(facts, 'passed')).toContain('service.adminrouter: 200 to master-0');
  expect(told(facts, 'skipped')).toEqual(
    expect.arrayContaining(['network.names: there is no other machine', 'network.echo: there is no other machine']),
  );
});

test('a service whose condition is not met is not asked for', () => {
  const states =
    'dcos-adminrouter.service inactive no\ndcos-history-service.service active yes\ndcos-resolv.timer active yes';
  const facts = factsOf({ look: { 'dcos-states': states }, other: { answers: {} } });
  expect(told(facts, 'failed')).toEqual([]);
  expect(told(facts, 'skipped')).toContain('service.adminrouter: it is not meant to run dcos-adminrouter.service');
});

test('a plain Debian is held against the rules on machines and network alone', () => {
  const plain = Object.fromEntries(
    Object.keys(GOOD).flatMap((name) => (name.includes('dcos') ? [[name, undefined]] : [])),
  );
  const facts = factsOf({ look: plain });
  expect(told(facts, 'failed')).toEqual([]);
  expect(told(facts, 'passed').some((line) => /^(?:dcos|service)\./.test(line))).toBe(false);
});

test('every section that a rule reads is printed by the script, which is one of a shell', () => {
  const script = nodeScript(60);
  const printed = [...script.matchAll(/\bsection ([a-z-]+);/g)].map(([, name]) => name);
  expect(Object.keys(GOOD).filter((name) => !printed.includes(name))).toEqual([]);
  expect(() => execFileSync('sh', ['-n'], { input: script })).not.toThrow();
});

test('every service has an id of its own, and a unit and a port that no other has on the same machine', () => {
  expect(new Set(SERVICES.map(({ name }) => name)).size).toBe(SERVICES.length);
  expect(new Set(SERVICES.map(({ unit, port }) => `${unit} ${port}`)).size).toBe(SERVICES.length);
});

test('the documentation has every rule, and every service with its unit and port', () => {
  const page = readFileSync('docs/clusters.md', 'utf8').replaceAll(/ +/g, ' ');
  const ids = NODE_RULES.map(({ id }) => id).filter((id) => !id.startsWith('service.'));
  const rows = SERVICES.map(({ name, unit, port }) => `| \`${name}\` | \`${unit}\` | ${port} |`);
  expect([...ids.map((id) => `| \`${id}\` |`), ...rows].filter((row) => !page.includes(row))).toEqual([]);
});

test('what is no answer of the program is not believed, and answers are shown without what moves a cursor', () => {
  expect(readProbe('')).toBeUndefined();
  expect(readProbe('{"names": {}}')).toBeUndefined();
  const odd = { names: { a: { ok: false, text: '\u001b[2Jgone' } }, reverse: {}, echoes: {}, answers: {} };
  expect(readProbe(JSON.stringify(odd))?.names['a']?.text).toBe('gone');
});
