/** Work folders for programs that run as several users, such as apt with its own for downloads. */
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { removeOfAnyOwner } from './any-owner.ts';
import { temporaryFolder } from './files.ts';
import { sweepSharedLeftovers } from './leftovers.ts';

/**
 * Makes a folder among the machine's temporary ones, where any user can look into it: our own are mostly in somebody's
 * home. It goes when it is disposed, whoever its files belong to. What runs that were killed have left goes first.
 *
 * @param name without slashes; begins the name of the folder
 */
export async function openSharedScratch(name: string): Promise<AsyncDisposable & { readonly path: string }> {
  await sweepSharedLeftovers(name);
  const { path } = await temporaryFolder(tmpdir(), name);
  await chmod(path, 0o755);
  return { path, [Symbol.asyncDispose]: () => removeOfAnyOwner(path) };
}
