/** The files of a mirror: made out of the cache, and held against what they should be. */
import { join } from 'node:path';
import { BundleRefused, openBundle, writeBundle } from '../host/git-bundle.ts';
import { temporaryFolder } from '../host/files.ts';
import { digestsOf } from '../host/network.ts';
import { matches } from './addresses.ts';
import { mirrorOf } from './git.ts';
import type { PinnedItem } from './pinned.ts';

export interface ArtifactOptions {
  /** A folder for temporary files. */
  readonly scratch: string;
  readonly signal: AbortSignal;
}

/** That a file of a mirror is not what its name says. */
export interface Damage {
  /** A hash with its algorithm, or the id of a commit. */
  readonly expected: string;
  readonly actual: string;
}

/**
 * The file that a mirror holds of an item that has been fetched: one of the cache itself, which must stay, or a bundle
 * in the scratch folder.
 */
export async function artifactFile(item: PinnedItem, cache: string, options: ArtifactOptions): Promise<string> {
  if (item.kind === 'file') return join(cache, 'sources', item.name);
  const path = join(options.scratch, `${item.commit}.bundle`);
  await writeBundle(mirrorOf(item.source, { cache }), item.commit, path, options);
  return path;
}

/** What is wrong with a file that stands for an item in a mirror; undefined: nothing. */
export async function damageOf(
  item: PinnedItem,
  path: string,
  { scratch, signal }: ArtifactOptions,
): Promise<Damage | undefined> {
  if (item.kind === 'file') {
    const { algorithm, hex } = item.checksum;
    const digests = await digestsOf(path, signal);
    if (matches(digests, item.checksum)) return undefined;
    return { expected: `${algorithm} ${hex.toLowerCase()}`, actual: `${algorithm} ${digests[algorithm]}` };
  }
  await using folder = await temporaryFolder(scratch, 'bundle');
  try {
    await openBundle(path, item.commit, join(folder.path, 'git'), { signal });
    return undefined;
  } catch (error) {
    if (!(error instanceof BundleRefused)) throw error;
    return { expected: `commit ${item.commit}`, actual: `no bundle of it: ${error.message}` };
  }
}
