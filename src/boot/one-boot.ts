/** Waits for one boot of a guest: until it answers ssh and is done, or until it is clear that it will not be. */
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../model/errors.ts';
import type { Accelerator } from './accelerator.ts';
import { isHopeless, likelyCause, type Cause } from './cause.ts';
import { LAST_LINES } from './console.ts';
import { GuestLook } from './guest-look.ts';
import type { Node } from './node.ts';
import { runInGuest, type SshResult, type SshTarget } from './ssh.ts';

export interface BootFailure extends Cause {
  /** The end of the console. */
  readonly lastLines: readonly string[];
}

export type BootEnd =
  | { readonly look: GuestLook; readonly lines: readonly string[]; readonly failure?: undefined }
  | { readonly look?: undefined; readonly lines: readonly string[]; readonly failure: BootFailure };

export interface OneBoot {
  readonly node: Node;
  readonly keyFile: string;
  /** What root's shell runs in the guest to see how it is, and may wait so long for it to be done with its boot. */
  readonly script: (waitSeconds: number) => string;
  readonly accelerator: Accelerator;
  readonly timeoutMs: number;
  /** Nothing counts before the guest began anew more often than this: it is still on its way down. */
  readonly afterResets: number | undefined;
  /** The guest answers ssh at this port of 127.0.0.1. */
  readonly onConnected?: (port: number) => void;
  readonly signal: AbortSignal;
}

const LOOK_EVERY_MS = 1000;
/** After a sign that there is no hope, for what is written behind it. */
const MOST_RESETS = 6;
const LAST_WORDS_MS = 2000;
/** What the script may take besides waiting for the guest to be done. */
const SCRIPT_SECONDS = 60;

/** @throws UserError EXECUTOR_UNAVAILABLE if QEMU failed; what the signal was aborted with */
export async function waitForBoot(boot: OneBoot): Promise<BootEnd> {
  const end = AbortSignal.timeout(boot.timeoutMs);
  const deadline = performance.now() + boot.timeoutMs;
  const signal = AbortSignal.any([boot.signal, end]);
  const { console } = boot.node;
  const seen = { sshError: undefined as string | undefined };
  try {
    const target = await waitForSsh(boot, signal, seen);
    if (target !== undefined) {
      const waitSeconds = Math.max(10, Math.round((deadline - performance.now()) / 1000) - SCRIPT_SECONDS);
      boot.onConnected?.(target.port);
      const answer = await runInGuest(target, 'sudo -n sh -s', boot.script(waitSeconds));
      if (answer.status === 0) return { look: GuestLook.parse(answer.stdout), lines: console.lines() };
      seen.sshError = answer.stderr;
    }
  } catch (error) {
    boot.signal.throwIfAborted();
    if (!end.aborted) throw error;
  }
  boot.signal.throwIfAborted();
  return { lines: console.lines(), failure: failureOf(boot, seen.sshError) };
}

/** @returns undefined if the guest has ended, or cannot come up any more */
async function waitForSsh(
  boot: OneBoot,
  signal: AbortSignal,
  seen: { sshError: string | undefined },
): Promise<SshTarget | undefined> {
  const { machine, console, standIns, guest } = boot.node;
  for (;;) {
    await sleep(LOOK_EVERY_MS, undefined, { signal });
    if (machine.end !== undefined) return undefined;
    if (machine.resets <= (boot.afterResets ?? -1)) continue;
    if (isHopeless(console.lines()) || isLoop(boot)) {
      await sleep(LAST_WORDS_MS, undefined, { signal });
      return undefined;
    }
    const port = standIns.isLeased() ? await machine.sshPort() : undefined;
    if (port === undefined) continue;
    const target = { port, userName: guest.userName, keyFile: boot.keyFile, signal };
    const probe: SshResult = await runInGuest(target, 'true');
    if (probe.isConnected) return target;
    seen.sshError = probe.stderr;
  }
}

/** Firmware may reset once or twice by itself; who does it all the time crashes before it can say so. */
function isLoop({ node, afterResets = 0 }: OneBoot): boolean {
  return node.machine.resets - afterResets > MOST_RESETS;
}

function failureOf(boot: OneBoot, sshError: string | undefined): BootFailure {
  const { accelerator, timeoutMs } = boot;
  const { console, standIns, machine } = boot.node;
  const lines = console.lines();
  const lastLines = lines.slice(-LAST_LINES);
  if (machine.end !== undefined) {
    const { code, signal } = machine.end;
    if (code !== 0) throw qemuFailed(console.complaints().at(-1) ?? `it ended with ${signal ?? code}.`);
    return { cause: 'The guest switched itself off.', hint: 'Look at the last lines for who did it.', lastLines };
  }
  if (isLoop(boot)) {
    const hint = 'The kernel or its loader crashes before it can write anything: look at the picture of the screen.';
    return { cause: `The machine began anew ${machine.resets} times.`, hint, lastLines };
  }
  const trace = { lines, isLeased: standIns.isLeased(), sshError, accelerator, timeoutMs };
  return { ...pick(likelyCause(trace)), lastLines };
}

function qemuFailed(why: string): UserError {
  return new UserError('EXECUTOR_UNAVAILABLE', `QEMU cannot run this machine: ${why}`, {
    hint: 'Try "--accelerator tcg", or "--no-secure-boot".',
  });
}

function pick({ cause, hint }: Cause): Cause {
  return { cause, hint };
}
