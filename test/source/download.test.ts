import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { sha1, sha256 } from '../../src/model/digest.ts';
import type { UrlSource } from '../../src/model/source.ts';
import { UserErrors } from '../../src/model/errors.ts';
import type { SourceRequest } from '../../src/source/index.ts';
import { Scratch } from '../rig/scratch.ts';
import { failureOf, openScratchSources, serveFiles, urlRequest } from '../rig/sources.ts';
import { tarBytes, zipBytes } from '../rig/tar-bytes.ts';
import { serve } from '../rig/web-server.ts';

const bytes = randomBytes(50_000);
const hash = sha256(bytes);

test('a file is cached by its hash and laid out under the last part of its URL, query included', async () => {
  using scratch = new Scratch();
  await using server = await serveFiles({ '/a/name-1.0.whl?x=1': bytes });
  const { sources, warnings } = openScratchSources(scratch);
  const request = urlRequest(`${server.url}/a/name-1.0.whl?x=1`, bytes);
  await sources.fetch([request]);
  await sources.checkout(request, scratch.path('src'), { epoch: 7 });
  expect(readdirSync(scratch.path('cache/sources/sha256'))).toEqual([hash]);
  expect(readFileSync(scratch.path('src/file/name-1.0.whl?x=1'))).toEqual(bytes);
  const { mode, mtimeMs } = statSync(scratch.path('src/file/name-1.0.whl?x=1'));
  expect([mode & 0o777, mtimeMs, warnings]).toEqual([0o644, 7000, []]);
});

test('two components and two processes that want one file fetch it once', async () => {
  using scratch = new Scratch();
  await using server = await serveFiles({ '/f': bytes });
  const request = urlRequest(`${server.url}/f`, bytes);
  const [one, two] = [openScratchSources(scratch), openScratchSources(scratch)];
  await Promise.all([one.sources.fetch([request, { ...request, owner: 'other' }]), two.sources.fetch([request])]);
  expect(server.requests).toEqual(['GET /f']);
});

test('progress names the source, the file and its bytes', async () => {
  using scratch = new Scratch();
  await using server = await serveFiles({ '/f': bytes });
  const seen: unknown[][] = [];
  const request = urlRequest(`${server.url}/f`, bytes);
  const onProgress = ({ owner, name }: SourceRequest, ...rest: unknown[]): void =>
    void seen.push([owner, name, ...rest]);
  await openScratchSources(scratch).sources.fetch([request], { onProgress });
  expect(seen.at(-1)).toEqual(['curl', 'file', 'f', bytes.length, bytes.length]);
});

test('a file whose second hash is not the recipe’s is refused, though the first one fits', async () => {
  using scratch = new Scratch();
  await using server = await serveFiles({ '/f': bytes });
  const withSecond = (hex: string): SourceRequest => {
    const checksum = { algorithm: 'sha256', hex: hash } as const;
    const source: UrlSource = {
      kind: 'url',
      url: `${server.url}/f`,
      checksum,
      secondChecksum: { algorithm: 'sha1', hex },
    };
    return { owner: 'curl', name: 'file', source };
  };
  await openScratchSources(scratch).sources.fetch([withSecond(sha1(bytes))]);
  const error = await failureOf(openScratchSources(scratch).sources.fetch([withSecond('0'.repeat(40))]));
  expect(error.code).toBe('SOURCE_MISMATCH');
  expect(error.message).toContain(`its sha1 is not ${'0'.repeat(40)}: it is ${sha1(bytes)}`);
});

test('wrong content is kept aside, never cached, and both hashes are told', async () => {
  using scratch = new Scratch();
  const wrong = randomBytes(100);
  await using server = await serveFiles({ '/f': wrong });
  const error = await failureOf(openScratchSources(scratch).sources.fetch([urlRequest(`${server.url}/f`, bytes)]));
  expect(error.code).toBe('SOURCE_MISMATCH');
  expect(error.message).toContain(`curl: file: f should have the sha256 ${hash}, but has ${sha256(wrong)}.`);
  expect(readdirSync(scratch.path('cache/sources/sha256'))).toEqual([`${hash}.corrupt`]);
  expect(readFileSync(scratch.path(`cache/sources/sha256/${hash}.corrupt`))).toEqual(wrong);
  expect(error.hint).toContain(`${hash}.corrupt`);
});

test('a web page in place of the file is called one', async () => {
  using scratch = new Scratch();
  await using server = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>Log in first</html>');
  });
  const error = await failureOf(openScratchSources(scratch).sources.fetch([urlRequest(`${server.url}/f`, bytes)]));
  expect(error.message).toContain(`${server.url}/f: a web page with another hash came`);
});

test('a file that rotted in the cache is set aside and fetched again', async () => {
  using scratch = new Scratch();
  await using server = await serveFiles({ '/f': bytes });
  const cached = scratch.write(`cache/sources/sha256/${hash}`, 'rotten');
  const { sources, warnings } = openScratchSources(scratch);
  await sources.fetch([urlRequest(`${server.url}/f`, bytes)]);
  expect([readFileSync(cached).equals(bytes), scratch.read(`cache/sources/sha256/${hash}.corrupt`)]).toEqual([
    true,
    'rotten',
  ]);
  expect(warnings).toEqual([expect.stringContaining('f was damaged in the cache')]);
});

test('what went on from a stale part is fetched whole before it counts as wrong', async () => {
  using scratch = new Scratch();
  await using server = await serveFiles({ '/f': bytes });
  const url = `${server.url}/f`;
  scratch.write(`cache/sources/sha256/${hash}.part`, 'not the beginning of it');
  scratch.write(`cache/sources/sha256/${hash}.part.state`, `${sha256(url)}\n"1"\n`);
  await openScratchSources(scratch).sources.fetch([urlRequest(url, bytes)]);
  expect(server.requests).toEqual(['GET /f bytes=23-', 'GET /f']);
  expect(readdirSync(scratch.path('cache/sources/sha256'))).toEqual([hash]);
});

test('a sha1 pin works, with a warning that says the sha256', async () => {
  using scratch = new Scratch();
  await using server = await serveFiles({ '/f': bytes });
  const checksum = { algorithm: 'sha1', hex: sha1(bytes).toUpperCase() } as const;
  const { sources, warnings } = openScratchSources(scratch);
  await sources.fetch([urlRequest(`${server.url}/f`, bytes, { checksum })]);
  expect(warnings).toEqual([`curl: file: f is pinned by sha1, which can be forged. Its sha256 is ${hash}.`]);
  expect(readFileSync(scratch.path('cache/sources/sha1', sha1(bytes)))).toEqual(bytes);
});

test.each(['', 'main', '../../../etc/passwd', 'f'.repeat(63)])('"%s" is no checksum', async (hex) => {
  using scratch = new Scratch();
  const request = urlRequest('http://127.0.0.1:1/f', bytes, { checksum: { algorithm: 'sha256', hex } });
  expect(await failureOf(openScratchSources(scratch).sources.fetch([request]))).toMatchObject({
    code: 'SOURCE_INVALID',
  });
});

test('independent failures are reported together, in order', async () => {
  using scratch = new Scratch();
  await using server = await serveFiles({ '/wrong': randomBytes(5) });
  const requests = ['/gone', '/wrong'].map((path) => urlRequest(`${server.url}${path}`, Buffer.from(path)));
  const error: unknown = await openScratchSources(scratch)
    .sources.fetch(requests)
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UserErrors);
  expect(error instanceof UserErrors && error.errors.map(({ code }) => code)).toEqual([
    'SOURCE_UNAVAILABLE',
    'SOURCE_MISMATCH',
  ]);
});

test('a password is in no message and in no file', async () => {
  using scratch = new Scratch();
  await using server = await serveFiles({});
  const url = `${server.url.replace('//', '//me:hunter2@')}/f.tgz?sig=hunter2`;
  const { sources, warnings } = openScratchSources(scratch);
  const error = await failureOf(sources.fetch([urlRequest(url, bytes)]));
  expect(error.message).toContain(`${server.url.replace('//', '//***@')}/f.tgz?sig=***: no such file there`);
  expect([error.message, error.hint, ...warnings].join('\n')).not.toContain('hunter2');
});

test('an archive is laid out without its first folder, within the limit of the recipe', async () => {
  using scratch = new Scratch();
  const tar = gzipSync(tarBytes([{ name: 'name-1.0/a/b', content: 'text', mtime: 99 }]));
  const zip = zipBytes([{ name: 'name-1.0/a/b', content: 'text' }]);
  await using server = await serveFiles({ '/n.tar.gz': tar, '/n.zip': zip });
  const { sources } = openScratchSources(scratch);
  for (const [name, file] of [
    ['n.tar.gz', tar],
    ['n.zip', zip],
  ] as const) {
    const request = { ...urlRequest(`${server.url}/${name}`, file, { kind: 'url_extract' }), name };
    await sources.fetch([request]);
    await sources.checkout(request, scratch.path('src'));
    expect(scratch.read(`src/${name}/a/b`)).toBe('text');
    const small = {
      ...urlRequest(`${server.url}/${name}`, file, { kind: 'url_extract', unpackedLimit: 3 }),
      name: 'small',
    };
    const refused = await failureOf(sources.checkout(small, scratch.path('src')));
    expect(refused.message).toBe(
      `curl: small: ${name} was not unpacked: the entry "name-1.0/a/b" makes it unpack to more than the limit of 3 bytes.`,
    );
  }
  expect(readdirSync(scratch.path('src')).toSorted()).toEqual(['n.tar.gz', 'n.zip']);
});

test.each(['', '.', '..', 'a/b', '../x'])('a source cannot be named "%s"', async (name) => {
  using scratch = new Scratch();
  writeFileSync(scratch.path('f'), bytes);
  const { sources } = openScratchSources(scratch);
  const request = { ...urlRequest(pathToFileURL(scratch.path('f')).href, bytes), name };
  expect(await failureOf(sources.checkout(request, scratch.path('src')))).toMatchObject({ code: 'SOURCE_INVALID' });
});

test('a URL that ends in no file name is refused', async () => {
  using scratch = new Scratch();
  const request = urlRequest('http://127.0.0.1:1/folder/', bytes);
  expect(await failureOf(openScratchSources(scratch).sources.fetch([request]))).toMatchObject({
    code: 'SOURCE_INVALID',
  });
});
