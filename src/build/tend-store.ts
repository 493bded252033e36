/** What the store holds, whether its bytes are right, and what of it can go: for `store`. */
import { basename, join } from 'node:path';
import { listFiles } from '../host/listing.ts';
import { lock } from '../host/lock.ts';
import { readTextNow } from '../host/quick-files.ts';
import { isJsonObject, member } from '../model/json.ts';
import { parsePackageId } from '../model/package-id.ts';
import { tryParsePythonJson } from '../model/python-json.ts';
import type { Source } from '../model/source.ts';
import { builderDigest } from '../recipe/builder.ts';
import type { Plan } from '../resolve/plan.ts';
import { mirrorOf } from '../source/git.ts';
import { bootstrapPlace } from '../store/bootstrap-store.ts';
import { DirectoryStore } from '../store/directory.ts';
import type { Limits } from '../store/garbage.ts';
import { collectGarbage, type GcResult } from '../store/gc.ts';
import { takeInventory, type InventoryFolders, type Item } from '../store/inventory.ts';
import { packagePlace } from '../store/package-store.ts';
import { readReleaseRoots, readRoots, type Roots } from '../store/roots.ts';
import { Shelf, type Place } from '../store/shelf.ts';
import { verifyArtifacts, type Verdict } from '../store/verify.ts';
import { readAllLocks } from '../tree/builder-lock.ts';
import { useLock, type Folders } from '../tree/folders.ts';

export interface StoredItem extends Item {
  /** Whether the last build of a component or tree names it: `store gc` never removes it. */
  readonly isInUse: boolean;
}

/** Everything in the work folder that can be removed by itself, sorted by kind and id. */
export async function listStore(folders: Folders): Promise<readonly StoredItem[]> {
  const [items, roots] = await Promise.all([takeInventory(inventoryFolders(folders)), rootsOf(folders)]);
  return items.map((item) => ({ ...item, isInUse: isNamed(item, roots) }));
}

const READ_AT_ONCE = 2;

/** Hashes every tarball of the store. What is damaged is set aside, so that the next build makes it anew. */
export async function verifyStore(folders: Folders, signal: AbortSignal): Promise<readonly Verdict[]> {
  const items = await takeInventory(inventoryFolders(folders));
  const places = items.flatMap(({ kind, id }): Place[] => {
    if (kind === 'bootstrap') return [bootstrapPlace(id)];
    return kind === 'package' ? [packagePlace(parsePackageId(id))] : [];
  });
  const shelf = new Shelf(new DirectoryStore(folders.repository), folders.locks);
  return verifyArtifacts(shelf, places, { jobs: READ_AT_ONCE, signal });
}

export interface CleanOptions {
  /** Root of the tree: holds `builders/`. */
  readonly root: string;
  /** Of all trees: what they need now stays, beside what was built last. */
  readonly plan: Plan;
  readonly limits: Limits;
  readonly dryRun: boolean;
  readonly nowMs: number;
  readonly signal: AbortSignal;
  /** Called once if a run uses the store, and its end is waited for. */
  readonly onWait: () => void;
}

/** Removes what no build needs any more, within the limits. While it removes, no run uses the work folder. */
export async function cleanStore(
  folders: Folders,
  { root, plan, limits, dryRun, nowMs, signal, onWait }: CleanOptions,
): Promise<GcResult> {
  using _alone = dryRun ? undefined : await lock(useLock(folders), { signal, onWait });
  const latest = await rootsOf(folders);
  const components = [...plan.components.values()];
  const roots: Roots = {
    packages: new Set([...latest.packages, ...components.map(({ id }) => id)]),
    bootstraps: new Set([...latest.bootstraps, ...plan.trees.map(({ bootstrap }) => bootstrap)]),
  };
  const locks = await readAllLocks(root);
  const stages = await stagesOfImages(folders.images);
  const sources = new Set([
    ...components.flatMap((each) => [...each.sources.values()].flatMap(cachedNames)),
    ...locks.flatMap(({ packages }) => packages.map(({ sha256 }) => sha256)),
  ]);
  const builders = new Set(locks.map(builderDigest));
  return await collectGarbage(inventoryFolders(folders), {
    ...{ roots, sources, builders, stages, limits, nowMs, dryRun },
  });
}

/** What the last builds name, and what was released into the work folder's own repository. */
async function rootsOf({ repository }: Folders): Promise<Roots> {
  const store = new DirectoryStore(repository);
  const [latest, released] = [await readRoots(store), await readReleaseRoots(store)];
  return {
    packages: new Set([...latest.packages, ...released.packages]),
    bootstraps: new Set([...latest.bootstraps, ...released.bootstraps]),
  };
}

function inventoryFolders({
  repository,
  unpacked,
  downloads: sources,
  gitMirrors: git,
  builders,
  imageCache: imageStages,
  logs,
  work,
}: Folders): InventoryFolders {
  return { repository, unpacked, sources, git, builders, imageStages, logs, work };
}

function isNamed({ kind, id }: Item, { packages, bootstraps }: Roots): boolean {
  return kind === 'bootstrap' ? bootstraps.has(id) : packages.has(id);
}

/** Content ids of the stages of which the images that are there were made. */
async function stagesOfImages(folder: string): Promise<ReadonlySet<string>> {
  const records = (await listFiles(folder)).filter(({ path }) => path.endsWith('/image.json'));
  const ids = records.flatMap(({ path }) => {
    const record = tryParsePythonJson(readTextNow(join(folder, path)) ?? '');
    const inputs = isJsonObject(record) ? member(record, 'inputs') : undefined;
    return isJsonObject(inputs) ? ['base', 'hook', 'bootstrap'].map((stage) => member(inputs, stage)) : [];
  });
  return new Set(ids.filter((id) => typeof id === 'string'));
}

/** Names of the files or folders that hold the source in the cache. */
function cachedNames(source: Source): readonly string[] {
  switch (source.kind) {
    case 'git':
      return [basename(mirrorOf(source, { cache: '' }))];
    case 'git_local':
      return [];
    case 'url':
    case 'url_extract':
    case 'deb_source':
      return [source.checksum.hex.toLowerCase()];
    case 'deb':
      return source.packages.map(({ checksum }) => checksum.hex.toLowerCase());
    default:
      return source satisfies never;
  }
}
