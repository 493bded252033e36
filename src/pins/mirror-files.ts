/** The files of a mirror of sources, wherever it is: in a folder they are read where they lie, else they are fetched. */
import { hasCode } from '../host/files.ts';
import { hashFile } from '../host/hash-file.ts';
import { UserError } from '../model/errors.ts';
import { MIRROR_INDEX } from '../model/mirror.ts';
import { damageOf, type ArtifactOptions, type Damage } from '../source/artifacts.ts';
import type { PinnedItem } from '../source/pinned.ts';
import { DamagedArtifact, type ArtifactStore } from '../store/artifact-store.ts';
import type { ReadableStore } from '../store/index.ts';
import { parseMirrorIndex, type MirrorEntry, type MirrorIndex } from '../store/mirror-index.ts';
import { openFile } from './mirror-place.ts';

export type FileState =
  | { readonly kind: 'whole'; readonly entry: MirrorEntry }
  | { readonly kind: 'missing' }
  | { readonly kind: 'damaged'; readonly damage: Damage };

export interface InspectMirrorOptions extends ArtifactOptions {
  readonly index: MirrorIndex;
  /** Whether a bundle that has the hash of the index is not unpacked. */
  readonly trustsIndex: boolean;
}

/** What is in the mirror under a name. */
export interface WantedFile {
  readonly name: string;
  readonly item: string;
  /** What it must be; undefined: only what the index says of it. */
  readonly pinned: PinnedItem | undefined;
}

/** The index; undefined if there is none. @throws UserError MIRROR_INVALID, MIRROR_UNAVAILABLE */
export async function readMirrorIndex(store: ReadableStore, signal: AbortSignal): Promise<MirrorIndex | undefined> {
  const text = await reaching(store, () => store.readText(MIRROR_INDEX, { signal }));
  return text === undefined ? undefined : parseMirrorIndex(text, store.location);
}

/** Reads every byte of one file, and takes a bundle apart. @throws UserError MIRROR_UNAVAILABLE */
export async function inspectFile(
  store: ReadableStore,
  { name, item, pinned }: WantedFile,
  options: InspectMirrorOptions,
): Promise<FileState> {
  try {
    await using file = await reaching(store, () => openFile(store, name, options));
    return file.path === undefined
      ? { kind: 'missing' }
      : await inspectThere(file.path, { name, item, pinned }, options);
  } catch (error) {
    if (!(error instanceof DamagedArtifact)) throw error;
    return { kind: 'damaged', damage: { expected: error.expected, actual: error.actual } };
  }
}

async function inspectThere(
  path: string,
  { name, item, pinned }: WantedFile,
  options: InspectMirrorOptions,
): Promise<FileState> {
  const { sha256, bytes } = await hashFile(path, options.signal);
  const entry = { name, bytes, sha256, item };
  const listed = options.index.get(name);
  const isListed = listed?.sha256 === sha256;
  const isRight = name === `sha256/${sha256}` || (isListed && (options.trustsIndex || pinned === undefined));
  const damage = isRight || pinned === undefined ? undefined : await damageOf(pinned, path, options);
  if (damage !== undefined) return { kind: 'damaged', damage };
  if (listed === undefined || isListed) return { kind: 'whole', entry };
  const expected = `sha256 ${listed.sha256} (by ${MIRROR_INDEX})`;
  return { kind: 'damaged', damage: { expected, actual: `sha256 ${sha256}` } };
}

/** Codes of the operating system for a place that does not take files, whatever they are. */
const UNWRITABLE = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT', 'EISDIR'];

/** Writes to a mirror. @throws UserError MIRROR_INVALID if the place takes nothing */
export async function writing<Result>(to: ArtifactStore, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    // A store says it in words of its own.
    const cause = error instanceof UserError ? error.cause : error;
    if (!(cause instanceof Error) || !UNWRITABLE.some((code) => hasCode(cause, code))) throw error;
    throw new UserError('MIRROR_INVALID', `${to.location} cannot be written to: ${cause.message}.`, {
      hint: 'Name a folder that can be made, or written to by who runs dcos-build.',
      cause,
    });
  }
}

/** A mirror is read as a repository is, and fails in other words. */
async function reaching<Result>(store: ReadableStore, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'REPOSITORY_UNAVAILABLE') throw error;
    // Blob Storage says itself what is wrong, and what to do.
    if (error.cause === undefined) throw new UserError('MIRROR_UNAVAILABLE', error.message, { hint: error.hint });
    const why = error.cause instanceof Error ? `: ${error.cause.message}` : '';
    throw new UserError('MIRROR_UNAVAILABLE', `The mirror ${store.location} cannot be read${why}.`, {
      hint: 'Look whether the address is right and can be reached from here, then run the same command again.',
      cause: error,
    });
  }
}
