/** A disk as those see it who read its tables: bytes at positions, wherever they come from. */

export interface Disk {
  readonly bytes: number;
  /** @throws Error if the range is not within the disk */
  read(start: number, bytes: number): Promise<Buffer>;
}

/** Sectors of VHDs are never larger. */
export const SECTOR_BYTES = 512;

export interface Partition {
  readonly number: number;
  readonly startByte: number;
  readonly bytes: number;
  /** Two hex digits in an MBR, a GUID in a GPT. */
  readonly type: string;
  /** What the type is called, or undefined for one that is not known here. */
  readonly typeName: string | undefined;
  /** Of a GPT: the id and the name of this partition. */
  readonly id?: string;
  readonly name?: string;
  /** Of an MBR: marked as the one to boot from. */
  readonly isActive?: boolean;
}
