/** Disks that a machine boots in a moment: a first sector that writes a text to the serial port. */
import { closeSync, openSync, truncateSync, writeSync } from 'node:fs';

const SECTOR = 512;
/** Where a BIOS puts the first sector. */
const LOADED_AT = 0x7c00;
const SIGNATURE = Buffer.from([0x55, 0xaa]);
const HALT = [0xf4, 0xeb, 0xfd]; // hlt; jmp to it
const CRASH = [0x0f, 0x01, 0x1e, 0x00, 0x06, 0xcc]; // lidt of nothing; int3: the machine begins anew

/** Code of 16 bits for the first sector. */
export function bootSector(text: string, end: 'halt' | 'crash' = 'halt'): Buffer {
  const last = end === 'halt' ? HALT : CRASH;
  const textAt = LOADED_AT + 19 + last.length;
  const code = Buffer.from([
    ...[0xfa, 0x31, 0xc0, 0x8e, 0xd8], // cli; xor ax, ax; mov ds, ax
    ...[0xbe, textAt & 0xff, textAt >> 8], // mov si, text
    ...[0xba, 0xf8, 0x03], // mov dx, 0x3f8
    ...[0xac, 0x84, 0xc0, 0x74, 0x03, 0xee, 0xeb, 0xf8], // next: lodsb; test al, al; jz end; out dx, al; jmp next
    ...last,
  ]);
  const sector = Buffer.alloc(SECTOR);
  code.copy(sector);
  sector.write(text, code.length, 'latin1');
  SIGNATURE.copy(sector, SECTOR - SIGNATURE.length);
  return sector;
}

/** A raw disk that begins with those bytes, and is a hole behind them. */
export function writeDisk(path: string, head: Buffer, bytes = 64 * 2 ** 20): void {
  const file = openSync(path, 'w');
  writeSync(file, head);
  closeSync(file);
  truncateSync(path, bytes);
}
