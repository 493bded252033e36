/** Removes what is no longer needed: looks, decides (garbage.ts), acts, and tells what it did. */
import { remove } from '../host/files.ts';
import { isRunning } from '../host/process.ts';
import { chooseGarbage, type Garbage, type GarbageInput } from './garbage.ts';
import { takeInventory, type InventoryFolders } from './inventory.ts';

export interface GcOptions extends Omit<GarbageInput, 'items' | 'isRunning'> {
  readonly dryRun: boolean;
}

export interface GcResult {
  readonly removed: readonly Garbage[];
  readonly freedBytes: number;
  /** What stays. */
  readonly keptBytes: number;
}

/** With `dryRun` the result says what would be removed. */
export async function collectGarbage(folders: InventoryFolders, options: GcOptions): Promise<GcResult> {
  const items = await takeInventory(folders);
  const removed = chooseGarbage({ ...options, items, isRunning });
  if (!options.dryRun) {
    for (const { item } of removed) {
      for (const path of item.paths) await remove(path);
    }
  }
  const freedBytes = removed.reduce((sum, { item }) => sum + item.bytes, 0);
  const allBytes = items.reduce((sum, { bytes }) => sum + bytes, 0);
  return { removed, freedBytes, keptBytes: allBytes - freedBytes };
}
