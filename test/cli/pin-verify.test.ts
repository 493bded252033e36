import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/model/digest.ts';
import { GitRepository, serveGit } from '../rig/git-repository.ts';
import { Rig } from '../rig/rig.ts';
import { serve, serveBytes, serveCut, type Answer } from '../rig/web-server.ts';

const TEXT = Buffer.from('the text\n');

/** A tree whose builders are images, so that only sources are pinned. */
function treeOf(sources: object): Rig {
  const rig = new Rig();
  rig.component('tool', { buildinfo: { docker: 'image', sources } });
  rig.write('builders.lock.json', JSON.stringify({ image: 'sha256:1' }));
  return rig;
}

const file = (url: string, of: Uint8Array | string) => ({ kind: 'url', url, sha256: sha256(of) });

/** Answers as a server does that names the versions of its files. */
function serveTagged(files: Readonly<Record<string, Buffer>>): Answer {
  return (request, response) => {
    const bytes = files[request.url ?? ''];
    if (bytes === undefined) response.writeHead(404).end();
    else if (request.headers['if-none-match'] === `"${sha256(bytes)}"`) response.writeHead(304).end();
    else serveBytes(request, response, bytes, `"${sha256(bytes)}"`);
  };
}

test('files are fetched side by side once; the second time the server is asked and nothing comes', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `/file-${index}`);
  const files = Object.fromEntries(names.map((name) => [name, Buffer.from(name)]));
  const answer = serveTagged(files);
  const waiting: (() => void)[] = [];
  let bodies = 0;
  await using server = await serve((request, response) => {
    response.on('finish', () => (bodies += response.statusCode === 200 ? 1 : 0));
    waiting.push(() => answer(request, response));
    // Nobody is answered before six have asked.
    if (waiting.length === 6) for (const go of waiting.splice(0)) go();
  });
  using rig = treeOf(Object.fromEntries(names.map((name) => [name.slice(1), file(server.url + name, name)])));
  const first = await rig.run('pin', '--verify', '--jobs', '6');
  expect([first.status, first.stdout, first.stderr]).toEqual([
    0,
    '12 pins hold (12 fetched whole). 86 B of files came.\n',
    'asking for 12 files …\n',
  ]);
  expect(bodies).toBe(12);
  const second = await rig.run('pin', '--verify', '--jobs', '6');
  expect([second.status, second.stdout]).toEqual([
    0,
    '12 pins hold (12 unchanged by the word of the server). 0 B of files came.\n',
  ]);
  expect([bodies, server.requests.length]).toEqual([12, 24]);
});

test('a file that changed upstream is named with the hash that it had and the one that it has', async () => {
  const files: Record<string, Buffer> = { '/a.txt': TEXT };
  await using server = await serve(serveTagged(files));
  using rig = treeOf({ a: file(`${server.url}/a.txt`, TEXT) });
  expect((await rig.run('pin', '--verify')).status).toBe(0);
  files['/a.txt'] = Buffer.from('another text\n');
  const recipe = readFileSync(rig.path('packages/tool/buildinfo.json'), 'utf8');
  for (const _time of [1, 2]) {
    const { status, stdout } = await rig.run('pin', '--verify');
    expect(status).toBe(1);
    expect(stdout).toContain(`tool: a: a.txt has changed: ${server.url}/a.txt gives another file
  was sha256 ${sha256(TEXT)}
  is  sha256 ${sha256('another text\n')}\n`);
    expect(stdout).toContain('0 pins hold; 1 changed.');
  }
  expect(readFileSync(rig.path('packages/tool/buildinfo.json'), 'utf8')).toBe(recipe);
  expect(readFileSync(rig.path('out/cache/sources/sha256', sha256(TEXT)))).toEqual(TEXT);
});

test('what is gone and what cannot be reached are told apart, and the rest is verified', async () => {
  const big = Buffer.alloc(300_000, 'x');
  await using server = await serve((request, response) => {
    if (request.url === '/a.txt') serveBytes(request, response, TEXT);
    else if (request.url === '/cut' && request.headers.range === undefined) serveCut(response, big, 10, {});
    else response.writeHead(404).end();
  });
  using rig = treeOf({
    a: file(`${server.url}/a.txt`, TEXT),
    gone: file(`${server.url}/gone.txt`, TEXT),
    nobody: file('http://127.0.0.1:9/b.txt', TEXT),
  });
  const { status, stdout } = await rig.run('pin', '--verify');
  expect(status).toBe(1);
  expect(stdout).toContain(`tool: gone: gone.txt is gone: ${server.url}/gone.txt: HTTP 404`);
  expect(stdout).toContain(
    'tool: nobody: b.txt could not be asked for: http://127.0.0.1:9/b.txt: connect ECONNREFUSED',
  );
  expect(stdout).toMatch(/1 pin holds \(1 fetched whole\); 1 gone, 1 not to be reached\. 9 B of files came\.\n$/);
});

test('a network that cuts off in the middle is gone on with', async () => {
  const big = Buffer.alloc(300_000, 'x');
  let isCut = false;
  await using server = await serve((request, response) => {
    if (isCut) serveBytes(request, response, big);
    else serveCut(response, big, 200_000, { etag: '"1"' });
    isCut = true;
  });
  using rig = treeOf({ big: file(`${server.url}/big.bin`, big) });
  const { status, stdout } = await rig.run('pin', '--verify');
  expect([status, stdout]).toEqual([0, expect.stringContaining('1 pin holds (1 fetched whole).')]);
  expect(server.requests[1]).toMatch(/^GET \/big\.bin bytes=\d+-$/);
});

test('a commit is fetched once, then only asked for; one that is gone is told', async () => {
  using made = new Rig();
  const repository = new GitRepository(made.path('root/repository'));
  repository.write('large.bin', randomBytes(200_000));
  const ref = repository.commit();
  repository.git('config', 'uploadpack.allowFilter', 'true');
  const sockets = new Set<Socket>();
  const sent = (): number => [...sockets].reduce((sum, { bytesWritten }) => sum + bytesWritten, 0);
  await using server = await serve((request, response) => {
    sockets.add(request.socket);
    serveGit(request, response, made.path('root'));
  });
  using rig = treeOf({ code: { kind: 'git', git: `${server.url}/repository/.git`, ref, ref_origin: 'main' } });
  expect((await rig.run('pin', '--verify')).stdout).toContain('1 pin holds (1 fetched whole).');
  const [asked, before] = [server.requests.length, sent()];
  expect((await rig.run('pin', '--verify')).stdout).toContain('1 pin holds (1 commit given away).');
  expect(server.requests.length).toBeGreaterThan(asked);
  expect([before > 200_000, sent() - before < 10_000]).toEqual([true, true]);
  repository.write('large.bin', 'rewritten');
  repository.git('add', '--all');
  repository.git('commit', '--quiet', '--amend', '-m', 'rewritten');
  repository.git('reflog', 'expire', '--expire=now', '--all');
  execFileSync('git', ['-C', repository.folder, 'gc', '--quiet', '--prune=now']);
  const { status, stdout } = await rig.run('pin', '--verify');
  expect(status).toBe(1);
  expect(stdout).toContain(`tool: code: ${server.url}/repository/.git is gone: commit ${ref}:`);
});

test('pins of Debian are looked up in its indexes, and one that left the archive is told', async () => {
  const six = { package: 'python3-six', version: '1.16.0-4', architecture: 'all' };
  const sha = 'fd189e9cecbcf17a1fc20aec30055c8afa9c1eec00cd6e7ab385087a2ab3b0d3';
  using rig = treeOf({
    gone: { kind: 'deb', packages: [{ ...six, version: '0.1-1', sha256: '0'.repeat(64) }] },
    here: { kind: 'deb', packages: [{ ...six, sha256: sha }] },
  });
  const { status, stdout } = await rig.run('pin', '--verify');
  expect(status).toBe(1);
  expect(stdout).toMatch(/tool: gone: python3-six_0\.1-1_all\.deb is gone: the archive has version .*1\.16\.0-4/);
  expect(stdout).toContain("1 pin holds (1 listed in Debian's archive and there); 1 gone.");
  expect(existsSync(rig.path('out/cache/sources/sha256', sha))).toBe(false);
}, 120_000);

test('what only mirrors have is said to be there, and is no failure', async () => {
  using rig = treeOf({ closed: file('mirror:///closed.tar.gz', TEXT) });
  const { status, stdout } = await rig.run('pin', '--verify');
  expect([status, stdout]).toEqual([
    0,
    `tool: closed: closed.tar.gz is on mirrors only: no server has it
0 pins hold; 1 on mirrors only. 0 B of files came.
`,
  ]);
});

test.each([
  [['--verify', 'tool', '1.0'], 'TO does nothing with --verify'],
  [['--verify', '--dry-run'], '--dry-run does nothing with --verify'],
  [['tool', '--jobs', '2'], '--jobs does nothing where pins are moved'],
  [['--verify', '--jobs', '0'], '--jobs takes a whole number of at least 1'],
  [[], 'An argument is missing: dcos-build pin <component> [to]'],
])('pin %j is refused', async (args, message) => {
  using rig = treeOf({ a: file('http://127.0.0.1:9/b.txt', TEXT) });
  const { status, stderr } = await rig.run('pin', ...args);
  expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
});

test('an unknown component is refused', async () => {
  using rig = treeOf({ a: file('http://127.0.0.1:9/b.txt', TEXT) });
  const { status, stderr } = await rig.run('pin', '--verify', 'tol');
  expect([status, stderr]).toEqual([2, expect.stringContaining('Did you mean "tool"?')]);
});
