/** `cluster up --local`: a cluster definition as machines on this host. */
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalCluster } from '../../boot/local-cluster.ts';
import { composeClusterNodeData } from '../../cluster/compose-node-data.ts';
import { composeTemplate, type ClusterTemplate } from '../../cluster/template.ts';
import { freeMemoryBytes } from '../../host/free-memory.ts';
import type { ClusterDefinition } from '../../recipe/cluster-definition.ts';
import { parseClusterDefinition } from '../../recipe/parse-cluster.ts';
import { outFolder, print, type CommonArguments, type Context } from '../context.ts';
import { readClusterFile, requireDefinition } from './cluster-file.ts';
import { localImage, type LocalImage } from './local-image.ts';
import { localMachines } from './local-machines.ts';
import { checkUpArguments, MEMORY_MIB, type UpArguments } from './up-options.ts';
import { cutToSize } from './up-size.ts';
import { clusterJson, describeNodes, describeReport } from './up-text.ts';

const MIB = 1 << 20;
/** Without KVM, one processor brings so many machines up in a time that a person waits for. */
const MACHINES_PER_CORE = 2;
const LOOK_EVERY_MS = 500;

export interface LocalArguments extends CommonArguments, UpArguments {
  readonly image: string | undefined;
}

/** @returns the exit status: 1 if a machine did not come up, or fails a rule */
export async function upCluster(args: LocalArguments, word: string, context: Context): Promise<number> {
  checkUpArguments(args);
  const file = requireDefinition(await readClusterFile(word, context));
  const { definition: whole, warnings } = parseClusterDefinition(file.shown, file.text);
  for (const { message } of warnings) context.stderr.write(`warning: ${message}\n`);
  const image = await localImage(args.image, whole, { args, context });
  const { masters, agents, memory = MEMORY_MIB, accelerator = 'auto', bootTimeout } = args;
  const { definition, note } = cutToSize(whole, { masters, agents, room: roomFor(memory) });
  if (note !== undefined) context.stderr.write(`${note}\n`);
  const { machines, userName } = localMachines(composed(definition, image), definition);
  const { startCluster } = await import('../../boot/local-cluster.ts');
  await using cluster = await startCluster({
    ...{ image: image.path, imageBytes: image.bytes, machines, userName, memoryMib: memory },
    ...{ generation: `V${definition.image.generation}`, secureBoot: definition.image.trusted_launch },
    ...{ accelerator, timeoutMs: bootTimeout === undefined ? undefined : bootTimeout * 1000 },
    consoles: join(outFolder(context, args, context.cwd), 'clusters', definition.name, 'consoles'),
    scratch: resolve(context.cwd, context.env['TMPDIR'] ?? '/tmp'),
    say: (text) => context.stderr.write(`${text}\n`),
    signal: context.signal,
  });
  return await useCluster(cluster, args, context);
}

/** The template that `cluster template` would make of it, for an image that Azure need not know. */
function composed(definition: ClusterDefinition, { tree }: LocalImage): ClusterTemplate {
  const { generation, trusted_launch: trustedLaunch } = definition.image;
  const own: ClusterDefinition = {
    ...definition,
    image: { ...LOCAL_IMAGE, generation, trusted_launch: trustedLaunch },
  };
  return composeTemplate(own, {
    image: { kind: 'gallery', id: LOCAL_IMAGE.id, generation, trustedLaunch, plan: undefined },
    nodeData: composeClusterNodeData(own, tree),
    ...{ release: undefined, repositoryUrl: undefined, templateUrl: undefined },
  });
}

const LOCAL_IMAGE = {
  id: '/subscriptions/00000000-0000-0000-0000-000000000000/local',
  disk_controllers: ['SCSI' as const],
};

/** How many machines this host can run. */
function roomFor(memoryMib: number): number {
  const byMemory = Math.floor(freeMemoryBytes() / ((memoryMib + OVERHEAD_MIB) * MIB));
  return Math.max(1, Math.min(byMemory, availableParallelism() * MACHINES_PER_CORE));
}

/** Of QEMU, at most. */
const OVERHEAD_MIB = 512;

async function useCluster(cluster: LocalCluster, args: LocalArguments, context: Context): Promise<number> {
  const { cwd, signal } = context;
  const isUp = cluster.nodes.every(({ end }) => end.failure === undefined);
  let isGood = isUp;
  const isAnyUp = cluster.nodes.some(({ end }) => end.failure === undefined);
  const { test = false, keep = false } = args;
  if (test) {
    if (isAnyUp) context.stderr.write('every machine asks all others …\n');
    const { checkCluster } = await import('../../boot/local/check.ts');
    const report = await checkCluster(cluster, signal);
    const text = `${describeNodes(cluster, cwd)}\n\n${describeReport(report)}`;
    print(context, args.json, clusterJson(cluster, report), text);
    ({ isGood } = report);
  } else {
    print(context, args.json, clusterJson(cluster), describeNodes(cluster, cwd));
  }
  if (isAnyUp && (!test || keep)) await stayUp(cluster, args, context);
  return isGood ? 0 : 1;
}

/** Until Ctrl-C, or the time is over, or the last machine has been switched off from inside. */
async function stayUp({ nodes }: LocalCluster, { timeout }: LocalArguments, context: Context): Promise<void> {
  const until = timeout === undefined ? 'you press Ctrl-C' : `${timeout} seconds are over, or you press Ctrl-C`;
  context.stderr.write(`running until ${until} …\n`);
  const over = timeout === undefined ? [] : [AbortSignal.timeout(timeout * 1000)];
  const signal = AbortSignal.any([context.signal, ...over]);
  while (!signal.aborted && nodes.some(({ node }) => node.machine.end === undefined)) {
    // Either way it is the end that was asked for.
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}
