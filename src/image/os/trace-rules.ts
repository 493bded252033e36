/** What an image must not bring along: what makes it one certain machine, and what its making left behind. */
import { askedBy, type Rule } from '../rules.ts';
import type { ImageFacts } from './image-facts.ts';
import { noneOf } from './verdicts.ts';

const DEPROVISION = 'waagent -deprovision';
const SYSTEMD = 'systemd, "Safely Building Images"';
const HOSTNAMES = ['', 'localhost', 'localhost.localdomain'];

export const TRACE_RULES: readonly Rule<ImageFacts>[] = [
  {
    ...{ id: 'generalised.machine-id', severity: 'error', required: 'no id of a machine' },
    ...askedBy({ policy: '200.4' }, SYSTEMD),
    judge: ({ traces }) => noneOf(traces.machineIds.map(({ path }) => path)),
  },
  {
    ...{
      id: 'generalised.hostname',
      severity: 'error',
      required: 'no host name, localhost, or the name of the system',
    },
    ...askedBy({ policy: '200.4' }, DEPROVISION),
    judge: ({ traces: { hostname }, system }) => ({
      ok: [...HOSTNAMES, system.id].includes(hostname),
      actual: hostname === '' ? 'none' : hostname,
    }),
  },
  {
    ...{ id: 'generalised.resolv-conf', severity: 'error', required: 'no name servers of another network' },
    ...askedBy({ policy: '200.4' }, DEPROVISION),
    judge: ({ traces }) => noneOf(traces.nameservers),
  },
  {
    ...{ id: 'generalised.cloud-init', severity: 'error', required: 'no state of cloud-init' },
    ...askedBy({ policy: '200.4' }),
    judge: ({ traces }) => noneOf(traces.cloudInstances),
  },
  {
    ...{ id: 'generalised.waagent', severity: 'error', required: '/var/lib/waagent is empty' },
    ...askedBy({ policy: '200.4' }, DEPROVISION),
    judge: ({ traces }) => noneOf(traces.waagentState),
  },
  {
    ...{ id: 'generalised.logs', severity: 'error', required: 'no log of waagent or cloud-init' },
    ...askedBy({ policy: '200.4' }, DEPROVISION),
    judge: ({ traces }) => noneOf(traces.agentLogs),
  },
  {
    ...{ id: 'generalised.dhcp', severity: 'error', required: 'no lease of DHCP' },
    ...askedBy({ policy: '200.4' }, DEPROVISION),
    judge: ({ traces }) => noneOf(traces.leases),
  },
  {
    ...{
      id: 'generalised.seeds',
      severity: 'error',
      required: 'no random seed and no key of systemd',
      source: SYSTEMD,
    },
    judge: ({ traces }) => noneOf(traces.seeds),
  },
  {
    ...{
      id: 'leftovers.keys',
      severity: 'warning',
      required: 'no private keys, no tokens',
      ...askedBy({ policy: '200.5' }),
    },
    judge: ({ traces }) => noneOf(traces.secrets),
  },
  {
    ...{ id: 'leftovers.logs', severity: 'warning', required: 'no logs', ...askedBy({ policy: '200.5' }) },
    judge: ({ traces }) => noneOf(traces.logs),
  },
  {
    ...{
      id: 'leftovers.crontabs',
      severity: 'warning',
      required: 'no crontabs of users',
      ...askedBy({ policy: '200.5' }),
    },
    judge: ({ traces }) => noneOf(traces.crontabs),
  },
  {
    ...{ id: 'leftovers.packages', severity: 'warning', required: 'every package installed to the end' },
    ...askedBy({ policy: '200.5' }),
    judge: ({ packages }) =>
      packages.manager === 'dpkg' ? noneOf(packages.unfinished) : { skipped: 'packages are not those of dpkg' },
  },
  {
    ...{ id: 'leftovers.files', severity: 'info', required: 'no temporary files, no downloaded packages' },
    source: 'dcos-build',
    judge: ({ traces }) => noneOf(traces.temporary),
  },
];
