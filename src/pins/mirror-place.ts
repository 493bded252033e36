/** What a mirror in a folder of this machine can do that one elsewhere cannot, and the other way round: the only module that asks. */
import { join } from 'node:path';
import { makeFolder, remove, sizeIfThere } from '../host/files.ts';
import { sweepLeftovers } from '../host/leftovers.ts';
import { isFolder, listFolder } from '../host/listing.ts';
import { MIRROR_FOLDERS } from '../model/mirror.ts';
import type { ArtifactStore, Listed } from '../store/artifact-store.ts';
import { DirectoryStore, type ReadableStore } from '../store/index.ts';
import type { MirrorEntry } from '../store/mirror-index.ts';

export interface LocalFile extends AsyncDisposable {
  /** Undefined: the mirror has none of that name. */
  readonly path: string | undefined;
}

/** A file of the mirror to be read here: where it lies, or fetched to a scratch folder for as long as it is held. */
export async function openFile(
  store: ReadableStore,
  name: string,
  { scratch, signal }: { readonly scratch: string; readonly signal?: AbortSignal | undefined },
): Promise<LocalFile> {
  if (store instanceof DirectoryStore) {
    const path = store.path(name);
    const isThere = (await sizeIfThere(path)) !== undefined;
    return { path: isThere ? path : undefined, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const path = join(scratch, name.replace('/', '-'));
  await makeFolder(scratch);
  try {
    const got = await store.get(name, path, signal === undefined ? {} : { signal });
    return { path: got === undefined ? undefined : path, [Symbol.asyncDispose]: () => remove(path) };
  } catch (error) {
    await remove(path);
    throw error;
  }
}

/** Removes what runs that were killed left half-written in a folder; elsewhere nothing half-written has a name. */
export async function sweep(to: ArtifactStore): Promise<void> {
  if (!(to instanceof DirectoryStore)) return;
  await Promise.all(MIRROR_FOLDERS.map((name) => sweepLeftovers(to.path(name.slice(0, -1)))));
}

/** A name in a place that holds something else; of a folder only what is on top is looked at, for it may be anything. */
export async function otherContent(to: ArtifactStore): Promise<string | undefined> {
  if (to instanceof DirectoryStore) return (await listFolder(to.location))[0]?.path;
  return [...(await to.list('')).keys()][0];
}

/** Whether the mirror is to be in a folder that is not there. */
export async function lacksFolder(mirror: ReadableStore): Promise<boolean> {
  return mirror instanceof DirectoryStore && !(await isFolder(mirror.location));
}

/**
 * What is known of a file without reading it. What lies here is read, for a disk may have changed it; elsewhere the
 * listing and the index have to do, or a second run would fetch the whole mirror.
 */
export function knownEntry(
  to: ArtifactStore,
  { name, item }: { readonly name: string; readonly item: string },
  { listed, entry }: { readonly listed: Listed | undefined; readonly entry: MirrorEntry | undefined },
): MirrorEntry | undefined {
  if (to instanceof DirectoryStore || listed === undefined) return undefined;
  const { bytes, sha256 } = listed;
  if (entry !== undefined)
    return entry.bytes === bytes && (sha256 ?? entry.sha256) === entry.sha256 ? entry : undefined;
  return sha256 !== undefined && name === `sha256/${sha256}` ? { name, item, bytes, sha256 } : undefined;
}
