/** Disks with the files that boot one, and some more. */
import { makeRootTree, type RootEntry } from '../../src/image/root-tree.ts';
import { writeDisk, type DiskSettings, type WrittenDisk } from '../../src/image/write-disk.ts';
import { bootEntries, SETTINGS } from './boot-tree.ts';
import type { Scratch } from './scratch.ts';

export const MIB = 2 ** 20;
/** Where the partitions of a disk begin. */
export const ROOT = 128 * MIB;
export const ESP = 4 * MIB;

export interface NamedDisk extends WrittenDisk {
  /** Its path. */
  readonly vhd: string;
}

/** Writes `out/<name>` of the scratch folder. */
export async function write(
  scratch: Scratch,
  entries: readonly RootEntry[],
  settings: Partial<DiskSettings> = {},
  name = 'disk.vhd',
): Promise<NamedDisk> {
  const vhd = scratch.path('out', name);
  const tree = makeRootTree([...bootEntries(scratch), ...entries]);
  const { signal } = new AbortController();
  return { ...(await writeDisk({ tree, settings: { ...SETTINGS, ...settings }, out: vhd, signal })), vhd };
}
