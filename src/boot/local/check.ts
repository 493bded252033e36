/** Holds a running cluster against the rules: every machine asks all others. */
import { hasError, judge, type Finding } from '../../image/rules.ts';
import type { ClusterNode, LocalCluster } from '../local-cluster.ts';
import { runInGuest, type SshTarget } from '../ssh.ts';
import { isExpected, questionId, type Identity } from './facts.ts';
import { readProbe, type Probe } from './probe.ts';
import { probeScript, type ProbeRequest } from './probe-script.ts';
import { NODE_RULES } from './rules.ts';
import { SERVICES } from './services.ts';

export interface NodeReport {
  readonly hostName: string;
  readonly ip: string;
  readonly findings: readonly Finding[];
}

export interface ClusterReport {
  readonly isGood: boolean;
  readonly nodes: readonly NodeReport[];
}

/** Services may still be starting when the machine is up. */
const WAIT_SECONDS = { kvm: 60, tcg: 240 } as const;
const ATTEMPTS = 3;
const LOOPBACK = '127.0.0.1';

export async function checkCluster(cluster: LocalCluster, signal: AbortSignal): Promise<ClusterReport> {
  const identities = cluster.nodes.map((node) => identityOf(node, cluster));
  const probes = new Map<string, Probe>();
  await Promise.all(
    cluster.nodes.map(async ({ machine, node, hostPorts, end }) => {
      const port = hostPorts.get(22);
      if (end.look === undefined || port === undefined) return;
      const request = requestOf(machine.hostName, cluster, identities);
      const target = { port, userName: cluster.userName, keyFile: cluster.keyFile, signal };
      const probe = await probeFrom(target, request);
      if (probe !== undefined && node.machine.end === undefined) probes.set(machine.hostName, probe);
    }),
  );
  signal.throwIfAborted();
  const nodes = cluster.nodes.map(({ machine: { hostName, ip }, node, end }, index): NodeReport => {
    const [own] = identities.slice(index);
    if (own === undefined) throw new Error(`no identity of ${hostName}`);
    const others = identities.filter((each) => each !== own);
    return {
      hostName,
      ip,
      findings: judge(NODE_RULES, { node: own, others, end, health: node.standIns.health, probes }),
    };
  });
  return { isGood: nodes.every(({ findings }) => !hasError(findings)), nodes };
}

/** @returns undefined if it cannot be asked, which is not believed at once */
async function probeFrom(target: SshTarget, request: ProbeRequest): Promise<Probe | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { stdout, isConnected } = await runInGuest(target, 'sudo -n python3 -', probeScript(request));
    if (isConnected) return readProbe(stdout);
  }
  return undefined;
}

function identityOf({ machine: { hostName, ip, roles }, node }: ClusterNode, { network }: LocalCluster): Identity {
  return { hostName, ip, roles, fullName: network.fullName(node.guest) };
}

/** What one machine is to find out: services that are there, on the others, and on itself those that nobody else reaches. */
function requestOf(asker: string, cluster: LocalCluster, identities: readonly Identity[]): ProbeRequest {
  const others = identities.filter(({ hostName }) => hostName !== asker);
  const questions = cluster.nodes.flatMap(({ machine, end }) => {
    const isOwn = machine.hostName === asker;
    const { look } = end;
    if (look === undefined) return [];
    return SERVICES.filter(({ unit, reach }) => {
      return isExpected(look, unit) && isOwn === (reach === 'itself' || others.length === 0);
    }).map(({ name, port, reach, ask, address = LOOPBACK }) => {
      return { ...ask, id: questionId(machine, name), address: reach === 'itself' ? address : machine.ip, port };
    });
  });
  return {
    names: others.flatMap(({ hostName, fullName }) => [hostName, fullName]),
    addresses: others.map(({ ip }) => ip),
    questions,
    waitSeconds: WAIT_SECONDS[cluster.accelerator],
  };
}
