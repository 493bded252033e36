/** Whether a repository elsewhere still gives a commit away. */
import { join } from 'node:path';
import { temporaryFolder } from './files.ts';
import { gitComplaint, gitLocal, gitNetwork, type GitOptions, REMOTE } from './git.ts';
import { fetchPin, type MirrorOptions, type Pin, pinRef } from './git-mirror.ts';

/**
 * Fetches the commit into a repository of its own, which is thrown away: without its files where the server can leave
 * them out, with them where it cannot.
 *
 * @param parent a folder for temporary files
 * @throws GitFetchError if it cannot be had
 */
export async function askForCommit(parent: string, pin: Pin, options: MirrorOptions): Promise<void> {
  await using scratch = await temporaryFolder(parent, 'ask');
  const alone = join(scratch.path, 'alone');
  if (await isGiven(alone, pin, options)) return;
  // A server that gives no single commits, or is busy: in the way of any fetch, with its tries and its words.
  await fetchPin(join(scratch.path, 'whole'), pin, options);
}

async function isGiven(folder: string, { url, commit }: Pin, { signal }: GitOptions): Promise<boolean> {
  const made = await gitLocal(['init', '--quiet', '--bare', '--template=', folder], { signal });
  if (made.status !== 0) throw new Error(`git init: ${gitComplaint(made)}`);
  const fetch = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--depth=1', '--filter=tree:0'];
  const { status } = await gitNetwork(folder, url, [...fetch, REMOTE, `${commit}:${pinRef(commit)}`], { signal });
  return status === 0;
}
