/** The upstream tree that upstream.json names, checked out for the resolver. */
import { join } from 'node:path';
import { makeFolder, moveTo, remove, temporaryBeside } from '../host/files.ts';
import { lock } from '../host/lock.ts';
import { isFolderNow } from '../host/quick-files.ts';
import type { UpstreamSource } from '../recipe/upstream.ts';
import { openSources } from '../source/index.ts';
import type { Folders } from './folders.ts';

export interface UpstreamOptions {
  readonly offline: boolean;
  /** Asked before the upstream itself is. */
  readonly mirrors: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Fetches the tree and returns the folder of its checkout. Each commit has one, made once and never changed, so that
 * runs at the same time can read it.
 *
 * @throws UserError SOURCE_MISSING offline, and those of sources
 */
export async function checkoutUpstream(
  source: UpstreamSource,
  folders: Folders,
  { offline, mirrors, signal }: UpstreamOptions,
): Promise<string> {
  const commit = source.kind === 'git' ? source.ref : source.commit;
  const parent = join(folders.sourceCache, 'upstream');
  const destination = join(parent, commit);
  using _held = await lock(join(folders.locks, 'upstream'), { signal });
  if (isFolderNow(destination)) return destination;
  const temporary = temporaryBeside(destination);
  await makeFolder(parent);
  try {
    await openSources({ cache: folders.sourceCache, mirrors, offline }).checkoutUpstream(source, temporary, { signal });
    await moveTo(temporary, destination);
  } finally {
    await remove(temporary);
  }
  return destination;
}
