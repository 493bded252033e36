import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/model/digest.ts';
import type { SourceRequest } from '../../src/source/index.ts';
import { Scratch } from '../rig/scratch.ts';
import { failureOf, openScratchSources, serveFiles, urlRequest } from '../rig/sources.ts';

const bytes = randomBytes(50_000);
const hash = sha256(bytes);

test('mirrors are asked by hash before upstream, one after another, and need not have the file', async () => {
  using scratch = new Scratch();
  await using upstream = await serveFiles({ '/f': bytes });
  await using empty = await serveFiles({});
  await using full = await serveFiles({ [`/base/sha256/${hash}?sig=x`]: bytes });
  const mirrors = [scratch.path('no-folder'), empty.url, `${full.url}/base/?sig=x`];
  const { sources, warnings } = openScratchSources(scratch, { mirrors });
  await sources.fetch([urlRequest(`${upstream.url}/f`, bytes)]);
  expect([upstream.requests, empty.requests.length, full.requests.length, warnings]).toEqual([[], 1, 1, []]);
});

test('a mirror with wrong content is told of, and the next address serves', async () => {
  using scratch = new Scratch();
  await using upstream = await serveFiles({ '/f': bytes });
  const wrong = scratch.write(`mirror/sha256/${hash}`, 'wrong');
  const { sources, warnings } = openScratchSources(scratch, { mirrors: [scratch.path('mirror')] });
  await sources.fetch([urlRequest(`${upstream.url}/f`, bytes)]);
  expect(warnings).toEqual([expect.stringContaining(`${pathToFileURL(wrong).href}: a file with another hash came`)]);
  expect(readFileSync(scratch.path('cache/sources/sha256', hash))).toEqual(bytes);
});

test('a mirror that cannot be reached is told of once, and upstream serves', async () => {
  using scratch = new Scratch();
  const other = randomBytes(9);
  await using upstream = await serveFiles({ '/f': bytes, '/g': other });
  const gone = await serveFiles({});
  await gone[Symbol.asyncDispose]();
  const { sources, warnings } = openScratchSources(scratch, { mirrors: [gone.url] });
  await sources.fetch([urlRequest(`${upstream.url}/f`, bytes)]);
  expect(warnings.at(-1)).toContain(`curl: file: mirror ${gone.url}/sha256/${hash}: `);
  const told = warnings.length;
  await sources.fetch([urlRequest(`${upstream.url}/g`, other)]);
  expect(warnings).toHaveLength(told);
});

test('offline, all that is missing is named at once; folders of this machine still serve', async () => {
  using scratch = new Scratch();
  await using server = await serveFiles({ '/f': bytes });
  const mirrored = randomBytes(10);
  scratch.write(`mirror/sha256/${sha256(mirrored)}`, mirrored);
  const local = randomBytes(10);
  const { sources } = openScratchSources(scratch, { offline: true, mirrors: [scratch.path('mirror'), server.url] });
  const there = [
    urlRequest(`${server.url}/mirrored`, mirrored),
    urlRequest(pathToFileURL(scratch.write('local', local)).href, local),
  ];
  const hex = '0'.repeat(64);
  const deb = { package: 'p', version: '1', architecture: 'all', checksum: { algorithm: 'sha256', hex } } as const;
  const away: SourceRequest[] = [
    urlRequest(`${server.url.replace('//', '//me:secret@')}/f`, bytes),
    { owner: 'python', name: 'git', source: { kind: 'git', git: server.url, ref: 'f'.repeat(40), refOrigin: 'main' } },
    { owner: 'six', name: 'deb', source: { kind: 'deb', packages: [deb] } },
  ];
  const error = await failureOf(sources.fetch([...there, ...away]));
  expect(error.code).toBe('SOURCE_MISSING');
  expect(error.message.split('\n').slice(1)).toEqual([
    `  curl: file: ${server.url.replace('//', '//***@')}/f`,
    `  python: git: ${server.url} at ${'f'.repeat(40)}`,
    '  six: deb: p_1_all.deb',
  ]);
  await sources.fetch(there);
  expect(server.requests).toEqual([]);
});
