/** Removes what belongs to ids that are ours to give away: programs have made it as root of a user namespace of ours. */
import { isRoot, run } from './process.ts';

/** A command in a user namespace whose root is who runs it, with all the ids that /etc/subuid and /etc/subgid give them. */
export const OWN_NAMESPACE: readonly string[] = ['--user', '--map-root-user', '--map-auto'];

/** Removes a file or a whole folder, if it is there, whoever of us it belongs to. */
export async function removeOfAnyOwner(path: string): Promise<void> {
  const failure = await tryToRemove(path);
  if (failure !== undefined) throw new Error(failure);
}

/** The same for what harms nobody if it stays. What is mounted below is left alone. @returns why it cannot be removed */
export async function tryToRemove(path: string): Promise<string | undefined> {
  const command = ['rm', '--recursive', '--force', '--one-file-system', '--', path] as const;
  const [program, ...args] = command;
  const alone = await run(program, args);
  if (alone.status === 0) return undefined;
  if (isRoot()) return alone.stderr;
  const { status, stderr } = await run('unshare', [...OWN_NAMESPACE, ...command]);
  return status === 0 ? undefined : `${alone.stderr}${stderr}`;
}
