import { describe, expect, test } from 'vitest';
import { parseAge, parseSize } from '../../src/cli/quantities.ts';

describe('sizes', () => {
  test.each([
    ['0', 0],
    ['1024', 1024],
    ['1B', 1],
    ['1KiB', 1024],
    ['1k', 1024],
    ['1.5MiB', 1_572_864],
    ['10 GiB', 10 * 2 ** 30],
    ['2TB', 2e12],
    ['500mb', 5e8],
  ])('%s', (text, bytes) => {
    expect(parseSize(text, '--max-size')).toBe(bytes);
  });

  test.each(['', 'GiB', '-1', '1e9', '10 GiBs', '1,5GiB', '0x10'])('"%s" is none', (text) => {
    expect(() => parseSize(text, '--max-size')).toThrow(`--max-size takes a size, and "${text}" is none.`);
  });
});

describe('ages', () => {
  test.each([
    ['0', 0],
    ['45s', 45_000],
    ['90m', 5_400_000],
    ['12h', 43_200_000],
    ['30d', 2_592_000_000],
    ['2w', 1_209_600_000],
    ['0.5d', 43_200_000],
  ])('%s', (text, ms) => {
    expect(parseAge(text, '--max-age')).toBe(ms);
  });

  test.each(['', '30', 'd', '30x', '30D', '-1d'])('"%s" is none', (text) => {
    expect(() => parseAge(text, '--max-age')).toThrow(`--max-age takes an age, and "${text}" is none.`);
  });
});
