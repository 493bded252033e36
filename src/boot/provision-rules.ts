/** Whether the guest became what it was told to be, as on Azure. */
import { askedBy, type Rule, type Verdict } from '../image/rules.ts';
import { inFirst, NOT_UP, same, type BootFacts } from './boot-facts.ts';
import { MARKER, NEIGHBOUR } from './guest.ts';

const CLOUD_INIT = askedBy({}, 'cloud-init, DataSourceAzure');
const POLICY = askedBy({ policy: '200.5' });
const AGENT = askedBy({ policy: '200.3.3' });
const NAMES = askedBy({ lisa: 'verify_dns_name_resolution' });
const OURS = askedBy({}, 'dcos-build');

/** What cloud-init does not ask for. */
const GOAL_STATE = /^wireserver GET \S+comp=extensionsConfig 200$/;

export const PROVISION_RULES: readonly Rule<BootFacts>[] = [
  inFirst({ id: 'provision.datasource', severity: 'error', required: 'DataSourceAzure', ...CLOUD_INIT }, (look) => {
    const datasource = look.datasource();
    return { ok: datasource.startsWith('DataSourceAzure'), actual: datasource === '' ? 'none' : datasource };
  }),
  {
    ...{ id: 'provision.ready', severity: 'error', required: 'Ready to the wireserver' },
    ...askedBy({}, 'Azure docs, no-agent'),
    judge: (facts) => (facts.ends[0]?.look === undefined ? NOT_UP : readyVerdict(facts)),
  },
  inFirst(
    { id: 'provision.hostname', severity: 'error', required: 'the name it was given', ...CLOUD_INIT },
    (look, { guest }) => same(look.line('hostname'), guest.hostName),
  ),
  inFirst({ id: 'provision.user', severity: 'error', required: 'the user it was given', ...CLOUD_INIT }, (look) => {
    const [name = '', , uid = ''] = look.line('passwd').split(':');
    return { ok: name !== '', actual: name === '' ? 'no such user' : `${name}, uid ${uid}` };
  }),
  inFirst(
    { id: 'provision.key', severity: 'error', required: 'the key it was given, alone', ...POLICY },
    (look, { guest }) => {
      const keys = look.lines('keys').filter((line) => !line.startsWith('#'));
      const isRight = keys.length === 1 && keys[0] === guest.publicKey;
      return { ok: isRight, actual: isRight ? 'that one' : `${keys.length} keys` };
    },
  ),
  inFirst(
    { id: 'provision.password', severity: 'error', required: 'passwords of user and root locked', ...POLICY },
    (look) => {
      const states = [look.line('password'), look.line('root-password')].map(passwordState);
      return { ok: states.every((state) => state === 'locked'), actual: states.join(', ') };
    },
  ),
  inFirst({ id: 'provision.custom-data', severity: 'error', required: 'customData applied', ...CLOUD_INIT }, (look) => {
    const isApplied = look.line('marker') === MARKER.text;
    return { ok: isApplied, actual: isApplied ? 'applied' : 'its file is not there' };
  }),
  inFirst({ id: 'provision.agent', severity: 'error', required: 'waagent active', ...AGENT }, (look) => {
    const isActive = look.lines('waagent').includes('active');
    return { ok: isActive, actual: isActive ? 'active' : (look.lines('waagent')[0] ?? 'not there') };
  }),
  {
    ...{ id: 'provision.goal-state', severity: 'error', required: 'waagent fetched its goal state', ...AGENT },
    judge: ({ ends: [first], requests }) => {
      if (first?.look === undefined) return NOT_UP;
      const isFetched = requests.some((request) => GOAL_STATE.test(request));
      return { ok: isFetched, actual: isFetched ? 'fetched' : 'it did not ask for it' };
    },
  },
  inFirst(
    { id: 'provision.routes', severity: 'warning', required: 'the routes of DHCP option 121', ...OURS },
    (look) => {
      const routes = look.lines('routes');
      const missing = ['default', '168.63.129.16', '169.254.169.254'].filter(
        (target) => !routes.some((route) => route.startsWith(`${target} `)),
      );
      return { ok: missing.length === 0, actual: missing.length === 0 ? 'all' : `none to ${missing.join(', ')}` };
    },
  ),
  inFirst(
    { id: 'provision.names', severity: 'error', required: 'names of its network, short and whole', ...NAMES },
    (look) => {
      const answers = look.lines('names').map((line) => line.split(' '));
      const wrong = answers.filter(([, ip]) => ip !== NEIGHBOUR.address.ip);
      if (wrong.length > 0) return { ok: false, actual: `not found: ${wrong.map(([name]) => name).join(', ')}` };
      return { ok: answers.length > 0, actual: answers.length > 0 ? 'found' : 'nothing' };
    },
  ),
];

/** waagent says NotReady while it waits for cloud-init, which is no failure. */
function readyVerdict({ health }: BootFacts): Verdict {
  const reports = health.filter(({ isAboutGuest }) => isAboutGuest);
  const bad = reports.find(({ subStatus }) => /fail/i.test(subStatus ?? ''));
  const told = bad ?? reports.find(({ state }) => state === 'Ready') ?? reports.at(-1);
  if (told === undefined) return { ok: false, actual: 'nothing' };
  const { state, subStatus, description } = told;
  const actual = [state, subStatus, description].filter((each) => each !== undefined).join(': ');
  return { ok: state === 'Ready', actual };
}

/** As `passwd -S` tells. */
function passwordState(letter: string): string {
  return { L: 'locked', LK: 'locked', P: 'set', NP: 'empty' }[letter] ?? 'not known';
}
