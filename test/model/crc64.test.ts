/** The check sum of page writes: that of the catalogue, whatever the length, and wherever the bytes stand. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc64 } from '../../src/model/crc64.ts';

const POLYNOMIAL = 0x9a6c9329ac4bc9b5n;
const ONES = 0xffff_ffff_ffff_ffffn;

/** Bit by bit, as the catalogue defines it. */
function slowly(bytes: Uint8Array): string {
  let state = ONES;
  for (const byte of bytes) {
    state ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) state = (state & 1n) === 1n ? (state >> 1n) ^ POLYNOMIAL : state >> 1n;
  }
  const out = Buffer.alloc(8);
  out.writeBigUInt64LE(state ^ ONES);
  return out.toString('hex');
}

test('the check value is that of the catalogue, the lowest byte first', () => {
  expect(Buffer.from(crc64(Buffer.from('123456789'))).toString('hex')).toBe('8898790a86148bae');
});

test('each length, at each place in memory, has the sum of the definition', () => {
  const bytes = fc.uint8Array({ maxLength: 70 });
  fc.assert(
    fc.property(bytes, fc.nat(8), (content, offset) => {
      const moved = new Uint8Array(content.length + offset).subarray(offset);
      moved.set(content);
      expect(Buffer.from(crc64(moved)).toString('hex')).toBe(slowly(content));
    }),
  );
});
