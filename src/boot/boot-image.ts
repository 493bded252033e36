/** Boots an image as Azure would, looks at it from inside, boots it again, and judges what was seen. */
import { randomUUID } from 'node:crypto';
import { temporaryFolder } from '../host/files.ts';
import { judge, type Finding } from '../image/rules.ts';
import type { Generation } from '../image/vhd-rules.ts';
import type { BootFacts } from './boot-facts.ts';
import { withAccelerator, type Accelerator } from './accelerator.ts';
import { BOOT_RULES } from './boot-rules.ts';
import { guestScript } from './guest-script.ts';
import { cloudConfigOf, NEIGHBOUR, type Guest } from './guest.ts';
import { addressOf } from './network/address.ts';
import { Gateway } from './network/gateway.ts';
import { VirtualNetwork } from './network/virtual-network.ts';
import { openNode } from './node.ts';
import { prepareHost } from './prepare-host.ts';
import { waitForBoot, type BootEnd, type BootFailure, type OneBoot } from './one-boot.ts';
import { runInGuest, makeSshKey } from './ssh.ts';

export interface BootOptions {
  readonly generation: Generation;
  /** Size of the image's disk. */
  readonly imageBytes: number;
  readonly format?: 'vpc' | 'raw';
  /** Role that the guest is given; undefined: none. */
  readonly role: string | undefined;
  /** Of each of the two boots; undefined: what the accelerator needs. */
  readonly timeoutMs: number | undefined;
  readonly secureBoot: boolean;
  readonly accelerator: Accelerator | 'auto';
  /** Where the log of the serial console goes; a picture of the screen goes beside it, as `.png`. */
  readonly consolePath: string;
  /** Folder for the disk that is written to and for sockets. */
  readonly scratch: string;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

export interface BootReport {
  readonly generation: Generation;
  readonly accelerator: Accelerator;
  readonly secureBoot: boolean;
  readonly consolePath: string;
  readonly picturePath: string | undefined;
  /** From power on to the end of the boot, of each that was waited for. */
  readonly durationsMs: readonly number[];
  readonly failure: BootFailure | undefined;
  readonly findings: readonly Finding[];
}

const TIMEOUT_MS = { kvm: 300_000, tcg: 900_000 } as const;
/** The guest's disk is larger than the image, so that it is seen whether the root grows. */
const EXTRA_BYTES = 1 << 30;
const MEMORY_MIB = 2048;
const SSH_PORT = 22;

/** @throws UserError HOST_INCOMPLETE, IMAGE_INVALID, EXECUTOR_UNAVAILABLE; a boot that fails is a finding */
export async function bootImage(image: string, options: BootOptions): Promise<BootReport> {
  const { accelerator, scratch, say } = options;
  await prepareHost(scratch);
  return await withAccelerator(accelerator, say, (chosen) => bootWith(chosen, image, options));
}

async function bootWith(accelerator: Accelerator, image: string, options: BootOptions): Promise<BootReport> {
  const { generation, role, signal, consolePath, say } = options;
  const isSecure = generation === 'V2' && options.secureBoot;
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder(options.scratch, 'dcos-boot')).path;
  const key = await makeSshKey(folder, signal);
  const guest = newGuest(key.publicKey, role);
  const network = new VirtualNetwork([guest, NEIGHBOUR]);
  const diskBytes = options.imageBytes + EXTRA_BYTES;
  say(
    `booting ${generation} ${isSecure ? 'with Secure Boot, ' : ''}${accelerator === 'tcg' ? 'without' : 'with'} KVM …`,
  );
  const node = stack.use(
    await openNode({
      hardware: {
        ...{ image, format: options.format ?? 'vpc', diskBytes, generation, isSecure, accelerator },
        memoryMib: MEMORY_MIB,
      },
      ...{ guest, gateway: new Gateway(network), forwardedPorts: [SSH_PORT] },
      ...{ consolePath, folder, signal },
    }),
  );
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS[accelerator];
  const names = [NEIGHBOUR.hostName, network.fullName(NEIGHBOUR)];
  const script = (waitSeconds: number): string => guestScript({ userName: guest.userName, role, names, waitSeconds });
  const boot = { node, keyFile: key.file, script, accelerator, timeoutMs, signal, afterResets: undefined };
  const { ends, durationsMs, picturePath } = await bootTwice(boot, consolePath, say);
  const { health, requests } = node.standIns;
  const facts: BootFacts = { generation, isSecure, guest, role, diskBytes, health, requests, ends };
  return {
    ...{ generation, accelerator, secureBoot: isSecure, consolePath, picturePath, durationsMs },
    failure: ends.at(-1)?.failure,
    findings: judge(BOOT_RULES, facts),
  };
}

interface Boots {
  /** The first, and the second if the first succeeded. */
  readonly ends: readonly BootEnd[];
  readonly durationsMs: readonly number[];
  readonly picturePath: string | undefined;
}

async function bootTwice(boot: OneBoot, consolePath: string, say: (text: string) => void): Promise<Boots> {
  const first = await timed(() => waitForBoot(boot));
  const picture = consolePath.replace(/(\.log)?$/, '.png');
  const picturePath = (await boot.node.machine.takePicture(picture)) ? picture : undefined;
  if (first.end.look === undefined) return { ends: [first.end], durationsMs: [first.durationMs], picturePath };
  const second = await timed(() => reboot(boot, say));
  return { ends: [first.end, second.end], durationsMs: [first.durationMs, second.durationMs], picturePath };
}

/** Boots once more, from inside. */
async function reboot(boot: OneBoot, say: (text: string) => void): Promise<BootEnd> {
  const { node, keyFile, signal } = boot;
  const { machine, guest } = node;
  const afterResets = machine.resets;
  const port = await machine.sshPort();
  say('booting once more …');
  if (port !== undefined) {
    await runInGuest({ port, userName: guest.userName, keyFile, signal }, 'sudo -n systemctl reboot');
  }
  return await waitForBoot({ ...boot, afterResets });
}

async function timed(work: () => Promise<BootEnd>): Promise<{ readonly end: BootEnd; readonly durationMs: number }> {
  const start = performance.now();
  const end = await work();
  return { end, durationMs: Math.round(performance.now() - start) };
}

function newGuest(publicKey: string, role: string | undefined): Guest {
  return {
    hostName: 'boot-test',
    address: addressOf(0, { ip: '10.0.0.4', prefixLength: 24 }),
    userName: 'azureuser',
    publicKey,
    customData: cloudConfigOf(role),
    vmId: randomUUID(),
    containerId: randomUUID(),
    instanceId: randomUUID(),
    faultDomain: 0,
    updateDomain: 0,
  };
}
