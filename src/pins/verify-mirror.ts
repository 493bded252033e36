/** Proves that a mirror holds everything that a tree is pinned to, and that nothing in it has been touched. */
import { join } from 'node:path';
import { temporaryFolder } from '../host/files.ts';
import { inParallel } from '../host/in-parallel.ts';
import { UserError } from '../model/errors.ts';
import { MIRROR_INDEX } from '../model/mirror.ts';
import type { ComponentKey } from '../resolve/plan.ts';
import type { Damage } from '../source/artifacts.ts';
import type { ReadableStore } from '../store/index.ts';
import type { MirrorEntry } from '../store/mirror-index.ts';
import type { Folders } from '../tree/folders.ts';
import type { LoadedTree } from '../tree/load-plan.ts';
import { inspectFile, readMirrorIndex, type WantedFile } from './mirror-files.ts';
import { lacksFolder } from './mirror-place.ts';
import { pinnedGroups } from './pinned-groups.ts';

export interface VerifyMirrorRequest {
  readonly tree: LoadedTree;
  /** Components that it must hold, with all that they require; none: the whole tree. */
  readonly only: readonly ComponentKey[];
  readonly folders: Folders;
  readonly mirror: ReadableStore;
  /** Files read at once. */
  readonly jobs: number;
  readonly signal: AbortSignal;
}

/** One file of the mirror, or one that it lacks. */
export interface MirrorVerdict {
  readonly name: string;
  readonly item: string;
  /** Who needs it, as `<component>: <source>` or `builder <name>`; none: the tree does not, but the index lists it. */
  readonly needed: readonly string[];
  readonly state: 'whole' | 'missing' | 'damaged';
  readonly bytes: number | undefined;
  readonly damage: Damage | undefined;
}

/**
 * Reads every byte of what the tree needs and of what the index lists besides.
 *
 * @throws UserError MIRROR_INVALID for what is no mirror, MIRROR_UNAVAILABLE
 */
export async function verifyMirror(request: VerifyMirrorRequest): Promise<readonly MirrorVerdict[]> {
  const { mirror, folders, jobs, signal } = request;
  if (await lacksFolder(mirror)) throw noMirror(mirror, 'there is no such folder');
  const index = await readMirrorIndex(mirror, signal);
  const wanted = await filesOf(request, (index ?? new Map<string, MirrorEntry>()).values());
  await using scratch = await temporaryFolder(folders.work, 'mirror');
  const options = { index: index ?? new Map(), trustsIndex: false, signal };
  const verdicts = await inParallel(wanted, { jobs, signal }, async (file, stop): Promise<MirrorVerdict> => {
    const place = join(scratch.path, file.name.replace('/', '-'));
    const state = await inspectFile(mirror, file, { ...options, scratch: place, signal: stop });
    const { name, item, needed } = file;
    return {
      ...{ name, item, needed, state: state.kind },
      bytes: state.kind === 'whole' ? state.entry.bytes : undefined,
      damage: state.kind === 'damaged' ? state.damage : undefined,
    };
  });
  const isEmpty = verdicts.length > 0 && verdicts.every(({ state }) => state === 'missing');
  if (index === undefined && isEmpty) {
    throw noMirror(mirror, `it has no ${MIRROR_INDEX}, and nothing that this tree needs`);
  }
  return verdicts;
}

interface NeededFile extends WantedFile {
  readonly needed: readonly string[];
}

/** What the tree needs, each file once, then what else the index lists. */
async function filesOf(
  { tree, only }: VerifyMirrorRequest,
  listed: Iterable<MirrorEntry>,
): Promise<readonly NeededFile[]> {
  const files = new Map<string, NeededFile>();
  for (const { label, items } of await pinnedGroups(tree, only)) {
    for (const pinned of items) {
      const { name, item } = pinned;
      files.set(name, { name, item, pinned, needed: [...(files.get(name)?.needed ?? []), label] });
    }
  }
  for (const { name, item } of listed) {
    if (!files.has(name)) files.set(name, { name, item, pinned: undefined, needed: [] });
  }
  return [...files.values()];
}

function noMirror({ location }: ReadableStore, why: string): UserError {
  return new UserError('MIRROR_INVALID', `${location} is no mirror of sources: ${why}.`, {
    hint: 'Name a folder or URL that "dcos-build source mirror" has filled.',
  });
}
