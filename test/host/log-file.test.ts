import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LogFile } from '../../src/host/log-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-file-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(): { readonly log: LogFile; readonly lines: string[] } {
  const lines: string[] = [];
  return { log: new LogFile(join(folder, 'deep', 'a.log'), (line) => lines.push(line)), lines };
}

test('lines and characters that come in pieces are told whole', () => {
  const { log, lines } = open();
  const bytes = Buffer.from('one\ntwo é\r\nthree');
  for (const byte of bytes) log.write(Buffer.of(byte));
  expect(lines.filter((line) => line !== '')).toEqual(['one', 'two é']);
  expect(log.tail(2)).toEqual([lines.at(-1), 'three']);
  log[Symbol.dispose]();
  expect(readFileSync(log.path)).toEqual(bytes);
});

test('of a long log only the end is kept', () => {
  const { log } = open();
  log.write(Buffer.from(Array.from({ length: 1000 }, (_, index) => `line ${index}\n`).join('')));
  expect(log.tail(2)).toEqual(['line 998', 'line 999']);
  log[Symbol.dispose]();
});

test('a line without end does not grow for ever', () => {
  const { log, lines } = open();
  for (let index = 0; index < 100; index += 1) log.write(Buffer.alloc(1000, 'x'));
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(4096);
  log[Symbol.dispose]();
});
