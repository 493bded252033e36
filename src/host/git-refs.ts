/** The branches and tags of a repository, as it announces them; nothing of it is fetched. */
import { makeFolder } from './files.ts';
import { gitComplaint, gitNetwork, type GitOptions, REMOTE } from './git.ts';
import { GitFetchError, isPermanent } from './git-mirror.ts';
import { retrying } from './retry.ts';

export interface GitRefs {
  /** Commits by the names of branches. */
  readonly heads: ReadonlyMap<string, string>;
  /** Commits by the names of tags: of an annotated tag the commit that it stands for. */
  readonly tags: ReadonlyMap<string, string>;
}

export interface GitRefsOptions extends GitOptions {
  /** First wait before another try, in milliseconds. */
  readonly retryBaseMs: number;
  /** Longest silence of a web server, in seconds. Default: 30. */
  readonly stallSeconds?: number;
}

/**
 * Asks once with `git ls-remote`, again where that can help.
 *
 * @param folder absolute path of a folder for git to run in; made if it is not there
 * @throws GitFetchError in git's words
 */
export async function gitRefs(folder: string, url: string, options: GitRefsOptions): Promise<GitRefs> {
  await makeFolder(folder);
  const { signal, retryBaseMs, stallSeconds = 30 } = options;
  // git itself waits as long as the system does, which is for minutes.
  const stall = ['-c', 'http.lowSpeedLimit=1', '-c', `http.lowSpeedTime=${stallSeconds}`];
  const mayPass = (error: unknown): boolean => error instanceof GitFetchError && error.mayPass;
  const text = await retrying({ attempts: 3, baseMs: retryBaseMs, mostMs: 10_000, signal, mayPass }, async () => {
    const args = [...stall, 'ls-remote', '--heads', '--tags', REMOTE];
    const result = await gitNetwork(folder, url, args, options);
    if (result.status !== 0) throw new GitFetchError(gitComplaint(result), !isPermanent(result.stderr));
    return result.stdout;
  });
  const refs = [...text.matchAll(/^([0-9a-f]{40,64})\t(\S+)$/gm)].map(
    ([, commit = '', name = '']): [string, string] => [name, commit],
  );
  const below = (folderOfRefs: string): [string, string][] =>
    refs.flatMap(([name, commit]) =>
      name.startsWith(folderOfRefs) ? [[name.slice(folderOfRefs.length), commit]] : [],
    );
  const tags = below('refs/tags/');
  // The peeled one comes behind its tag, and takes its place.
  return {
    heads: new Map(below('refs/heads/')),
    tags: new Map(tags.map(([name, commit]) => [name.replace(/\^\{\}$/, ''), commit])),
  };
}
