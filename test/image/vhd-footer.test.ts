import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/model/digest.ts';
import { FOOTER_BYTES, makeFixedFooter, readFooter } from '../../src/image/vhd-footer.ts';
import { geometryOf } from '../../src/image/vhd-geometry.ts';
import { Scratch } from '../rig/scratch.ts';

const GIB = 2 ** 30;
const Y2K = 946_684_800;

const options = fc.record({
  virtualBytes: fc.integer({ min: 1, max: 32 * 2 ** 20 }).map((mib) => mib * 2 ** 20),
  contentSha256: fc.string().map(sha256),
  epochSeconds: fc.integer({ min: Y2K, max: Y2K + 0xffff_ffff }),
});

test('what was written is read again, without mistakes', () => {
  fc.assert(
    fc.property(options, (given) => {
      const reading = readFooter(makeFixedFooter(given));
      expect(reading).toMatchObject({
        mistakes: [],
        footer: {
          type: 'fixed',
          virtualBytes: given.virtualBytes,
          originalBytes: given.virtualBytes,
          createdSeconds: given.epochSeconds,
          geometry: geometryOf(given.virtualBytes),
          creator: 'win ',
          creatorHost: 'Wi2k',
        },
      });
    }),
  );
});

test('the same disk has the same footer, and another content another id', () => {
  fc.assert(
    fc.property(options, fc.string(), (given, text) => {
      expect(makeFixedFooter(given)).toEqual(makeFixedFooter({ ...given }));
      const other = readFooter(makeFixedFooter({ ...given, contentSha256: sha256(`other ${text}`) }))?.footer.id;
      expect(other).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(other === readFooter(makeFixedFooter(given))?.footer.id).toBe(
        given.contentSha256 === sha256(`other ${text}`),
      );
    }),
  );
});

test('any flipped bit is noticed', () => {
  const footer = makeFixedFooter({ virtualBytes: GIB, contentSha256: sha256('disk'), epochSeconds: 1_700_000_000 });
  const unnoticed = Array.from({ length: FOOTER_BYTES * 8 }, (_, bit) => bit).filter((bit) => {
    const flipped = Buffer.from(footer);
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    return readFooter(flipped)?.mistakes.length === 0;
  });
  expect(unnoticed).toEqual([]);
});

test('a year before 2000 becomes 2000', () => {
  const footer = makeFixedFooter({ virtualBytes: GIB, contentSha256: sha256('disk'), epochSeconds: 0 });
  expect(readFooter(footer)).toMatchObject({ mistakes: [], footer: { createdSeconds: Y2K } });
});

test('every mistake is told', () => {
  const footer = makeFixedFooter({ virtualBytes: GIB, contentSha256: sha256('disk'), epochSeconds: Y2K });
  footer.writeUInt32BE(0x10, 8);
  footer.writeUInt32BE(7, 12);
  footer.writeBigUInt64BE(512n, 16);
  footer.writeBigUInt64BE(2n ** 60n, 48);
  footer.writeUInt8(9, 84);
  footer.writeUInt8(1, 511);
  expect(readFooter(footer)?.mistakes).toEqual([
    'its features are 0x00000010, not 0x00000002',
    'its format version is 0x00000007, not 0x00010000',
    'it is fixed and yet has a data offset',
    'its size is beyond all disks',
    expect.stringMatching(/^its checksum is 0x[0-9a-f]{8}, and its bytes give 0x[0-9a-f]{8}$/),
    'its saved state is 9, neither 0 nor 1',
    'its reserved bytes are not zero',
  ]);
  footer.writeUInt32BE(9, 60);
  expect(readFooter(footer)?.mistakes).toContain('its disk type is 9, which is none of 2, 3 and 4');
});

test('what is no footer is none', () => {
  expect(readFooter(Buffer.alloc(512))).toBeUndefined();
  expect(readFooter(Buffer.from('conectix'))).toBeUndefined();
});

test('a disk of 1 GiB has the geometry that Azure tools give it', () => {
  expect(geometryOf(GIB)).toEqual({ cylinders: 2080, heads: 16, sectorsPerTrack: 63 });
});

/** qemu-img makes a disk larger until its geometry covers it. */
function grownGeometry(bytes: number): object {
  for (let sectors = bytes / 512; ; sectors += 1) {
    const { cylinders, heads, sectorsPerTrack } = geometryOf(sectors * 512);
    if (cylinders * heads * sectorsPerTrack >= bytes / 512) return { cylinders, heads, sectorsPerTrack };
  }
}

test('the geometry is the one of qemu-img, for disks of all sizes', () => {
  using scratch = new Scratch();
  const path = scratch.path('disk.vhd');
  const sizes = [1, 3, 8, 20, 33, 65, 67, 69, 100, 136, 137, 246, 247, 248, 249, 503, 504, 505, 506, 1000, 1024];
  const large = [1025, 2047, 4095, 8190, 10_240, 30_720, 32_255, 32_256, 32_257, 51_200, 65_536, 126_976];
  for (const mib of [...sizes, ...large]) {
    execFileSync('qemu-img', ['create', '-q', '-f', 'vpc', '-o', 'subformat=dynamic', path, `${mib}M`]);
    const reading = readFooter(readFileSync(path).subarray(-512));
    expect(reading).toMatchObject({ mistakes: [], footer: { type: 'dynamic' } });
    expect([mib, reading?.footer.geometry]).toEqual([mib, grownGeometry(mib * 2 ** 20)]);
  }
});
