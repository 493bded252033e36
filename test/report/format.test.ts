import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatBytes, formatDuration, formatSeconds, plural } from '../../src/report/format.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test.each([
  [-5, '0.0s'],
  [0, '0.0s'],
  [400, '0.4s'],
  [9_949, '9.9s'],
  [9_950, '10s'],
  [12_400, '12s'],
  [59_500, '1m00s'],
  [7 * MINUTE + 12_000, '7m12s'],
  [HOUR - 501, '59m59s'],
  [HOUR + 3 * MINUTE, '1h03m'],
  [30 * HOUR, '30h00m'],
])('%d ms is written %s', (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text);
});

test('a figure that ticks shows whole seconds that have passed', () => {
  expect([0, 999, 1000, 59_999, 60_000].map(formatSeconds)).toEqual(['0s', '0s', '1s', '59s', '1m00s']);
});

test.each([
  [0, '0 B'],
  [812, '812 B'],
  [999, '999 B'],
  [1000, '1.0 KiB'],
  [1229, '1.2 KiB'],
  [118 * 1024, '118 KiB'],
  [45.14 * 1024 ** 2, '45.1 MiB'],
  [99.96 * 1024 ** 2, '100 MiB'],
  [2.5 * 1024 ** 3, '2.5 GiB'],
  [5000 * 1024 ** 4, '5000 TiB'],
])('%d bytes are written %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test('figures stay short whatever the size', () => {
  fc.assert(
    fc.property(fc.nat(Number.MAX_SAFE_INTEGER), (number) => {
      expect(formatBytes(number).length).toBeLessThanOrEqual(8);
      expect(formatDuration(number % (99 * HOUR)).length).toBeLessThanOrEqual(6);
    }),
  );
});

test('one is singular, all else plural', () => {
  expect([0, 1, 2].map((count) => plural(count, 'job'))).toEqual(['0 jobs', '1 job', '2 jobs']);
});
