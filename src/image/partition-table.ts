/** The partition table of a disk: a GPT if there is one, else an MBR. */
import type { Disk, Partition } from './disk.ts';
import { readGpt } from './gpt.ts';
import { isExtended, isProtectiveEntry, readMbr } from './mbr.ts';

export interface PartitionTable {
  readonly kind: 'gpt' | 'mbr' | 'none';
  /** Of a disk with a table: what tells it from others. */
  readonly diskId?: string;
  /** In the order in which they lie on the disk. */
  readonly partitions: readonly Partition[];
  /** Partitions that an MBR shows of a disk with a GPT, for firmware that knows no other. */
  readonly hybrid: readonly Partition[];
  readonly hasBootCode: boolean;
  /** What contradicts itself or lies outside of the disk. */
  readonly mistakes: readonly string[];
}

/** Reads the tables, and nothing of the partitions. A broken table is told in `mistakes`, not thrown. */
export async function readPartitionTable(disk: Disk): Promise<PartitionTable> {
  const mbr = await readMbr(disk);
  const gpt = await readGpt(disk);
  const hasBootCode = mbr?.hasBootCode ?? false;
  if (gpt !== undefined) {
    const partitions = inOrder(gpt.partitions);
    const unprotected = mbr?.isProtective === true ? [] : ['no protective MBR stands before the GPT'];
    return {
      kind: 'gpt',
      diskId: gpt.diskId,
      partitions,
      hybrid: inOrder((mbr?.partitions ?? []).filter((each) => !isProtectiveEntry(each))),
      hasBootCode,
      mistakes: [...unprotected, ...gpt.mistakes, ...mistakesOfPlaces(partitions, disk.bytes)],
    };
  }
  if (mbr === undefined) return { kind: 'none', partitions: [], hybrid: [], hasBootCode, mistakes: [] };
  const partitions = inOrder(mbr.partitions);
  const lost = mbr.isProtective ? ['the MBR protects a GPT that is not there'] : [];
  return {
    kind: 'mbr',
    diskId: mbr.diskId,
    partitions,
    hybrid: [],
    hasBootCode,
    mistakes: [...lost, ...mbr.mistakes, ...mistakesOfPlaces(partitions, disk.bytes)],
  };
}

function inOrder(partitions: readonly Partition[]): readonly Partition[] {
  return partitions.toSorted((a, b) => a.startByte - b.startByte || a.number - b.number);
}

function mistakesOfPlaces(partitions: readonly Partition[], diskBytes: number): string[] {
  const beyond = partitions
    .filter(({ startByte, bytes }) => startByte + bytes > diskBytes)
    .map(({ number }) => `partition ${number} ends beyond the disk`);
  const real = partitions.filter((each) => !isExtended(each));
  const overlapping = real.flatMap((each, index) => {
    const before = real[index - 1];
    return before !== undefined && before.startByte + before.bytes > each.startByte
      ? [`partitions ${before.number} and ${each.number} overlap`]
      : [];
  });
  return [...beyond, ...overlapping];
}
