import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { download } from '../../src/host/network.ts';
import { sha1, sha256 } from '../../src/model/digest.ts';
import { Scratch } from '../rig/scratch.ts';
import { serve, serveBytes, serveCut } from '../rig/web-server.ts';

const bytes = randomBytes(300_000);
const quick = { retryBaseMs: 1 };

test('a file arrives with both hashes, its size and its progress', async () => {
  using scratch = new Scratch();
  await using server = await serve((request, response) => serveBytes(request, response, bytes));
  const seen: (number | undefined)[][] = [];
  const options = { onProgress: (done: number, total: number | undefined) => void seen.push([done, total]) };
  const got = await download(`${server.url}/f`, scratch.path('new/f'), options);
  expect(got).toMatchObject({ sha1: sha1(bytes), sha256: sha256(bytes), bytes: bytes.length, resumed: false });
  expect(readFileSync(scratch.path('new/f'))).toEqual(bytes);
  expect(seen.at(-1)).toEqual([bytes.length, bytes.length]);
});

test('a connection that is cut again and again is gone on with where it ended', async () => {
  using scratch = new Scratch();
  await using server = await serve((request, response) => {
    const start = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0);
    const piece = bytes.subarray(start, start + 30_000);
    const range = start === 0 ? {} : { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(start === 0 ? 200 : 206, { ...range, etag: '"1"', 'content-length': bytes.length - start });
    response.write(piece, () => (start + piece.length < bytes.length ? response.destroy() : response.end()));
  });
  const got = await download(`${server.url}/f`, scratch.path('f'), quick);
  expect(got).toMatchObject({ sha256: sha256(bytes), resumed: true });
  expect(readFileSync(scratch.path('f'))).toEqual(bytes);
  expect(server.requests.length).toBeGreaterThanOrEqual(bytes.length / 30_000);
});

test('another process goes on with what one has left', async () => {
  using scratch = new Scratch();
  let cut = true;
  await using server = await serve((request, response) => {
    if (cut) serveCut(response, bytes, 100_000, { etag: '"1"' });
    else serveBytes(request, response, bytes);
  });
  await expect(download(`${server.url}/f`, scratch.path('f'), { ...quick, attempts: 1 })).rejects.toThrow('cut off');
  const left = statSync(scratch.path('f')).size;
  cut = false;
  expect(await download(`${server.url}/f`, scratch.path('f'), quick)).toMatchObject({
    sha256: sha256(bytes),
    resumed: true,
  });
  expect(server.requests.at(-1)).toBe(`GET /f bytes=${left}-`);
});

test('a file that has changed on the server is fetched from its beginning', async () => {
  using scratch = new Scratch();
  const newer = randomBytes(200_000);
  let first = true;
  await using server = await serve((request, response) => {
    if (first) serveCut(response, bytes, 100_000, { etag: '"old"' });
    else serveBytes(request, response, newer, '"new"');
    first = false;
  });
  const got = await download(`${server.url}/f`, scratch.path('f'), quick);
  expect(got).toMatchObject({ sha256: sha256(newer), bytes: newer.length, resumed: false });
  expect(readFileSync(scratch.path('f'))).toEqual(newer);
});

test.each([
  ['ignores ranges', { etag: '"1"' }, 200, {}],
  ['has no version of the file', {}, 200, {}],
  ['has only a weak one', { etag: 'W/"1"' }, 200, {}],
  ['sends another range', { etag: '"1"' }, 206, { 'content-range': `bytes 5-${bytes.length - 1}/${bytes.length}` }],
  ['says that the range is beyond the end', { etag: '"1"' }, 416, {}],
])('a server that %s leads to a whole file all the same', async (_what, headers, status, more) => {
  using scratch = new Scratch();
  let first = true;
  await using server = await serve((request, response) => {
    if (first) serveCut(response, bytes, 100_000, { ...headers });
    else if (request.headers.range === undefined)
      response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
    else response.writeHead(status, more).end(bytes);
    first = false;
  });
  await download(`${server.url}/f`, scratch.path('f'), quick);
  expect(readFileSync(scratch.path('f'))).toEqual(bytes);
});

test.each([503, 500, 429, 408])('status %i is tried again, and told', async (status) => {
  using scratch = new Scratch();
  let failures = 2;
  await using server = await serve((request, response) => {
    if (failures > 0) response.writeHead(status).end('later');
    else serveBytes(request, response, bytes);
    failures -= 1;
  });
  const told: string[] = [];
  await download(`${server.url}/f`, scratch.path('f'), { ...quick, onRetry: (reason) => void told.push(reason) });
  expect(told).toEqual(Array.from({ length: 2 }, () => expect.stringContaining(`HTTP ${status}`)));
  expect(readFileSync(scratch.path('f'))).toEqual(bytes);
});

test('the wait that a server asks for is kept', async () => {
  using scratch = new Scratch();
  let busy = true;
  await using server = await serve((request, response) => {
    if (busy) response.writeHead(429, { 'retry-after': '1' }).end();
    else serveBytes(request, response, bytes);
    busy = false;
  });
  const waits: number[] = [];
  await download(`${server.url}/f`, scratch.path('f'), { ...quick, onRetry: (_, waitMs) => void waits.push(waitMs) });
  expect(waits).toEqual([1000]);
});

test.each([404, 403, 410])('status %i is final', async (status) => {
  using scratch = new Scratch();
  await using server = await serve((_request, response) => void response.writeHead(status).end());
  const isAbsent = status !== 403;
  await expect(download(`${server.url}/f`, scratch.path('f'), quick)).rejects.toMatchObject({
    mayPass: false,
    isAbsent,
  });
  expect(server.requests).toEqual(['GET /f']);
});

test('tries end when none brings anything', async () => {
  using scratch = new Scratch();
  await using server = await serve((_request, response) => void response.destroy());
  await expect(download(`${server.url}/f`, scratch.path('f'), { ...quick, attempts: 3 })).rejects.toMatchObject({
    mayPass: true,
  });
  expect(server.requests).toHaveLength(3);
});

test('a server that falls silent is left', async () => {
  using scratch = new Scratch();
  let silent = true;
  await using server = await serve((request, response) => {
    if (!silent) serveBytes(request, response, bytes);
    else response.writeHead(200, { 'content-length': bytes.length }).write(bytes.subarray(0, 10));
    silent = false;
  });
  await download(`${server.url}/f`, scratch.path('f'), { ...quick, stallMs: 100 });
  expect(readFileSync(scratch.path('f'))).toEqual(bytes);
});

test('bytes come as they are sent, though the server labels them as an encoding', async () => {
  using scratch = new Scratch();
  const packed = gzipSync('x'.repeat(5000));
  await using server = await serve((_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length }).end(packed);
  });
  expect(await download(`${server.url}/f.gz`, scratch.path('f'))).toMatchObject({ sha256: sha256(packed) });
});

test('redirects are followed; a password goes to no other server', async () => {
  using scratch = new Scratch();
  const seen: (string | undefined)[] = [];
  await using other = await serve((request, response) => {
    seen.push(request.headers.authorization);
    serveBytes(request, response, bytes);
  });
  await using server = await serve((request, response) => {
    seen.push(request.headers.authorization);
    const location = request.url === '/a' ? '/b' : `${other.url}/c`;
    response.writeHead(302, { location }).end();
  });
  await download(`${server.url.replace('//', '//me:secret@')}/a`, scratch.path('f'));
  const basic = `Basic ${Buffer.from('me:secret').toString('base64')}`;
  expect(seen).toEqual([basic, basic, undefined]);
});

test('a ring of redirects ends', async () => {
  using scratch = new Scratch();
  await using server = await serve((_request, response) => void response.writeHead(301, { location: '/f' }).end());
  await expect(download(`${server.url}/f`, scratch.path('f'))).rejects.toThrow('more than 10 redirects');
});

test('a file URL is read; one that is not there is final', async () => {
  using scratch = new Scratch();
  writeFileSync(scratch.path('there'), bytes);
  const url = pathToFileURL(scratch.path('there')).href;
  expect(await download(url, scratch.path('f'))).toMatchObject({ sha256: sha256(bytes), bytes: bytes.length });
  await expect(download(`${url}-not`, scratch.path('g'))).rejects.toMatchObject({ isAbsent: true, mayPass: false });
});

test('a proxy that the environment names is used, but not for the hosts that it exempts', async () => {
  using scratch = new Scratch();
  await using proxy = await serve((request, response) => serveBytes(request, response, bytes));
  await using direct = await serve((request, response) => serveBytes(request, response, bytes));
  const module = JSON.stringify(resolve('src/host/network.ts'));
  const script = `const { download } = await import(${module});
    await download('http://away.example.org/f', ${JSON.stringify(scratch.path('f'))});
    await download('${direct.url}/g', ${JSON.stringify(scratch.path('g'))});`;
  const env = { PATH: process.env['PATH'], HTTP_PROXY: proxy.url, NO_PROXY: '127.0.0.1' };
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env });
  expect([proxy.requests, direct.requests]).toEqual([['GET http://away.example.org/f'], ['GET /g']]);
});

test('the signal ends a download and its tries; what has come is kept for the next run', async () => {
  using scratch = new Scratch();
  const controller = new AbortController();
  await using server = await serve((_request, response) => {
    response.writeHead(200, { etag: '"1"', 'content-length': bytes.length }).write(bytes.subarray(0, 1000));
  });
  const onProgress = (): void => controller.abort(new Error('stopped by the test'));
  const downloading = download(`${server.url}/f`, scratch.path('f'), {
    ...quick,
    signal: controller.signal,
    onProgress,
  });
  await expect(downloading).rejects.toThrow('stopped by the test');
  expect(server.requests).toHaveLength(1);
  expect([statSync(scratch.path('f')).size, existsSync(scratch.path('f.state'))]).toEqual([1000, true]);
});
