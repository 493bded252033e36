/** A cluster on this machine: virtual machines from one image in one private network, each given its own customData. */
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { makeFolder, temporaryFolder } from '../host/files.ts';
import { freeMemoryBytes } from '../host/free-memory.ts';
import { inParallel } from '../host/in-parallel.ts';
import { formatDuration } from '../report/format.ts';
import { withAccelerator, type Accelerator } from './accelerator.ts';
import type { Guest } from './guest.ts';
import { requireMemory } from './local/memory.ts';
import { nodeScript } from './local/node-script.ts';
import type { ClusterMachine, ClusterOptions } from './local/options.ts';
import { tellStages } from './local/progress.ts';
import { addressOf } from './network/address.ts';
import { Gateway } from './network/gateway.ts';
import { VirtualNetwork } from './network/virtual-network.ts';
import { openNode, type Node, type NodeOptions } from './node.ts';
import { waitForBoot, type BootEnd } from './one-boot.ts';
import { prepareHost } from './prepare-host.ts';
import { makeSshKey, type SshKey } from './ssh.ts';

/** One machine that was switched on. */
export interface ClusterNode {
  readonly machine: ClusterMachine;
  readonly node: Node;
  /** How its first boot ended. */
  readonly end: BootEnd;
  /** Ports of 127.0.0.1 by those of the machine. */
  readonly hostPorts: ReadonlyMap<number, number>;
  readonly consolePath: string;
}

export interface LocalCluster extends AsyncDisposable {
  readonly network: VirtualNetwork;
  readonly nodes: readonly ClusterNode[];
  readonly accelerator: Accelerator;
  readonly userName: string;
  /** With which ssh is let in; it goes with the cluster. */
  readonly keyFile: string;
  readonly durationMs: number;
}

/** For a machine that has a processor of this host to itself. */
const TIMEOUT_MS = { kvm: 300_000, tcg: 900_000 } as const;
/** The disks are larger than the image: whoever tries something needs room. They take what is written alone. */
const EXTRA_BYTES = 8 * 2 ** 30;
const SSH_PORT = 22;
const FAULT_DOMAINS = 3;

/**
 * Starts all machines, and waits until each has come up or has failed to; which of the two, its `end` says. Nothing of it is
 * left when the scope ends, or this process.
 *
 * @throws UserError HOST_INCOMPLETE, IMAGE_INVALID, FOLDER_UNUSABLE, EXECUTOR_UNAVAILABLE
 */
export async function startCluster(options: ClusterOptions): Promise<LocalCluster> {
  await prepareHost(options.scratch);
  await makeFolder(options.consoles);
  return await withAccelerator(options.accelerator, options.say, (chosen) => startWith(chosen, options));
}

async function startWith(accelerator: Accelerator, options: ClusterOptions): Promise<LocalCluster> {
  const { machines, memoryMib, userName, signal } = options;
  requireMemory({ machines: machines.length, memoryMib, accelerator }, freeMemoryBytes());
  const startedAt = performance.now();
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder(options.scratch, 'dcos-up')).path;
  const key = await makeSshKey(folder, signal);
  const members = machines.map((machine, index) => ({ machine, guest: guestOf(machine, index, { userName, key }) }));
  const gateway = new Gateway(new VirtualNetwork(members.map(({ guest }) => guest)));
  const start = async ({ machine, guest }: Member, abort: AbortSignal): Promise<ClusterNode> => {
    const own = join(folder, guest.vmId);
    await makeFolder(own);
    const consolePath = join(options.consoles, `${machine.hostName}.log`);
    const node = stack.use(
      await openNode({
        hardware: hardwareOf(options, accelerator),
        ...{ guest, gateway, forwardedPorts: [...new Set([SSH_PORT, ...machine.ports])] },
        ...{ consolePath, folder: own, signal: abort },
      }),
    );
    const say = (text: string): void => {
      options.say(`[${formatDuration(performance.now() - startedAt).padStart(6)}] ${machine.hostName}: ${text}`);
    };
    const timeoutMs = options.timeoutMs ?? timeoutOf(accelerator, machines.length);
    const end = await comeUp(node, { keyFile: key.file, accelerator, timeoutMs, say, signal: abort });
    return { machine, node, end, hostPorts: await node.machine.hostPorts(), consolePath };
  };
  const nodes = await inParallel(members, { jobs: members.length, signal }, start);
  const opened = stack.move();
  return {
    ...{ network: gateway.network, nodes, accelerator, userName, keyFile: key.file },
    durationMs: Math.round(performance.now() - startedAt),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

interface Member {
  readonly machine: ClusterMachine;
  readonly guest: Guest;
}

function guestOf(
  { hostName, ip, prefixLength, customData }: ClusterMachine,
  index: number,
  { userName, key }: { readonly userName: string; readonly key: SshKey },
): Guest {
  return {
    ...{ hostName, userName, customData, publicKey: key.publicKey, address: addressOf(index, { ip, prefixLength }) },
    ...{ vmId: randomUUID(), containerId: randomUUID(), instanceId: randomUUID() },
    ...{ faultDomain: index % FAULT_DOMAINS, updateDomain: index },
  };
}

function hardwareOf(options: ClusterOptions, accelerator: Accelerator): NodeOptions['hardware'] {
  const { image, imageBytes, format = 'vpc', generation, secureBoot, memoryMib } = options;
  const isSecure = generation === 'V2' && secureBoot;
  return { image, format, diskBytes: imageBytes + EXTRA_BYTES, generation, isSecure, accelerator, memoryMib };
}

/** Machines that share a processor take turns. */
function timeoutOf(accelerator: Accelerator, machines: number): number {
  return TIMEOUT_MS[accelerator] * Math.max(1, machines / availableParallelism());
}

interface ComingUp {
  readonly keyFile: string;
  readonly accelerator: Accelerator;
  readonly timeoutMs: number;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

async function comeUp(node: Node, { say, ...options }: ComingUp): Promise<BootEnd> {
  say('switched on');
  const done = new AbortController();
  const telling = tellStages(node, say, AbortSignal.any([options.signal, done.signal]));
  try {
    const onConnected = (port: number): void => say(`answers ssh on port ${port} of 127.0.0.1`);
    const end = await waitForBoot({ node, script: nodeScript, afterResets: undefined, onConnected, ...options });
    say(end.failure === undefined ? 'is up' : `has failed: ${end.failure.cause}`);
    return end;
  } finally {
    done.abort();
    await telling;
  }
}
