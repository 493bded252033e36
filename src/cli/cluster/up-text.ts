/** What `cluster up` prints. */
import { relative } from 'node:path';
import type { ClusterReport, NodeReport } from '../../boot/local/check.ts';
import type { ClusterNode, LocalCluster } from '../../boot/local-cluster.ts';
import { formatDuration, plural } from '../../report/format.ts';
import { describeFindings } from '../image-text.ts';
import { formatTable } from '../table.ts';

const SSH_PORT = 22;
const HTTPS_PORT = 443;

/** Where each machine is found. @param cwd paths below it are shown as from there */
export function describeNodes(
  { nodes, userName, keyFile, accelerator, durationMs }: LocalCluster,
  cwd: string,
): string {
  const up = nodes.filter(({ end }) => end.failure === undefined);
  const rows = nodes.map((node) => [
    node.machine.hostName,
    node.machine.roles.join(', '),
    node.machine.ip,
    node.end.failure === undefined ? `127.0.0.1:${node.hostPorts.get(SSH_PORT) ?? ''}` : 'failed',
    webAddresses(node),
  ]);
  const [first] = up;
  const how = `${accelerator === 'kvm' ? 'with' : 'without'} KVM, after ${formatDuration(durationMs)}`;
  const port = first?.hostPorts.get(SSH_PORT);
  return [
    `${up.length} of ${plural(nodes.length, 'machine')} up, ${how}.`,
    '',
    formatTable([['NODE', 'ROLES', 'ADDRESS', 'SSH', 'WEB'], ...rows]),
    '',
    ...nodes.flatMap(describeFailure),
    ...(port === undefined
      ? []
      : [
          `ssh -i ${keyFile} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -p ${port} ${userName}@127.0.0.1`,
        ]),
    ...nodes.map(({ consolePath }) => `console  ${shown(consolePath, cwd)}`),
  ].join('\n');
}

/** The same for programs. */
export function clusterJson(cluster: LocalCluster, report?: ClusterReport) {
  const { accelerator, durationMs, userName, keyFile, nodes } = cluster;
  return {
    ...{ accelerator, durationMs, userName, keyFile },
    nodes: nodes.map(({ machine, hostPorts, consolePath, end }) => ({
      ...{ hostName: machine.hostName, ip: machine.ip, roles: machine.roles, consolePath },
      ports: Object.fromEntries(hostPorts),
      ...(end.failure === undefined ? {} : { failure: end.failure }),
      ...(report === undefined
        ? {}
        : { findings: report.nodes.find((each) => each.hostName === machine.hostName)?.findings }),
    })),
    ...(report === undefined ? {} : { isGood: report.isGood }),
  };
}

/** The findings of each machine, and a verdict. */
export function describeReport({ nodes, isGood }: ClusterReport): string {
  const failed = nodes.flatMap(({ findings }) => findings.filter(({ result }) => result === 'failed'));
  const errors = failed.filter(({ severity }) => severity === 'error').length;
  const told = `${plural(errors, 'error')}, ${plural(failed.length - errors, 'warning')}`;
  return [
    ...nodes.flatMap(describeNode),
    isGood ? `The cluster is up: ${told}.` : `The cluster is not well: ${told}.`,
  ].join('\n');
}

/** What cannot be told of a machine, such as of services that it has not, is counted alone. */
function describeNode({ hostName, ip, findings }: NodeReport): readonly string[] {
  const told = findings.filter(({ result }) => result !== 'skipped');
  const rest = findings.length - told.length;
  const more = rest === 0 ? [] : [`${plural(rest, 'rule')} more cannot be told of it.`];
  return [`${hostName}, ${ip}`, '', describeFindings(told), '', ...more, ''];
}

function webAddresses({ hostPorts, end }: ClusterNode): string {
  if (end.failure !== undefined) return '';
  const web = [...hostPorts].filter(([port]) => port !== SSH_PORT).toSorted(([a], [b]) => a - b);
  return web
    .map(([port, host]) => `${port} at ${port === HTTPS_PORT ? 'https' : 'http'}://127.0.0.1:${host}`)
    .join(', ');
}

function describeFailure({ machine, end }: ClusterNode): readonly string[] {
  if (end.failure === undefined) return [];
  const { cause, hint, lastLines } = end.failure;
  return [
    `${machine.hostName}: the last ${plural(lastLines.length, 'line')} of its console:`,
    ...lastLines.map((line) => `  | ${line}`),
    cause,
    hint,
    '',
  ];
}

function shown(path: string, cwd: string): string {
  const below = relative(cwd, path);
  return below.startsWith('..') ? path : below;
}
