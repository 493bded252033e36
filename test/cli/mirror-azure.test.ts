/** Mirrors and repositories in Blob Storage, by the real command line on Azurite: `az://`, names of the config, SAS URLs. */
import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256 } from '../../src/model/digest.ts';
import { Azurite } from '../rig/azurite.ts';
import { cachedBuilderRig, PACKAGE } from '../rig/relock.ts';
import type { CommandEnd, Rig } from '../rig/rig.ts';
import { serveFiles } from '../rig/sources.ts';
import type { WebServer } from '../rig/web-server.ts';

const ACCOUNT = 'devstoreaccount1';
const TEXT = Buffer.from('the text\n');
const NAMES = [`sha256/${sha256(TEXT)}`, `sha256/${sha256(PACKAGE)}`].toSorted();

let azurite: Azurite;
let upstream: WebServer;
let made = 0;

beforeAll(async () => {
  azurite = await Azurite.start();
  upstream = await serveFiles({ '/note.txt': TEXT });
});
afterAll(async () => {
  await Promise.all([azurite, upstream].map((each) => each[Symbol.asyncDispose]()));
});

function tree(): Rig {
  const rig = cachedBuilderRig();
  const source = { kind: 'url', url: `${upstream.url}/note.txt`, sha256: sha256(TEXT) };
  const script = 'cat /pkg/src/*/note.txt > $PKG_PATH/note';
  rig.component('tool', { buildinfo: { single_source: source }, script });
  return rig;
}

async function container(): Promise<string> {
  const name = `mirror-${(made += 1)}`;
  await azurite.container(name);
  return name;
}

/** Runs the command with the key of the account in its environment; nothing that it prints holds a secret. */
async function run(rig: Rig, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CommandEnd> {
  const end = await rig.start(args, { AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString(), ...env }).end;
  const key = /AccountKey=([^;]+)/.exec(azurite.connectionString())?.[1] ?? '';
  const given = args.flatMap((arg) => /sig=([^&]+)/.exec(arg)?.[1] ?? []);
  for (const secret of [key, ...given]) {
    expect(`${end.stdout}${end.stderr}`).not.toContain(secret);
    expect(`${end.stdout}${end.stderr}`).not.toContain(decodeURIComponent(secret));
  }
  expect(end.stderr).not.toMatch(/sig=(?!\*)/);
  return end;
}

async function blobs(name: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const blob of azurite.client(name).listBlobsFlat()) names.push(blob.name);
  return names;
}

test('a mirror in a container gets what one in a folder gets; again it gets nothing; and it verifies', async () => {
  using rig = tree();
  const name = await container();
  const place = `az://${ACCOUNT}/${name}/sources`;
  const first = await run(rig, ['source', 'mirror', place]);
  expect([first.status, first.stdout]).toEqual([
    0,
    expect.stringMatching(/\/sources: 2 files came, .*were there\.\n$/),
  ]);
  expect((await blobs(name)).toSorted()).toEqual(['mirror.json', ...NAMES].map((each) => `sources/${each}`).toSorted());
  await rig.run('source', 'mirror', 'm');
  const index = await azurite.client(name).getBlobClient('sources/mirror.json').downloadToBuffer();
  expect(index.toString()).toBe(readFileSync(rig.path('m/mirror.json'), 'utf8'));
  const { cacheControl } = await azurite.client(name).getBlobClient('sources/mirror.json').getProperties();
  expect(cacheControl).toBe('no-cache');
  rmSync(rig.path('out/cache/sources'), { recursive: true });
  const requests = upstream.requests.length;
  const again = await run(rig, ['source', 'mirror', place]);
  expect([again.status, again.stdout]).toEqual([0, expect.stringContaining('nothing was lacking; 2 files')]);
  expect(upstream.requests).toHaveLength(requests);
  const verified = await run(rig, ['source', 'verify', place]);
  expect([verified.status, verified.stdout]).toEqual([0, expect.stringContaining('2 files')]);
});

test('what is missing in the container or was changed there is named', async () => {
  using rig = tree();
  const name = await container();
  const place = `az://${ACCOUNT}/${name}`;
  await run(rig, ['source', 'mirror', place]);
  await azurite
    .client(name)
    .getBlockBlobClient(`sha256/${sha256(PACKAGE)}`)
    .delete();
  await azurite
    .client(name)
    .getBlockBlobClient(`sha256/${sha256(TEXT)}`)
    .upload('touched', 7);
  const { status, stdout } = await run(rig, ['source', 'verify', place]);
  expect(status).toBe(1);
  expect(stdout).toContain(`is missing: sha256/${sha256(PACKAGE)}`);
  expect(stdout).toContain(`is damaged: sha256/${sha256(TEXT)}\n  expected sha256 ${sha256(TEXT)}`);
  const mended = await run(rig, ['source', 'mirror', place]);
  expect([mended.status, mended.stderr]).toEqual([1, expect.stringContaining('[MIRROR_DAMAGED]')]);
});

test('a build takes its sources by hash from a container: by az://, by name, and by a SAS to read', async () => {
  using rig = tree();
  const name = await container();
  await run(rig, ['source', 'mirror', `az://${ACCOUNT}/${name}`]);
  const storage = { kind: 'azure', container: name, connectionString: '${MIRROR}' };
  rig.write('dcos-build.config.json', JSON.stringify({ storages: { sources: storage } }));
  const requests = upstream.requests.length;
  const sas = `${azurite.containerUrl(name)}?${azurite.sas(name, { permissions: 'r' })}`;
  for (const mirror of [`az://${ACCOUNT}/${name}`, 'sources', sas]) {
    rmSync(rig.path('out/cache/sources'), { recursive: true });
    const env = { MIRROR: azurite.connectionString() };
    const { status, stderr } = await run(rig, ['build', '--force', '--mirror', mirror], env);
    expect([status, stderr]).toEqual([0, expect.not.stringContaining('warning')]);
  }
  expect(upstream.requests).toHaveLength(requests);
  rmSync(rig.path('out/cache/sources'), { recursive: true });
  const offline = await run(rig, ['build', '--force', '--offline', '--mirror', `az://${ACCOUNT}/${name}`]);
  expect(offline.status).toBe(1);
  expect(offline.stderr).toContain(`warning: offline, so az://${ACCOUNT}/${name} is not asked`);
});

test('packages come from a repository in a container', async () => {
  using rig = tree();
  const name = await container();
  expect((await rig.run('build')).status).toBe(0);
  const { openStore } = await import('../../src/store/index.ts');
  const env = { AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString() };
  const [from, to] = [openStore(rig.path('out/repository')), openStore(`az://${ACCOUNT}/${name}/r`, { env })];
  for (const each of (await from.list('')).keys()) expect(await to.copyFrom(from, each, each)).toBe(true);
  rmSync(rig.path('out'), { recursive: true });
  const place = `az://${ACCOUNT}/${name}/r`;
  const planned = await run(rig, ['plan', '--repository', place]);
  expect(planned.stdout).toContain(`/${name}/r`);
  const fetched = await run(rig, ['build', '--repository', place, '--json']);
  expect([fetched.status, fetched.stdout]).toEqual([0, expect.stringContaining('"outcome":"downloaded"')]);
});

test('two runs that mirror into one container at once both end well, and the index has all', async () => {
  const name = await container();
  using one = tree();
  using two = tree();
  const other = Buffer.from('another text\n');
  await using more = await serveFiles({ '/other.txt': other });
  const source = { kind: 'url', url: `${more.url}/other.txt`, sha256: sha256(other) };
  two.component('more', { buildinfo: { single_source: source } });
  const args = ['source', 'mirror', `az://${ACCOUNT}/${name}`];
  const ends = await Promise.all([run(one, args), run(two, args)]);
  expect(ends.map(({ status, stderr }) => [status, stderr.includes('error')])).toEqual([
    [0, false],
    [0, false],
  ]);
  const index = JSON.parse((await azurite.client(name).getBlobClient('mirror.json').downloadToBuffer()).toString());
  expect(index.entries.map((entry: { name: string }) => entry.name)).toEqual(
    [...NAMES, `sha256/${sha256(other)}`].toSorted(),
  );
  expect((await run(two, ['source', 'verify', args[2] ?? ''])).status).toBe(0);
});

test('what is refused is one sentence with what to do: no right to write, no such container, nobody logged in', async () => {
  using rig = tree();
  const name = await container();
  const reading = `${azurite.containerUrl(name)}?${azurite.sas(name, { permissions: 'rl' })}`;
  const forbidden = await run(rig, ['source', 'mirror', reading]);
  expect([forbidden.status, forbidden.stderr]).toEqual([
    3,
    expect.stringMatching(
      /^error: \S+ cannot be written to: its SAS does not give the right to write .*\n {2}hint: .* \[STORE_FORBIDDEN\]\n$/,
    ),
  ]);
  const gone = await run(rig, ['source', 'verify', `az://${ACCOUNT}/nowhere`]);
  expect([gone.status, gone.stderr]).toEqual([1, expect.stringContaining('there is no container "nowhere"')]);
  expect(gone.stderr).toContain('[MIRROR_UNAVAILABLE]');
  const ended = `${azurite.containerUrl(name)}?${azurite.sas(name, { expiresInMs: -60_000 })}`;
  const late = await run(rig, ['source', 'verify', ended]);
  expect([late.status, late.stderr]).toEqual([3, expect.stringContaining('its SAS has ended at ')]);
  const wrong = await run(rig, ['source', 'mirror', 'az://x']);
  expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining('[USAGE]')]);
});

test('a repository that refuses is warned of, and what it may have is built', async () => {
  using rig = tree();
  const name = await container();
  const ended = `${azurite.containerUrl(name)}?${azurite.sas(name, { expiresInMs: -60_000 })}`;
  const { status, stderr } = await run(rig, ['build', '--repository', ended]);
  expect([status, stderr]).toEqual([0, expect.stringContaining('its SAS has ended at ')]);
  expect(stderr).toContain('What it may have is built here instead.');
});

test('a mirror in a folder that is not there is warned of', async () => {
  using rig = tree();
  const { status, stderr } = await rig.run('build', '--mirror', 'nowhere');
  expect([status, stderr]).toEqual([
    0,
    expect.stringContaining(`warning: The mirror ${rig.path('nowhere')} is no folder, and is not asked.`),
  ]);
});
