/** One machine with what stands in for Azure around it: the disk that it writes to, its console, its place in a network. */
import { join } from 'node:path';
import type { Generation } from '../image/vhd-rules.ts';
import { BootConsole } from './console.ts';
import { firmwareIn } from './firmware.ts';
import type { Guest } from './guest.ts';
import { Machine, makeOverlay } from './machine.ts';
import type { Gateway } from './network/gateway.ts';
import { openStandIns, type StandIns } from './stand-ins.ts';

/** What is put into a machine, of whatever name. */
interface Hardware {
  /** The image, which is only read. */
  readonly image: string;
  readonly format: 'vpc' | 'raw';
  /** Size of the disk that the guest sees. */
  readonly diskBytes: number;
  readonly generation: Generation;
  /** Secure Boot, which generation 1 has not. */
  readonly isSecure: boolean;
  readonly accelerator: 'kvm' | 'tcg';
  readonly memoryMib: number;
}

export interface NodeOptions {
  readonly hardware: Hardware;
  readonly guest: Guest;
  readonly gateway: Gateway;
  readonly forwardedPorts: readonly number[];
  /** Where the log of the serial console goes. */
  readonly consolePath: string;
  /** For everything else; has to be there, and is nobody else's. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

export interface Node extends AsyncDisposable {
  readonly guest: Guest;
  readonly machine: Machine;
  readonly console: BootConsole;
  readonly standIns: StandIns;
}

/** With two, and other load on this machine, TCG's timer comes too late for the kernel, which takes it for broken. */
const CPUS = 1;

/** Switches a machine on; it is there until the scope ends. @throws UserError HOST_INCOMPLETE, IMAGE_INVALID, FOLDER_UNUSABLE */
export async function openNode(options: NodeOptions): Promise<Node> {
  const { hardware, guest, gateway, forwardedPorts, consolePath, folder, signal } = options;
  const { image, format, diskBytes, generation, isSecure, accelerator, memoryMib } = hardware;
  await using stack = new AsyncDisposableStack();
  const standIns = stack.use(await openStandIns(folder, guest, gateway));
  const console = stack.use(new BootConsole(consolePath));
  const disk = join(folder, 'disk.qcow2');
  await makeOverlay(disk, { image, format, bytes: diskBytes });
  const firmware = generation === 'V2' ? await firmwareIn(folder, isSecure) : undefined;
  const { sockets, media } = standIns;
  const { vmId, address } = guest;
  const settings = {
    firmware,
    accelerator,
    cpus: CPUS,
    memoryMib,
    disk,
    media,
    vmId,
    address,
    forwardedPorts,
    sockets,
  };
  const onReset = (): void => standIns.forgetLease();
  const machine = stack.use(await Machine.start({ machine: settings, console, folder, signal, onReset }));
  const opened = stack.move();
  return { guest, machine, console, standIns, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}
