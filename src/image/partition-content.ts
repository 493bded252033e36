/** What a partition begins with, told by the marks that file systems and the like leave there. */
import type { Disk, Partition } from './disk.ts';

export type Content = 'ext' | 'xfs' | 'btrfs' | 'fat' | 'swap' | 'lvm' | 'luks';

interface Mark {
  readonly content: Content;
  readonly at: number;
  readonly bytes: Buffer;
}

const MARKS: readonly Mark[] = [
  { content: 'luks', at: 0, bytes: Buffer.from('LUKS\xBA\xBE', 'latin1') },
  { content: 'lvm', at: 512, bytes: Buffer.from('LABELONE') },
  { content: 'swap', at: 4086, bytes: Buffer.from('SWAPSPACE2') },
  { content: 'xfs', at: 0, bytes: Buffer.from('XFSB') },
  { content: 'btrfs', at: 65_600, bytes: Buffer.from('_BHRfS_M') },
  { content: 'ext', at: 1080, bytes: Buffer.from([0x53, 0xef]) },
  { content: 'fat', at: 82, bytes: Buffer.from('FAT32   ') },
  { content: 'fat', at: 54, bytes: Buffer.from('FAT16   ') },
  { content: 'fat', at: 54, bytes: Buffer.from('FAT12   ') },
];
const MOST_BYTES = Math.max(...MARKS.map(({ at, bytes }) => at + bytes.length));

/** @returns undefined if nothing that is known here stands there, or the partition is not within the disk */
export async function contentOf(disk: Disk, { startByte, bytes }: Partition): Promise<Content | undefined> {
  const length = Math.min(MOST_BYTES, bytes, disk.bytes - startByte);
  if (length <= 0) return undefined;
  const head = await disk.read(startByte, length);
  return MARKS.find((mark) => head.subarray(mark.at, mark.at + mark.bytes.length).equals(mark.bytes))?.content;
}
