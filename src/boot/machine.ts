/** A running QEMU with its disk and console. It never outlives the scope that holds it, nor this process. */
import { join, resolve } from 'node:path';
import { cleanEnvironment } from '../host/environment.ts';
import { killGroup, startGroup, type GroupEnd, type ProcessGroup } from '../host/process-group.ts';
import { run } from '../host/process.ts';
import { UserError } from '../model/errors.ts';
import type { BootConsole } from './console.ts';
import { qemuArguments, type MachineOptions } from './qemu-arguments.ts';
import { Qmp } from './qmp.ts';

const SSH_PORT = 22;
/** As QEMU tells of a forwarded port: state, descriptor, our address and port, that of the guest. */
const FORWARD = /HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(?<host>\d+)\s+\S+\s+(?<guest>\d+)/g;

export interface OverlayOptions {
  /** The image, which is only read. */
  readonly image: string;
  readonly format: 'vpc' | 'raw';
  /** Size of the disk that the guest sees; not below that of the image. */
  readonly bytes: number;
}

/** Makes a disk that shows the image and takes what is written. @throws UserError HOST_INCOMPLETE, IMAGE_INVALID */
export async function makeOverlay(path: string, { image, format, bytes }: OverlayOptions): Promise<void> {
  const args = ['create', '-q', '-f', 'qcow2', '-b', resolve(image), '-F', format, path, String(bytes)];
  const { status, stderr } = await run('qemu-img', args, { env: cleanEnvironment() });
  if (status === 0) return;
  throw new UserError('IMAGE_INVALID', `QEMU cannot read ${image}: ${stderr.trim()}`, {
    hint: 'Look at it with "dcos-build image inspect".',
  });
}

export interface StartOptions {
  readonly machine: Omit<MachineOptions, 'sockets'> & { readonly sockets: Omit<MachineOptions['sockets'], 'qmp'> };
  readonly console: BootConsole;
  /** For the socket of QMP. */
  readonly folder: string;
  /** The guest begins anew. */
  readonly onReset: () => void;
  /** Ends the machine. */
  readonly signal: AbortSignal;
}

export class Machine implements AsyncDisposable {
  readonly #group: ProcessGroup;
  readonly #qmp: Qmp;
  readonly #listening: AsyncDisposable;
  readonly #ended: Promise<void>;
  #resets = 0;
  #end: GroupEnd | undefined;

  private constructor(group: ProcessGroup, qmp: Qmp, listening: AsyncDisposable) {
    this.#group = group;
    this.#qmp = qmp;
    this.#listening = listening;
    this.#ended = this.#waitForEnd();
  }

  /** @throws UserError HOST_INCOMPLETE if there is no QEMU */
  static async start({ machine, console, folder, onReset, signal }: StartOptions): Promise<Machine> {
    signal.throwIfAborted();
    await using stack = new AsyncDisposableStack();
    const socket = join(folder, 'qmp');
    const events: { onReset: () => void } = { onReset: () => undefined };
    const onEvent = (name: string): void => {
      if (name === 'RESET') events.onReset();
    };
    const { qmp } = stack.use(await Qmp.listen(socket, onEvent));
    const args = qemuArguments({ ...machine, sockets: { ...machine.sockets, qmp: socket } });
    const group = await startGroup('qemu-system-x86_64', args, {
      env: cleanEnvironment(),
      onOutput: (chunk) => console.write(chunk),
    });
    const started = new Machine(group, qmp, stack.move());
    events.onReset = () => {
      started.#resets += 1;
      console.begin();
      onReset();
    };
    started.#endWith(signal);
    return started;
  }

  #endWith(signal: AbortSignal): void {
    const kill = (): void => killGroup(this.#group);
    signal.addEventListener('abort', kill, { once: true });
    if (signal.aborted) kill();
    void this.#ended.then(() => signal.removeEventListener('abort', kill));
  }

  async #waitForEnd(): Promise<void> {
    this.#end = await this.#group.ended;
    this.#qmp.ended();
    await this.#listening[Symbol.asyncDispose]();
  }

  /** How often the guest began anew. */
  get resets(): number {
    return this.#resets;
  }

  /** How QEMU ended, if it has. */
  get end(): GroupEnd | undefined {
    return this.#end;
  }

  /** Where this machine's ssh is on 127.0.0.1; undefined while QEMU does not tell. */
  async sshPort(): Promise<number | undefined> {
    return (await this.hostPorts()).get(SSH_PORT);
  }

  /** Ports of 127.0.0.1 by the port of the guest that they lead to; none while QEMU does not tell. */
  async hostPorts(): Promise<ReadonlyMap<number, number>> {
    const command = { 'command-line': 'info usernet' };
    const answer = await this.#qmp.execute('human-monitor-command', command).catch(() => undefined);
    const lines = typeof answer === 'string' ? [...answer.matchAll(FORWARD)] : [];
    return new Map(lines.map(({ groups }) => [Number(groups?.['guest']), Number(groups?.['host'])]));
  }

  /** Takes a picture of the screen, as PNG. @returns false if QEMU could not */
  async takePicture(path: string): Promise<boolean> {
    return await this.#qmp.execute('screendump', { filename: path, format: 'png' }).then(
      () => true,
      () => false,
    );
  }

  /** Pulls the plug, and waits until nothing of it is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#end === undefined) killGroup(this.#group);
    await this.#ended;
  }
}
