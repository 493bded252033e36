/** Asks upstream for everything that a tree is pinned to: is it still to be had, and is it still the same? */
import { join } from 'node:path';
import pLimit from 'p-limit';
import { type Apt, openApt } from '../host/apt.ts';
import { makeFolder, temporaryFolder } from '../host/files.ts';
import { throwCollected } from '../model/errors.ts';
import type { Source } from '../model/source.ts';
import { plural } from '../report/format.ts';
import type { ComponentKey } from '../resolve/plan.ts';
import { checkSource } from '../source/check.ts';
import type { PinCheck } from '../source/pin-check.ts';
import type { Folders } from '../tree/folders.ts';
import type { LoadedTree } from '../tree/load-plan.ts';
import { failuresIn, pinnedGroups, type PinnedGroup } from './pinned-groups.ts';

export interface VerifyPinsRequest {
  readonly tree: LoadedTree;
  /** Components whose pins are verified, with all that they require; none: the whole tree. */
  readonly only: readonly ComponentKey[];
  readonly folders: Folders;
  /** Questions and downloads at once. */
  readonly jobs: number;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

export type VerifiedPin = PinCheck & {
  /** `<component>: <source>`, or `builder <name>`. */
  readonly source: string;
};

const RETRY_BASE_MS = 500;

/**
 * Answers in the order of components and sources, builders last; what failed is an answer, too.
 *
 * @throws UserError, UserErrors for what is wrong here: a pin that is none, a full disk, no Debian archive
 */
export async function verifyPins(request: VerifyPinsRequest): Promise<readonly VerifiedPin[]> {
  const { folders, jobs, signal, say } = request;
  const groups = await pinnedGroups(request.tree, request.only);
  say(`asking for ${plural(new Set(groups.flatMap(({ items }) => items.map(({ name }) => name))).size, 'file')} …`);
  await makeFolder(folders.work);
  await using scratch = await temporaryFolder(folders.work, 'verify');
  const limit = pLimit(jobs);
  const aptOf = archives(request);
  const shared = {
    ...{ cache: folders.sourceCache, limit, retryBaseMs: RETRY_BASE_MS, signal, onWarning: say },
    answers: new Map<string, Promise<PinCheck>>(),
  };
  const ends = await Promise.allSettled(
    groups.map(async (group, index): Promise<VerifiedPin[]> => {
      const { label, origin } = group;
      const apt = aptOf(origin.kind === 'builder' ? origin.lock.suite : undefined);
      const context = { ...shared, label, scratch: join(scratch.path, String(index)), apt };
      await makeFolder(context.scratch);
      return (await checkSource(sourceOf(group), context)).map((check) => ({ ...check, source: label }));
    }),
  );
  signal.throwIfAborted();
  throwCollected(failuresIn(ends));
  return ends.flatMap((end) => (end.status === 'fulfilled' ? end.value : []));
}

function sourceOf({ origin, items }: PinnedGroup): Source {
  if (origin.kind === 'source') return origin.request.source;
  const packages = items.flatMap(({ source }) => (source.kind === 'deb' ? source.packages : []));
  return { kind: 'deb', packages };
}

/** Debian's archive, once for each suite that is asked for, on the indexes of this moment. */
function archives({ folders, signal, say }: VerifyPinsRequest): (suite: string | undefined) => () => Promise<Apt> {
  const opened = new Map<string | undefined, Promise<Apt>>();
  return (suite) => () => {
    const options = { folder: join(folders.sourceCache, 'apt'), maxAgeMs: 0, signal, onWarning: say };
    const apt = opened.get(suite) ?? openApt({ ...options, ...(suite === undefined ? {} : { suite }) });
    opened.set(suite, apt);
    return apt;
  };
}
