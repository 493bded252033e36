import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanLine, cleanLines } from '../../src/report/text.ts';
import { fit, textWidth, truncate } from '../../src/report/text-width.ts';
import { anyText } from './any-events.ts';

test('escape sequences leave a line, and so does what they would have done', () => {
  expect(cleanLine('\u001b[31merror\u001b[0m: \u001b]8;;http://x\u0007link\u001b]8;;\u0007\u001b[2J')).toBe(
    'error: link',
  );
});

test('of a line that overwrote itself the last state is kept', () => {
  expect(cleanLine('10%\r50%\r100%\r\n')).toBe('100%');
});

test('a tab goes to the next stop, so that a caret below a line stays in its place', () => {
  expect(cleanLine('ab\tc\td')).toBe('ab      c       d');
});

test('marks that reorder text are taken out', () => {
  expect(cleanLine('user\u202e\u2066 // admin')).toBe('user // admin');
});

test('a line of a megabyte is cut', () => {
  expect(cleanLine('x'.repeat(1_000_000)).length).toBeLessThan(2100);
});

test('empty lines of a message are dropped', () => {
  expect(cleanLines('one\n\n two \n')).toEqual(['one', ' two']);
});

test('no control character survives, in whatever text', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(cleanLine(text)).not.toMatch(/\p{Cc}/u);
    }),
  );
});

test.each([
  ['plain', 5],
  ['日本語', 6],
  ['e\u0301', 1],
  ['→…█', 3],
  ['👍', 2],
])('%s is %d columns wide', (text, columns) => {
  expect(textWidth(text)).toBe(columns);
});

test('a wide character that fits by half is left out', () => {
  expect([6, 5, 4, 1, 0].map((columns) => truncate('日本語', columns))).toEqual(['日本語', '日本…', '日…', '…', '']);
});

test('what is fitted has exactly the width that was asked for', () => {
  fc.assert(
    fc.property(anyText.map(cleanLine), fc.integer({ min: 0, max: 100 }), (text, columns) => {
      expect(textWidth(fit(text, columns))).toBe(columns);
      expect(textWidth(truncate(text, columns))).toBeLessThanOrEqual(columns);
    }),
  );
});
