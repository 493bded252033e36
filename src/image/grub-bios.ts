/**
 * What a BIOS starts: the code in sector 0, which loads the first sector of GRUB's core image, which loads the rest of it.
 * Each has to be told where the next one is.
 *
 * @see GRUB, grub-core/boot/i386/pc/boot.S and diskboot.S; include/grub/offsets.h
 */
import { SECTOR_BYTES } from './disk.ts';
import { UserError } from '../model/errors.ts';

/** Of boot.img: the rest of the sector is the table of an MBR. */
export const BOOT_CODE_BYTES = 440;
const AT_CORE_SECTOR = 0x5c;
const AT_DRIVE_CHECK = 0x66;
/** What boot.img has there: a jump over what mends the number of the drive for BIOSes that pass a wrong one. */
const JUMP = 0xeb;
const NO_OPERATION = 0x90;

/** The last of the list of blocks at the end of the first sector: start (8 bytes), length, and the segment to load to. */
const AT_BLOCKS = SECTOR_BYTES - 12;
/** Right behind where the first sector itself was loaded to. */
const LOAD_SEGMENT = 0x820;

/** @param coreSector where the core image begins on the disk */
export function patchBootImage(bootImage: Uint8Array, coreSector: number): Buffer {
  const code = Buffer.from(bootImage);
  if (code.length !== SECTOR_BYTES || code.readUInt16BE(SECTOR_BYTES - 2) !== 0x55aa || code[AT_DRIVE_CHECK] !== JUMP) {
    throw notGrub('boot.img');
  }
  code.writeBigUInt64LE(BigInt(coreSector), AT_CORE_SECTOR);
  code.fill(NO_OPERATION, AT_DRIVE_CHECK, AT_DRIVE_CHECK + 2);
  return code.subarray(0, BOOT_CODE_BYTES);
}

/** Whole sectors. @param coreSector where it is going to begin on the disk */
export function patchCoreImage(coreImage: Uint8Array, coreSector: number): Buffer {
  const sectors = Math.ceil(coreImage.length / SECTOR_BYTES);
  const core = Buffer.alloc(sectors * SECTOR_BYTES);
  core.set(coreImage);
  if (
    sectors < 2 ||
    core.readUInt16LE(AT_BLOCKS + 8) !== sectors - 1 ||
    core.readUInt16LE(AT_BLOCKS + 10) !== LOAD_SEGMENT
  ) {
    throw notGrub('core.img');
  }
  core.writeBigUInt64LE(BigInt(coreSector + 1), AT_BLOCKS);
  return core;
}

function notGrub(name: string): UserError {
  return new UserError(
    'IMAGE_INVALID',
    `The ${name} of the root file system is not laid out as GRUB 2 does it for a BIOS.`,
    {
      hint: 'It comes from the Debian package grub-pc-bin; look whether another file was put in its place.',
    },
  );
}
