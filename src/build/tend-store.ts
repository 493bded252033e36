/** What the store holds, whether its bytes are right, and what of it can go: for `store`. */
import { parsePackageId } from '../model/package-id.ts';
import type { Source } from '../model/source.ts';
import type { Plan, PlannedComponent } from '../resolve/plan.ts';
import { bootstrapPlace } from '../store/bootstrap-store.ts';
import { DirectoryStore } from '../store/directory.ts';
import type { Limits } from '../store/garbage.ts';
import { collectGarbage, type GcResult } from '../store/gc.ts';
import { takeInventory, type InventoryFolders, type Item } from '../store/inventory.ts';
import { packagePlace } from '../store/package-store.ts';
import { readRoots, type Roots } from '../store/roots.ts';
import { Shelf, type Place } from '../store/shelf.ts';
import { verifyArtifacts, type Verdict } from '../store/verify.ts';
import { readLock } from './builder-access.ts';
import type { Folders } from './folders.ts';

export interface StoredItem extends Item {
  /** Whether the last build of a component or tree names it: `store gc` never removes it. */
  readonly isInUse: boolean;
}

/** Everything in the work folder that can be removed by itself, sorted by kind and id. */
export async function listStore(folders: Folders): Promise<readonly StoredItem[]> {
  const [items, roots] = await Promise.all([
    takeInventory(inventoryFolders(folders)),
    readRoots(new DirectoryStore(folders.repository)),
  ]);
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
}

/** Removes what no build needs any more, within the limits. */
export async function cleanStore(
  folders: Folders,
  { root, plan, limits, dryRun, nowMs }: CleanOptions,
): Promise<GcResult> {
  const latest = await readRoots(new DirectoryStore(folders.repository));
  const components = [...plan.components.values()];
  const roots: Roots = {
    packages: latest.packages.union(new Set(components.map(({ id }) => id))),
    bootstraps: latest.bootstraps.union(new Set(plan.trees.map(({ bootstrap }) => bootstrap))),
  };
  const locked = await lockedPackages(root, components);
  const sources = new Set([...components.flatMap((each) => [...each.sources.values()].flatMap(hashesOf)), ...locked]);
  return collectGarbage(inventoryFolders(folders), { roots, sources, limits, nowMs, dryRun });
}

function inventoryFolders({ repository, unpacked, downloads: sources, logs, work }: Folders): InventoryFolders {
  return { repository, unpacked, sources, logs, work };
}

function isNamed({ kind, id }: Item, { packages, bootstraps }: Roots): boolean {
  return kind === 'bootstrap' ? bootstraps.has(id) : packages.has(id);
}

/** Names of the .deb files that builder roots of ours are made from. */
async function lockedPackages(root: string, components: readonly PlannedComponent[]): Promise<readonly string[]> {
  const names = new Set(components.flatMap(({ builder }) => (builder.kind === 'root' ? [builder.name] : [])));
  const locks = await Promise.all(Array.from(names, (name) => readLock(root, name)));
  return locks.flatMap(({ packages }) => packages.map(({ sha256 }) => sha256));
}

/** Names of the files that hold the source in the cache of downloads. */
function hashesOf(source: Source): readonly string[] {
  switch (source.kind) {
    case 'git':
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
