/** Boots an image as Azure would, looks at it from inside, boots it again, and judges what was seen. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { temporaryFolder } from '../host/files.ts';
import { cleanEnvironment } from '../host/environment.ts';
import { canUseKvm } from '../host/kvm.ts';
import { sweepLeftovers } from '../host/leftovers.ts';
import { missingParts } from '../host/requirements.ts';
import { judge, type Finding } from '../image/rules.ts';
import type { Generation } from '../image/vhd-rules.ts';
import type { BootFacts } from './boot-facts.ts';
import { UserError } from '../model/errors.ts';
import { BOOT_RULES } from './boot-rules.ts';
import { BootConsole } from './console.ts';
import { firmwareIn } from './firmware.ts';
import { cloudConfigOf, type Guest } from './guest.ts';
import { Machine, makeOverlay } from './machine.ts';
import { waitForBoot, type BootEnd, type BootFailure, type OneBoot } from './one-boot.ts';
import { runInGuest, makeSshKey } from './ssh.ts';
import { openStandIns } from './stand-ins.ts';

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
  readonly accelerator: 'auto' | 'kvm' | 'tcg';
  /** Where the log of the serial console goes; a picture of the screen goes beside it, as `.png`. */
  readonly consolePath: string;
  /** Folder for the disk that is written to and for sockets. */
  readonly scratch: string;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

export interface BootReport {
  readonly generation: Generation;
  readonly accelerator: 'kvm' | 'tcg';
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
/** With two, and other load on this machine, TCG's timer comes too late for the kernel, which takes it for broken. */
const CPUS = 1;
const MEMORY_MIB = 2048;

/**
 * Where KVM is there and QEMU fails with it, as it does below some other hypervisors, it goes on without.
 *
 * @throws UserError HOST_INCOMPLETE, IMAGE_INVALID, EXECUTOR_UNAVAILABLE; a boot that fails is a finding
 */
export async function bootImage(image: string, options: BootOptions): Promise<BootReport> {
  const { accelerator, scratch, say } = options;
  requireTools(cleanEnvironment()['PATH'] ?? '');
  await sweepLeftovers(scratch);
  if (accelerator !== 'auto') return await bootWith(accelerator, image, options);
  if (!canUseKvm()) return await bootWith('tcg', image, options);
  try {
    return await bootWith('kvm', image, options);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'EXECUTOR_UNAVAILABLE') throw error;
    say(`${error.message}; going on without KVM`);
    return await bootWith('tcg', image, options);
  }
}

async function bootWith(accelerator: 'kvm' | 'tcg', image: string, options: BootOptions): Promise<BootReport> {
  const { generation, role, signal, consolePath, say } = options;
  const isSecure = generation === 'V2' && options.secureBoot;
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder(options.scratch, 'dcos-boot')).path;
  const key = await makeSshKey(folder, signal);
  const guest = newGuest(key.publicKey, role);
  const standIns = stack.use(await openStandIns(folder, guest));
  const console = stack.use(new BootConsole(consolePath));
  const diskBytes = options.imageBytes + EXTRA_BYTES;
  const disk = join(folder, 'disk.qcow2');
  await makeOverlay(disk, { image, format: options.format ?? 'vpc', bytes: diskBytes });
  const firmware = generation === 'V2' ? await firmwareIn(folder, isSecure) : undefined;
  const { sockets, media } = standIns;
  const settings = { firmware, accelerator, cpus: CPUS, memoryMib: MEMORY_MIB, disk, media, vmId: guest.vmId, sockets };
  say(
    `booting ${generation} ${isSecure ? 'with Secure Boot, ' : ''}${accelerator === 'tcg' ? 'without' : 'with'} KVM …`,
  );
  const onReset = (): void => standIns.forgetLease();
  const machine = stack.use(await Machine.start({ machine: settings, console, folder, signal, onReset }));
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS[accelerator];
  const boot = { machine, console, standIns, guest, keyFile: key.file, role, accelerator, timeoutMs, signal };
  const { ends, durationsMs, picturePath } = await bootTwice({ ...boot, afterResets: undefined }, consolePath, say);
  const { health, requests } = standIns;
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
  const picturePath = (await boot.machine.takePicture(picture)) ? picture : undefined;
  if (first.end.look === undefined) return { ends: [first.end], durationsMs: [first.durationMs], picturePath };
  const second = await timed(() => reboot(boot, say));
  return { ends: [first.end, second.end], durationsMs: [first.durationMs, second.durationMs], picturePath };
}

/** @throws UserError HOST_INCOMPLETE with all that is missing */
function requireTools(path: string): void {
  const missing = missingParts('boot', path).map(({ program }) => program);
  if (missing.length === 0) return;
  throw new UserError('HOST_INCOMPLETE', `To boot an image, this machine lacks ${missing.join(', ')}.`, {
    hint: 'Run "dcos-build doctor --fix --for boot", which installs what is missing.',
  });
}

/** Boots once more, from inside. */
async function reboot(boot: OneBoot, say: (text: string) => void): Promise<BootEnd> {
  const { machine, guest, keyFile, signal } = boot;
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
    userName: 'azureuser',
    publicKey,
    customData: cloudConfigOf(role),
    vmId: randomUUID(),
    containerId: randomUUID(),
    instanceId: randomUUID(),
  };
}
