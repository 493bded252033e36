/** The upstream tree that upstream.json names, checked out for the resolver. */
import { join } from 'node:path';
import { gitHead } from '../host/git-head.ts';
import type { UpstreamSource } from '../recipe/upstream.ts';
import { openSources } from '../source/index.ts';
import type { Folders } from './folders.ts';

/** Fetches the tree and returns the folder of its checkout, made anew. */
export async function checkoutUpstream(source: UpstreamSource, folders: Folders, signal: AbortSignal): Promise<string> {
  const whole = source.kind === 'git' ? source : { ...source, commit: (await gitHead(source.path)).commit };
  const destination = join(folders.sourceCache, 'upstream');
  await openSources({ cache: folders.sourceCache }).checkoutUpstream(whole, destination, { signal });
  return destination;
}
