/** `git_local`: what is committed in a repository on this machine. Nothing is fetched. */
import { gitHead } from '../host/git-head.ts';
import { objectsFolder, writeTree } from '../host/git-tree.ts';
import { UserError } from '../model/errors.ts';
import type { GitLocalSource } from '../model/source.ts';
import type { SourceContext, SourceKind } from './kind.ts';

export const gitLocal: SourceKind<GitLocalSource> = {
  missing: () => Promise.resolve([]),

  fetch: async (source, context) => {
    await check(source, context);
  },

  checkout: async (source, destination, context) => {
    await check(source, context);
    await writeTree(await objectsFolder(source.path, { signal: context.signal }), source.commit, destination, {
      signal: context.signal,
      ...(context.epoch === undefined ? {} : { epoch: context.epoch }),
    });
  },
};

/** The id names HEAD, so the files must be HEAD's, and HEAD that of the moment at which the tree was read. */
async function check(source: GitLocalSource, { label, signal }: SourceContext): Promise<void> {
  const { commit, changed } = await gitHead(source.path, signal);
  if (commit !== source.commit) {
    throw new UserError(
      'SOURCE_INVALID',
      `${label}: HEAD of ${source.path} has moved from ${source.commit} to ${commit}.`,
      {
        hint: 'Run the same command again: the id of the package changes with it.',
      },
    );
  }
  if (changed.length > 0) {
    const some = changed.slice(0, 5).join(', ') + (changed.length > 5 ? ', …' : '');
    throw new UserError('SOURCE_INVALID', `${label}: ${source.path} has changes that are not committed: ${some}.`, {
      hint: 'Commit or stash them: the package id names the commit, and nothing else.',
    });
  }
}
