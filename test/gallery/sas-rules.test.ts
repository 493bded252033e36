import { expect, test } from 'vitest';
import { checkSas } from '../../src/gallery/sas-rules.ts';

const NOW = Date.parse('2026-11-29T12:00:00Z');
const GOOD =
  'https://account.blob.core.windows.net/images/node.vhd?sv=2026-02-06&st=2026-11-28T00%3A00%3A00Z&se=2026-12-31T00%3A00%3A00Z&sr=c&sp=rl&sig=abc%3D';

const failed = (url: string) => checkSas(url, NOW)?.flatMap(({ id, result }) => (result === 'failed' ? [id] : []));

test('a URL as the Marketplace wants it keeps all rules', () => {
  expect(failed(GOOD)).toEqual([]);
});

test.each([
  ['https:', 'http:', 'sas.https'],
  ['account.blob.core.windows.net', 'example.org', 'sas.https'],
  ['node.vhd', 'node.img', 'sas.path'],
  ['/images/node.vhd', '/node.vhd', 'sas.path'],
  ['/images/node.vhd', '/images/a%20b.vhd', 'sas.path'],
  ['/images/node.vhd', "/images/a'b.vhd", 'sas.path'],
  ['/images/node.vhd', '/images/%22.vhd', 'sas.path'],
  ['sig=abc', 'sig=abc%252F', 'sas.escapes'],
  ['sv=2026-02-06', 'sv=2026-02-06&skoid=11111111-1111-1111-1111-111111111111', 'sas.kind'],
  ['sr=c', 'sr=b', 'sas.resource'],
  ['&sr=c', '', 'sas.resource'],
  ['sp=rl', 'sp=racwdl', 'sas.permissions'],
  ['sp=rl', 'sp=r', 'sas.permissions'],
  ['&sig=abc%3D', '', 'sas.signature'],
  ['&sig=abc%3D', '&sig=', 'sas.signature'],
  ['st=2026-11-28T00%3A00%3A00Z', 'st=2026-11-28', 'sas.start'],
  ['st=2026-11-28T00%3A00%3A00Z', 'st=2026-11-29T00%3A00%3A00Z', 'sas.start'],
  ['&st=2026-11-28T00%3A00%3A00Z', '', 'sas.start'],
  ['se=2026-12-31T00%3A00%3A00Z', 'se=2026-12-31', 'sas.end'],
  ['se=2026-12-31T00%3A00%3A00Z', 'se=2026-12-19T00%3A00%3A00Z', 'sas.end'],
  ['se=2026-12-31T00%3A00%3A00Z', 'se=2025-12-31T00%3A00%3A00Z', 'sas.end'],
])('with %s as %s, %s is broken', (from, to, id) => {
  expect(failed(GOOD.replace(from, to))).toEqual([id]);
});

test('what was escaped twice is found in names, too', () => {
  expect(failed(GOOD.replace('/images/node.vhd', '/images/a%2520b.vhd'))).toEqual(['sas.path', 'sas.escapes']);
});

test('what is no URL is not judged, and no finding has the signature', () => {
  expect(checkSas('images/node.vhd', NOW)).toBeUndefined();
  expect(JSON.stringify(checkSas(GOOD, NOW))).not.toMatch(/abc/);
});
