/** Which pages are written, and how: against a list of all pages of a small file. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/model/digest.ts';
import { readPageContent, type PageContent } from '../../src/store/page-content.ts';
import { checkPageBlobSize, WRITE_SIZES } from '../../src/store/azure-limits.ts';
import { endOf, PAGE_BYTES, planWrites, subtract, toPages, type PageRange } from '../../src/store/page-ranges.ts';

const MIB = 2 ** 20;

/** Which pages of a file are not zero. */
const pagesOf = fc.array(fc.boolean(), { minLength: 1, maxLength: 300 });
const ALL = { mostBytes: 16 * PAGE_BYTES, bridgeBytes: 0 };

function fileOf(pages: readonly boolean[]): Buffer {
  const file = Buffer.alloc(pages.length * PAGE_BYTES);
  // One byte of a page is enough, at whatever place in it.
  for (const [index, isFull] of pages.entries()) if (isFull) file[index * PAGE_BYTES + ((index * 37) % PAGE_BYTES)] = 1;
  return file;
}

async function contentOf(file: Buffer, allocated: readonly PageRange[], sizes = ALL): Promise<PageContent> {
  const fill = async (buffer: Uint8Array, position: number): Promise<void> => {
    buffer.set(file.subarray(position, position + buffer.length));
  };
  return await readPageContent({ bytes: file.length, fill }, allocated, { sizes });
}

const whole = (file: Buffer): readonly PageRange[] => [{ start: 0, bytes: file.length }];

function pagesIn(ranges: readonly PageRange[]): number[] {
  return ranges.flatMap(({ start, bytes }) =>
    Array.from({ length: bytes / PAGE_BYTES }, (_, index) => start / PAGE_BYTES + index),
  );
}

const numbersOf = (pages: readonly boolean[]): number[] => [...pages.keys()].filter((index) => pages[index]);

test('what is written is exactly the pages that are not zero, sorted, none above the limit, the footer last', async () => {
  await fc.assert(
    fc.asyncProperty(pagesOf, async (pages) => {
      const file = fileOf(pages);
      const { writes, footer, runs } = await contentOf(file, whole(file));
      const all = [...writes, ...(footer === undefined ? [] : [footer])];
      expect(pagesIn(all)).toEqual(numbersOf(pages));
      expect(pagesIn(runs)).toEqual(numbersOf(pages));
      expect(all.every(({ bytes }) => bytes > 0 && bytes <= ALL.mostBytes)).toBe(true);
      expect(footer?.start).toBe(pages.at(-1) === true ? file.length - PAGE_BYTES : undefined);
      expect(writes.every((range) => endOf(range) <= file.length - PAGE_BYTES)).toBe(true);
    }),
  );
});

test('zeros are sent only between pages that are not, few at a time, and within what is allocated', async () => {
  const bridgeBytes = 4 * PAGE_BYTES;
  await fc.assert(
    fc.asyncProperty(pagesOf, fc.array(fc.nat(300), { maxLength: 8 }), async (pages, cuts) => {
      const file = fileOf(pages);
      // Holes of one page, wherever a page is zero anyway.
      const holes = cuts.filter((index) => pages[index] === false);
      const allocated = subtract(
        whole(file),
        toPages(
          holes.map((index) => ({ start: index * PAGE_BYTES, bytes: PAGE_BYTES })),
          file.length,
        ),
      );
      const { writes, footer, sha256: found } = await contentOf(file, allocated, { ...ALL, bridgeBytes });
      const sent = pagesIn([...writes, ...(footer === undefined ? [] : [footer])]);
      expect(new Set(sent).size).toBe(sent.length);
      expect(sent).toEqual(expect.arrayContaining(numbersOf(pages)));
      expect(holes.filter((index) => sent.includes(index))).toEqual([]);
      for (const range of writes) {
        const inside = pagesIn([range]).map((index) => pages[index] === true);
        expect([inside[0], inside.at(-1)]).toEqual([true, true]);
        expect(inside.map(Number).join('')).not.toMatch(/0{5}/);
        expect(range.bytes).toBeLessThanOrEqual(ALL.mostBytes);
      }
      // How a file lies on the disk, and how it is sent, is no part of what it is.
      expect(found).toBe((await contentOf(file, whole(file))).sha256);
    }),
  );
});

test('the hash is that of the documented text', async () => {
  const file = fileOf([true, true, false, true, false, false]);
  const data = sha256(Buffer.concat([file.subarray(0, 1024), file.subarray(1536, 2048)]));
  const { sha256: actual } = await contentOf(file, whole(file));
  expect(actual).toBe(sha256(`pages 1\n3072\n0 1024\n1536 512\n${data}\n`));
});

test('two files have one hash only if they are the same', async () => {
  await fc.assert(
    fc.asyncProperty(pagesOf, pagesOf, async (one, other) => {
      const [a, b] = [fileOf(one), fileOf(other)];
      const [left, right] = [await contentOf(a, whole(a)), await contentOf(b, whole(b))];
      expect(left.sha256 === right.sha256).toBe(a.equals(b));
    }),
  );
});

const rangesOf = fc.array(fc.record({ start: fc.nat(100), bytes: fc.integer({ min: 1, max: 9 }) })).map((ranges) =>
  toPages(
    ranges.map(({ start, bytes }) => ({ start: start * 512, bytes: bytes * 512 })),
    60_000,
  ),
);

test('what is left of ranges is each page that those do not have', () => {
  fc.assert(
    fc.property(rangesOf, rangesOf, (ranges, those) => {
      const there = new Set(pagesIn(those));
      expect(pagesIn(subtract(ranges, those))).toEqual(pagesIn(ranges).filter((page) => !there.has(page)));
    }),
  );
});

test('an upload that is interrupted ten times sends each page once, and what is there in the end is the file', async () => {
  await fc.assert(
    fc.asyncProperty(pagesOf, fc.array(fc.nat(5), { minLength: 10, maxLength: 10 }), async (pages, counts) => {
      const file = fileOf(pages);
      const { writes, footer } = await contentOf(file, whole(file), { ...ALL, bridgeBytes: 2 * PAGE_BYTES });
      const sent: PageRange[] = [];
      // Each run asks what is there, and is killed after some requests; the last one is not.
      for (const count of [...counts, Infinity])
        sent.push(...subtract(writes, toPages(sent, file.length)).slice(0, count));
      const all = [...sent, ...(footer === undefined ? [] : [footer])];
      expect(new Set(pagesIn(all)).size).toBe(pagesIn(all).length);
      const there = Buffer.alloc(file.length);
      for (const { start, bytes } of all) file.copy(there, start, start, start + bytes);
      expect(there.equals(file)).toBe(true);
      expect(subtract(writes, toPages(sent, file.length))).toEqual([]);
    }),
  );
});

test('ranges of any grain become pages, and those that touch are one', () => {
  expect(
    toPages(
      [
        { start: 5000, bytes: 1 },
        { start: 10, bytes: 20 },
        { start: 512, bytes: 512 },
        { start: 8000, bytes: 9999 },
      ],
      8192,
    ),
  ).toEqual([
    { start: 0, bytes: 1024 },
    { start: 4608, bytes: 512 },
    { start: 7680, bytes: 512 },
  ]);
});

test('the requests are those that the service takes', () => {
  const writes = planWrites([{ start: 512, bytes: 9 * MIB }], WRITE_SIZES);
  expect(writes.map(({ bytes }) => bytes)).toEqual([4 * MIB, 4 * MIB, MIB]);
  expect(
    planWrites(
      [
        { start: 0, bytes: 512 },
        { start: 65_536, bytes: 512 },
      ],
      WRITE_SIZES,
    ),
  ).toHaveLength(1);
  expect(
    planWrites(
      [
        { start: 0, bytes: 512 },
        { start: 66_560, bytes: 512 },
      ],
      WRITE_SIZES,
    ),
  ).toHaveLength(2);
});

test.each([0, 513, 8 * 2 ** 40 + 512])('a page blob cannot have %d bytes', (bytes) => {
  expect(() => checkPageBlobSize(bytes)).toThrow(`cannot have ${bytes} bytes`);
});

test.each([512, 30 * 2 ** 30 + 512, 8 * 2 ** 40])('a page blob can have %d bytes', (bytes) => {
  expect(() => checkPageBlobSize(bytes)).not.toThrow();
});
