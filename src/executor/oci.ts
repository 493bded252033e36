/** Builds in a container of docker or podman, for components whose builder is an image, as pkgpanda runs them. */
import { randomBytes } from 'node:crypto';
import { killGroup, startGroup, type GroupEnd, type ProcessGroup } from '../host/process-group.ts';
import { run as runProgram } from '../host/process.ts';
import { runOnTerminal, terminalEnvironment } from '../host/terminal.ts';
import { UserError } from '../model/errors.ts';
import type { BuildDescription, BuildEnd, Executor, RunOptions } from './executor.ts';
import { containerArguments } from './oci-arguments.ts';
import { findEngine, type Engine } from './oci-engine.ts';
import { programEnd } from './program-end.ts';
import { supervise } from './supervise.ts';

/** What `docker run` and `podman run` end with when the container could not be started. */
const ENGINE_FAILED = 125;
const COMPLAINT_BYTES = 2000;

/** An executor on the engine of this machine, which is looked for when the first build wants it. */
export function ociExecutor(): Executor {
  let found: Promise<Engine> | undefined;
  const engine = (): Promise<Engine> => (found ??= findEngine());
  return {
    name: 'oci',
    run: async (description, options) => await run(await engine(), description, options),
    shell: async (description) => await shell(await engine(), description),
  };
}

/** The jobserver stays out: what make an image has is not known, and containers inherit no descriptors. */
async function run(engine: Engine, description: BuildDescription, options: RunOptions): Promise<BuildEnd> {
  if (options.signal.aborted) return { kind: 'cancelled' };
  const container = containerName();
  let client: ProcessGroup | undefined;
  let removed: Promise<unknown> | undefined;
  using supervision = supervise(description.limits, options, () => {
    // The client first: one that is still about to start the container must not do so after it was removed.
    if (client !== undefined) killGroup(client);
    removed = runProgram(engine, ['rm', '--force', '--volumes', container]);
  });
  let complaint = '';
  client = await startGroup(engine, ['run', ...containerArguments(container, description)], {
    onOutput: (chunk) => {
      if (complaint.length < COMPLAINT_BYTES) complaint += Buffer.from(chunk).toString('utf8');
      supervision.onOutput(chunk);
    },
  });
  if (removed !== undefined) killGroup(client);
  const end = await client.ended;
  await removed;
  return supervision.verdict(() => containerEnd(engine, end, complaint));
}

async function shell(engine: Engine, description: BuildDescription): Promise<number> {
  const command = ['/bin/sh', '-c', 'exec "$(command -v bash || command -v sh)" -i'];
  const environment = { ...description.environment, ...terminalEnvironment() };
  const args = containerArguments(containerName(), { ...description, environment, command });
  return await runOnTerminal(engine, ['run', '--interactive', '--tty', ...args]);
}

function containerName(): string {
  return `dcos-build-${randomBytes(8).toString('hex')}`;
}

/** @throws UserError EXECUTOR_UNAVAILABLE if the engine did not start the container */
function containerEnd(engine: Engine, end: GroupEnd, complaint: string): BuildEnd {
  if (end.code !== ENGINE_FAILED || !/^(docker|Error|Unable to find image)/.test(complaint)) return programEnd(end);
  throw new UserError('EXECUTOR_UNAVAILABLE', `${engine} could not start the container: ${complaint.trim()}`, {
    hint: `Try "${engine} run --rm IMAGE true" by hand; its own words tell more.`,
  });
}
