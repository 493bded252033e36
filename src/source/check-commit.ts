/** A pinned commit against its repository. */
import { askForCommit } from '../host/git-ask.ts';
import { fetchPin, GitFetchError, hasPin } from '../host/git-mirror.ts';
import { lock } from '../host/lock.ts';
import type { GitSource } from '../model/source.ts';
import type { CheckContext, PinCheck } from './pin-check.ts';
import { mirrorOf, pinOf } from './git.ts';
import type { PinnedItem } from './pinned.ts';

/** What git says when the repository is there and the commit is not. */
const NO_COMMIT = /not our ref|has no commit|unadvertised object/i;

/**
 * One that is not in the cache is fetched into it whole; of one that is, only the commit itself is asked for, since its
 * files cannot differ.
 */
export async function checkCommit(source: GitSource, item: PinnedItem, context: CheckContext): Promise<PinCheck> {
  const { signal, retryBaseMs, label, onWarning, scratch, limit } = context;
  const pin = pinOf(source, context);
  const checked = { item: item.item, name: item.name, bytes: 0 };
  const repository = mirrorOf(source, context);
  const options = {
    signal,
    retryBaseMs,
    onRetry: (reason: string, waitMs: number) =>
      onWarning(`${label}: ${reason}; git is run again in ${Math.ceil(waitMs / 1000)} s.`),
  };
  return await limit(async (): Promise<PinCheck> => {
    using _held = await lock(`${repository}.lock`, { signal });
    try {
      const isCached = await hasPin(repository, pin.commit, options);
      await (isCached ? askForCommit(scratch, pin, options) : fetchPin(repository, pin, options));
      return { ...checked, state: 'same', proof: isCached ? 'given' : 'fetched' };
    } catch (error) {
      if (!(error instanceof GitFetchError)) throw error;
      const state = NO_COMMIT.test(error.message) ? 'gone' : 'unreached';
      return { ...checked, state, reason: `commit ${pin.commit}: ${error.message}` };
    }
  });
}
