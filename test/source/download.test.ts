import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { sha1, sha256 } from '../../src/model/digest.ts';
import { UserError, UserErrors } from '../../src/model/errors.ts';
import type { UrlSource } from '../../src/model/source.ts';
import { openSources, type SourceRequest, type SourcesOptions } from '../../src/source/index.ts';
import { Scratch } from '../rig/scratch.ts';
import { tarBytes, zipBytes } from '../rig/tar-bytes.ts';
import { serve, serveBytes, type WebServer } from '../rig/web-server.ts';

const bytes = randomBytes(50_000);
const hash = sha256(bytes);

function open(scratch: Scratch, options: Partial<SourcesOptions> = {}) {
  mkdirSync(scratch.path('src'), { recursive: true });
  const warnings: string[] = [];
  const sources = openSources({
    cache: scratch.path('cache'),
    retryBaseMs: 1,
    onWarning: (message) => void warnings.push(message),
    ...options,
  });
  return { sources, warnings };
}

function urlRequest(url: string, of: Uint8Array = bytes, more: Partial<UrlSource> = {}): SourceRequest {
  const checksum = { algorithm: 'sha256', hex: sha256(of) } as const;
  return { owner: 'curl', name: 'file', source: { kind: 'url', url, checksum, ...more } };
}

function serveAll(files: Readonly<Record<string, Buffer>>): Promise<WebServer> {
  return serve((request, response) => {
    const file = files[request.url ?? ''];
    if (file === undefined) response.writeHead(404).end('<html>no</html>');
    else serveBytes(request, response, file);
  });
}

async function failureOf(work: Promise<unknown>): Promise<UserError> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  if (error instanceof UserError) return error;
  throw new Error('no UserError was thrown', { cause: error });
}

test('a file is cached by its hash and laid out under the last part of its URL, query included', async () => {
  using scratch = new Scratch();
  await using server = await serveAll({ '/a/name-1.0.whl?x=1': bytes });
  const { sources, warnings } = open(scratch);
  const request = urlRequest(`${server.url}/a/name-1.0.whl?x=1`);
  await sources.fetch([request]);
  await sources.checkout(request, scratch.path('src'), { epoch: 7 });
  expect(readdirSync(scratch.path('cache/sources/sha256'))).toEqual([hash]);
  expect(readFileSync(scratch.path('src/file/name-1.0.whl?x=1'))).toEqual(bytes);
  const { mode, mtimeMs } = statSync(scratch.path('src/file/name-1.0.whl?x=1'));
  expect([mode & 0o777, mtimeMs, warnings]).toEqual([0o644, 7000, []]);
});

test('two components and two processes that want one file fetch it once', async () => {
  using scratch = new Scratch();
  await using server = await serveAll({ '/f': bytes });
  const request = urlRequest(`${server.url}/f`);
  const [one, two] = [open(scratch), open(scratch)];
  await Promise.all([one.sources.fetch([request, { ...request, owner: 'other' }]), two.sources.fetch([request])]);
  expect(server.requests).toEqual(['GET /f']);
});

test('progress names the source, the file and its bytes', async () => {
  using scratch = new Scratch();
  await using server = await serveAll({ '/f': bytes });
  const seen: unknown[][] = [];
  const request = urlRequest(`${server.url}/f`);
  const onProgress = ({ owner, name }: SourceRequest, ...rest: unknown[]): void =>
    void seen.push([owner, name, ...rest]);
  await open(scratch).sources.fetch([request], { onProgress });
  expect(seen.at(-1)).toEqual(['curl', 'file', 'f', bytes.length, bytes.length]);
});

test('wrong content is kept aside, never cached, and both hashes are told', async () => {
  using scratch = new Scratch();
  const wrong = randomBytes(100);
  await using server = await serveAll({ '/f': wrong });
  const error = await failureOf(open(scratch).sources.fetch([urlRequest(`${server.url}/f`)]));
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
  const error = await failureOf(open(scratch).sources.fetch([urlRequest(`${server.url}/f`)]));
  expect(error.message).toContain(`${server.url}/f: a web page with another hash came`);
});

test('mirrors are asked by hash before upstream, one after another, and need not have the file', async () => {
  using scratch = new Scratch();
  await using upstream = await serveAll({ '/f': bytes });
  await using empty = await serveAll({});
  await using full = await serveAll({ [`/base/sha256/${hash}?sig=x`]: bytes });
  const mirrors = [scratch.path('no-folder'), empty.url, `${full.url}/base/?sig=x`];
  const { sources, warnings } = open(scratch, { mirrors });
  await sources.fetch([urlRequest(`${upstream.url}/f`)]);
  expect([upstream.requests, empty.requests.length, full.requests.length, warnings]).toEqual([[], 1, 1, []]);
});

test('a mirror with wrong content is told of, and the next address serves', async () => {
  using scratch = new Scratch();
  await using upstream = await serveAll({ '/f': bytes });
  const wrong = scratch.write(`mirror/sha256/${hash}`, 'wrong');
  const { sources, warnings } = open(scratch, { mirrors: [scratch.path('mirror')] });
  await sources.fetch([urlRequest(`${upstream.url}/f`)]);
  expect(warnings).toEqual([expect.stringContaining(`${pathToFileURL(wrong).href}: a file with another hash came`)]);
  expect(readFileSync(scratch.path('cache/sources/sha256', hash))).toEqual(bytes);
});

test('a mirror that cannot be reached is told of once, and upstream serves', async () => {
  using scratch = new Scratch();
  const other = randomBytes(9);
  await using upstream = await serveAll({ '/f': bytes, '/g': other });
  const gone = await serveAll({});
  await gone[Symbol.asyncDispose]();
  const { sources, warnings } = open(scratch, { mirrors: [gone.url] });
  await sources.fetch([urlRequest(`${upstream.url}/f`)]);
  expect(warnings.at(-1)).toContain(`curl: file: mirror ${gone.url}/sha256/${hash}: `);
  const told = warnings.length;
  await sources.fetch([urlRequest(`${upstream.url}/g`, other)]);
  expect(warnings).toHaveLength(told);
});

test('a file that rotted in the cache is set aside and fetched again', async () => {
  using scratch = new Scratch();
  await using server = await serveAll({ '/f': bytes });
  const cached = scratch.write(`cache/sources/sha256/${hash}`, 'rotten');
  const { sources, warnings } = open(scratch);
  await sources.fetch([urlRequest(`${server.url}/f`)]);
  expect([readFileSync(cached).equals(bytes), scratch.read(`cache/sources/sha256/${hash}.corrupt`)]).toEqual([
    true,
    'rotten',
  ]);
  expect(warnings).toEqual([expect.stringContaining('f was damaged in the cache')]);
});

test('what went on from a stale part is fetched whole before it counts as wrong', async () => {
  using scratch = new Scratch();
  await using server = await serveAll({ '/f': bytes });
  const url = `${server.url}/f`;
  scratch.write(`cache/sources/sha256/${hash}.part`, 'not the beginning of it');
  scratch.write(`cache/sources/sha256/${hash}.part.state`, `${sha256(url)}\n"1"\n`);
  await open(scratch).sources.fetch([urlRequest(url)]);
  expect(server.requests).toEqual(['GET /f bytes=23-', 'GET /f']);
  expect(readdirSync(scratch.path('cache/sources/sha256'))).toEqual([hash]);
});

test('a sha1 pin works, with a warning that says the sha256', async () => {
  using scratch = new Scratch();
  await using server = await serveAll({ '/f': bytes });
  const checksum = { algorithm: 'sha1', hex: sha1(bytes).toUpperCase() } as const;
  const { sources, warnings } = open(scratch);
  await sources.fetch([urlRequest(`${server.url}/f`, bytes, { checksum })]);
  expect(warnings).toEqual([`curl: file: f is pinned by sha1, which can be forged. Its sha256 is ${hash}.`]);
  expect(readFileSync(scratch.path('cache/sources/sha1', sha1(bytes)))).toEqual(bytes);
});

test.each(['', 'main', '../../../etc/passwd', 'f'.repeat(63)])('"%s" is no checksum', async (hex) => {
  using scratch = new Scratch();
  const request = urlRequest('http://127.0.0.1:1/f', bytes, { checksum: { algorithm: 'sha256', hex } });
  expect(await failureOf(open(scratch).sources.fetch([request]))).toMatchObject({ code: 'SOURCE_INVALID' });
});

test('offline, all that is missing is named at once; folders of this machine still serve', async () => {
  using scratch = new Scratch();
  await using server = await serveAll({ '/f': bytes });
  const mirrored = randomBytes(10);
  scratch.write(`mirror/sha256/${sha256(mirrored)}`, mirrored);
  const local = randomBytes(10);
  const { sources } = open(scratch, { offline: true, mirrors: [scratch.path('mirror'), server.url] });
  const there = [
    urlRequest(`${server.url}/mirrored`, mirrored),
    urlRequest(pathToFileURL(scratch.write('local', local)).href, local),
  ];
  const hex = '0'.repeat(64);
  const deb = { package: 'p', version: '1', architecture: 'all', checksum: { algorithm: 'sha256', hex } } as const;
  const away: SourceRequest[] = [
    urlRequest(`${server.url.replace('//', '//me:secret@')}/f`),
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

test('independent failures are reported together, in order', async () => {
  using scratch = new Scratch();
  await using server = await serveAll({ '/wrong': randomBytes(5) });
  const requests = ['/gone', '/wrong'].map((path) => urlRequest(`${server.url}${path}`, Buffer.from(path)));
  const error: unknown = await open(scratch)
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
  await using server = await serveAll({});
  const url = `${server.url.replace('//', '//me:hunter2@')}/f.tgz?sig=hunter2`;
  const { sources, warnings } = open(scratch);
  const error = await failureOf(sources.fetch([urlRequest(url)]));
  expect(error.message).toContain(`${server.url.replace('//', '//***@')}/f.tgz?sig=***: no such file there`);
  expect([error.message, error.hint, ...warnings].join('\n')).not.toContain('hunter2');
});

test('an archive is laid out without its first folder, within the limit of the recipe', async () => {
  using scratch = new Scratch();
  const tar = gzipSync(tarBytes([{ name: 'name-1.0/a/b', content: 'text', mtime: 99 }]));
  const zip = zipBytes([{ name: 'name-1.0/a/b', content: 'text' }]);
  await using server = await serveAll({ '/n.tar.gz': tar, '/n.zip': zip });
  const { sources } = open(scratch);
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
  const { sources } = open(scratch);
  const request = { ...urlRequest(pathToFileURL(scratch.path('f')).href), name };
  expect(await failureOf(sources.checkout(request, scratch.path('src')))).toMatchObject({ code: 'SOURCE_INVALID' });
});

test('a URL that ends in no file name is refused', async () => {
  using scratch = new Scratch();
  const request = urlRequest('http://127.0.0.1:1/folder/');
  expect(await failureOf(open(scratch).sources.fetch([request]))).toMatchObject({ code: 'SOURCE_INVALID' });
});
