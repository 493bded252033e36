/** The container engine of this machine, and what it knows of images. */
import { run } from '../host/process.ts';
import { UserError } from '../model/errors.ts';

/** In the order in which they are tried. */
const ENGINES = ['docker', 'podman'] as const;

export type Engine = (typeof ENGINES)[number];

/**
 * The first engine that is installed and answers.
 *
 * @throws UserError EXECUTOR_UNAVAILABLE with what each of them lacks
 */
export async function findEngine(): Promise<Engine> {
  const complaints: string[] = [];
  for (const engine of ENGINES) {
    const complaint = await complaintOf(engine);
    if (complaint === undefined) return engine;
    complaints.push(`${engine}: ${complaint}`);
  }
  throw new UserError('EXECUTOR_UNAVAILABLE', `No container engine works here (${complaints.join('; ')}).`, {
    hint: 'This component is built in an image: install docker or podman, or give it a builder of builders/.',
  });
}

/** Why the engine cannot be used, or undefined. `docker version` asks the daemon too. */
async function complaintOf(engine: Engine): Promise<string | undefined> {
  try {
    const { status, stderr } = await run(engine, ['version']);
    return status === 0 ? undefined : (stderr.trim().split('\n').at(-1) ?? `exit status ${status}`);
  } catch (error) {
    if (error instanceof UserError && error.code === 'HOST_INCOMPLETE') return 'not installed';
    throw error;
  }
}

/**
 * The id of an image as it enters package ids: `sha256:` and 64 hex digits. An image that is not here is pulled once,
 * as pkgpanda does.
 *
 * @throws UserError BUILDER_UNKNOWN with the engine's words if there is no such image
 */
export async function imageId(engine: Engine, reference: string): Promise<string> {
  const known = await inspect(engine, reference);
  if (known !== undefined) return known;
  const pulled = await run(engine, ['pull', reference]);
  const id = await inspect(engine, reference);
  if (id !== undefined) return id;
  throw new UserError('BUILDER_UNKNOWN', `${engine} has no image "${reference}": ${pulled.stderr.trim()}`, {
    hint: 'Check the value of "docker" in buildinfo.json; a builder of ours would be builders/<name>.json.',
  });
}

async function inspect(engine: Engine, reference: string): Promise<string | undefined> {
  const { status, stdout } = await run(engine, ['inspect', '-f', '{{ .Id }}', reference]);
  const id = stdout.trim();
  if (status !== 0 || id === '') return undefined;
  return id.startsWith('sha256:') ? id : `sha256:${id}`; // podman leaves the algorithm out
}

/**
 * The id of an image, asked of the engine of this machine, or undefined where there is none: then somebody has to give
 * the id.
 *
 * @throws UserError BUILDER_UNKNOWN if the engine cannot get the image
 */
export async function imageIdIfKnown(reference: string): Promise<string | undefined> {
  try {
    return await imageId(await findEngine(), reference);
  } catch (error) {
    if (error instanceof UserError && error.code === 'EXECUTOR_UNAVAILABLE') return undefined;
    throw error;
  }
}
