/** git, without prompts and without what the caller's shell or repository would lend it. */
import { cleanEnvironment } from './environment.ts';
import { type CommandResult, run } from './process.ts';

export interface GitOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface LocalOptions extends GitOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What git reads from its standard input. */
  readonly input?: string;
}

/** What names a repository in the environment, as in a hook that runs us. `git rev-parse --local-env-vars` lists it. */
const LOCAL_VARIABLES =
  /^GIT_(?:DIR|WORK_TREE|IMPLICIT_WORK_TREE|COMMON_DIR|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|GRAFT_FILE|SHALLOW_FILE|PREFIX|NAMESPACE|CONFIG|CONFIG_PARAMETERS|NO_REPLACE_OBJECTS|REPLACE_REF_BASE)$/;

/** The remote's name in the commands that {@link gitNetwork} runs. */
export const REMOTE = 'pinned';

/**
 * Runs git where it talks to another machine. The user's own configuration counts (proxies, credential helpers, ssh),
 * but nobody is asked anything. The address comes in through the environment, so that a password in it is neither in
 * the list of processes nor in a file.
 *
 * @param folder a bare repository
 */
export async function gitNetwork(
  folder: string,
  url: string,
  args: readonly string[],
  { signal }: GitOptions,
): Promise<CommandResult> {
  const env = userEnvironment();
  const count = Number(env['GIT_CONFIG_COUNT'] ?? 0);
  Object.assign(env, {
    GIT_DIR: folder,
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS: '',
    GIT_SSH_COMMAND: env['GIT_SSH_COMMAND'] ?? `${env['GIT_SSH'] ?? 'ssh'} -o BatchMode=yes`,
    GIT_CONFIG_COUNT: String(count + 1),
    [`GIT_CONFIG_KEY_${count}`]: `remote.${REMOTE}.url`,
    [`GIT_CONFIG_VALUE_${count}`]: url,
  });
  const settings = ['-c', 'gc.auto=0', '-c', 'core.hooksPath=/dev/null', '-c', 'fetch.recurseSubmodules=false'];
  return await run('git', [...settings, ...args], { env, cwd: folder, ...(signal === undefined ? {} : { signal }) });
}

/** Runs git as the user would in that folder, with the user's own configuration (`safe.directory`, line ends). */
export async function gitUser(folder: string, args: readonly string[], { signal }: GitOptions): Promise<CommandResult> {
  return await run('git', ['-C', folder, ...args], {
    env: { ...userEnvironment(), GIT_OPTIONAL_LOCKS: '0' },
    ...(signal === undefined ? {} : { signal }),
  });
}

function userEnvironment(): Record<string, string> {
  const own = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || LOCAL_VARIABLES.test(name) ? [] : [[name, value]],
  );
  return { ...Object.fromEntries(own), LC_ALL: 'C' };
}

/** Runs git on what is here: no configuration but the repository's own, so that it does the same for everyone. */
export async function gitLocal(
  args: readonly string[],
  { signal, env = {}, input }: LocalOptions,
): Promise<CommandResult> {
  const isolated = {
    ...cleanEnvironment(),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    HOME: '/nonexistent',
    ...env,
  };
  const optional = { ...(signal === undefined ? {} : { signal }), ...(input === undefined ? {} : { input }) };
  return await run('git', args, { env: isolated, ...optional });
}

/** The last line of what git said, which is the one that counts. */
export function gitComplaint({ stderr, stdout }: CommandResult): string {
  const lines = (stderr.trim() || stdout.trim()).split('\n');
  const fatal = lines.find((line) => /^(?:fatal|error): /.test(line)) ?? lines.at(-1) ?? '';
  return fatal.replace(/^(?:fatal|error): /, '');
}
