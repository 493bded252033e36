/** Builds in a bubblewrap sandbox on a builder root of ours: no daemon, no network, no privilege. */
import { UserError } from '../model/errors.ts';
import { JOBSERVER_DESCRIPTOR, JOBSERVER_OPTION } from '../host/jobserver.ts';
import { watchMemory } from '../host/memory.ts';
import { killProcess, processGone, startGroup, STATUS_DESCRIPTOR, type GroupEnd } from '../host/process-group.ts';
import { runOnTerminal, terminalEnvironment } from '../host/terminal.ts';
import { bubblewrapArguments } from './bubblewrap-arguments.ts';
import type { BuildDescription, BuildEnd, Executor, RunOptions } from './executor.ts';
import { programEnd } from './program-end.ts';
import { supervise } from './supervise.ts';

/** The environment of bubblewrap itself; a build can read it (in /proc/1), so nothing of the host's is in it. */
const OWN_ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' } as const;
/** How much of the output is kept to explain a sandbox that could not be set up. */
const COMPLAINT_BYTES = 2000;
/** Above are those of programs that a signal ended. */
const LARGEST_STATUS = 128;

export const bubblewrap: Executor = { name: 'bubblewrap', run, shell };

async function run(description: BuildDescription, options: RunOptions): Promise<BuildEnd> {
  if (options.signal.aborted) return { kind: 'cancelled' };
  const sandbox = new Sandbox();
  const { memoryBytes } = description.limits;
  using supervision = supervise(description.limits, options, () => sandbox.kill());
  using resources = new DisposableStack();
  sandbox.onStarted = (pid) => {
    resources.use(watchMemory(pid, memoryBytes, () => supervision.stop({ kind: 'memory', memoryBytes })));
  };
  const args = bubblewrapArguments(withJobserver(description, options), { statusDescriptor: STATUS_DESCRIPTOR });
  const group = await startGroup('bwrap', args, {
    env: OWN_ENVIRONMENT,
    descriptors: new Map(options.jobserver === undefined ? [] : [[JOBSERVER_DESCRIPTOR, options.jobserver]]),
    onStatus: (line) => sandbox.takeStatus(line),
    onOutput: (chunk) => {
      sandbox.overhear(chunk);
      supervision.onOutput(chunk);
    },
  });
  const end = await group.ended;
  await sandbox.gone();
  return supervision.verdict(() => sandbox.verdict(end));
}

function shell(description: BuildDescription): Promise<number> {
  const terminal = terminalEnvironment();
  const command = ['/bin/sh', '-c', 'exec "$(command -v bash || command -v sh)" -i'];
  const environment = { ...description.environment, ...terminal };
  const args = bubblewrapArguments({ ...description, environment, command }, { terminal: true });
  return runOnTerminal('bwrap', args, { ...OWN_ENVIRONMENT, ...terminal });
}

/** Not in MAKEFLAGS: a script that calls make without jobs, since its package cannot be made in parallel, keeps its will. */
function withJobserver(description: BuildDescription, { jobserver }: RunOptions): BuildDescription {
  if (jobserver === undefined) return description;
  return { ...description, environment: { ...description.environment, MAKE_JOBS: JOBSERVER_OPTION } };
}

/** What is known of one sandbox from the status lines of its bubblewrap. */
class Sandbox {
  /** Called with the first process of the sandbox: when that ends, the kernel ends all others in it. */
  onStarted: (pid: number) => void = () => undefined;
  #first: number | undefined;
  #condemned = false;
  #setUp = false;
  #complaint = '';

  takeStatus(line: string): void {
    if (line.includes('"exit-code"')) this.#setUp = true;
    const [, pid] = /"child-pid": (\d+)/.exec(line) ?? [];
    if (pid === undefined) return;
    this.#first = Number(pid);
    if (this.#condemned) killProcess(this.#first);
    else this.onStarted(this.#first);
  }

  overhear(chunk: Uint8Array): void {
    if (this.#complaint.length < COMPLAINT_BYTES) this.#complaint += Buffer.from(chunk).toString('utf8');
  }

  /** Before there is a first process, this waits for it: bubblewrap alone would leave it behind for a moment. */
  kill(): void {
    this.#condemned = true;
    if (this.#first !== undefined) killProcess(this.#first);
  }

  /** Waits until the last process is gone: what the command left running is ended with its bubblewrap. */
  async gone(): Promise<void> {
    if (this.#first !== undefined) await processGone(this.#first);
  }

  /** @throws UserError EXECUTOR_UNAVAILABLE if the sandbox was never whole */
  verdict(end: GroupEnd): BuildEnd {
    const commandNotThere = this.#complaint.startsWith('bwrap: execvp ');
    const killed = end.code === undefined || end.code > LARGEST_STATUS;
    if (this.#setUp || commandNotThere || killed) return programEnd(end);
    throw new UserError('EXECUTOR_UNAVAILABLE', `bubblewrap could not set up the sandbox: ${this.#complaint.trim()}`, {
      hint: 'Run "dcos-build doctor", which tries bubblewrap and says what it lacks.',
    });
  }
}
