import { copyFileSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Rig } from '../rig/rig.ts';
import { manifestsOf, signAll } from '../rig/signed-repository.ts';
import { serve } from '../store/loopback.ts';

/** A tree with one component. */
function tree(script = 'echo hello > $PKG_PATH/said'): Rig {
  const rig = Rig.withBuilder();
  rig.component('site', { script });
  return rig;
}

/** What somebody built and signed with `release.pem`; `stranger.pem` is a key that signed nothing. */
async function published(): Promise<Rig> {
  const rig = tree();
  for (const name of ['release', 'stranger']) await rig.run('key', 'new', `${name}.pem`);
  expect((await rig.run('build')).status).toBe(0);
  await signAll(rig, 'release.pem');
  return rig;
}

/** Another machine with the same tree, which trusts the keys of these files. */
async function reader(from: Rig, ...keys: readonly string[]): Promise<Rig> {
  const rig = tree();
  for (const key of keys) await rig.run('key', 'trust', from.path(key));
  return rig;
}

const only = (rig: Rig, suffix: string): string => {
  const [path = ''] = globSync(rig.path(`out/repository/packages/site/*${suffix}`));
  return path;
};

test('a package that a trusted key signed is fetched, and keeps its attestations, from a folder and over HTTP', async () => {
  using from = await published();
  await using server = await serve(from.path('out/repository'));
  for (const repository of [from.path('out/repository'), server.url]) {
    using rig = await reader(from, 'release.pem');
    const plan = await rig.run('plan', '--repository', repository);
    expect(plan.stdout).toMatch(/^Nothing to build, 1 to fetch|^0 to build, 1 to fetch|^1 to fetch/);
    const { status, stderr } = await rig.run('build', '--repository', repository);
    expect(status).toBe(0);
    expect(stderr).toContain('site: downloaded in');
    expect(stderr).not.toContain('warning');
    expect(readFileSync(only(rig, '.intoto.jsonl'))).toEqual(readFileSync(only(from, '.intoto.jsonl')));
  }
});

test('one that is not signed, or by somebody else, or by a revoked key, is refused and built instead', async () => {
  using from = await published();
  const repository = from.path('out/repository');
  using stranger = await reader(from, 'stranger.pem');
  const wrongKey = await stranger.run('build', '--repository', repository);
  expect(wrongKey.status).toBe(0);
  expect(wrongKey.stderr).toMatch(
    /warning: site--\w+ of \S+ is refused: it is signed by the key \w{16}, which is not in trust\.json; it is not used\. If you trust/,
  );
  expect(wrongKey.stderr).toContain('site: built in');

  using careful = await reader(from, 'release.pem', 'stranger.pem');
  const [{ keyid }] = JSON.parse(readFileSync(careful.path('trust.json'), 'utf8')).keys;
  await careful.run('key', 'revoke', keyid, '--reason', 'laptop stolen');
  const plan = await careful.run('plan', '--repository', repository);
  expect(plan.stdout).toMatch(/^1 to build/);
  expect(plan.stderr).toMatch(
    /is refused: it is signed by the key \w{16} \(release\), which was revoked on \S+: laptop stolen; it is not used/,
  );

  rmSync(only(from, '.intoto.jsonl'));
  using strict = await reader(from, 'release.pem');
  const unsigned = await strict.run('build', '--repository', repository);
  expect(unsigned.stderr).toContain('is refused: it is not signed; it is not used.');
  expect(unsigned.stderr).toContain('site: built in');
  using open = await reader(from);
  expect((await open.run('build', '--repository', repository)).stderr).toContain('site: downloaded');
});

test('other bytes under the name of a signed package are refused though their manifest fits them', async () => {
  using from = await published();
  using evil = tree('echo evil > $PKG_PATH/said');
  expect((await evil.run('build')).status).toBe(0);
  const [theirs] = manifestsOf(from);
  const [ours] = manifestsOf(evil);
  copyFileSync(only(evil, '.tar.xz'), only(from, '.tar.xz'));
  const { sha256 = '', bytes } = ours?.manifest ?? {};
  const text = readFileSync(theirs?.path ?? '', 'utf8').replace(theirs?.manifest.sha256 ?? '', sha256);
  writeFileSync(theirs?.path ?? '', text.replace(/"bytes":\d+/, `"bytes":${bytes}`));
  using rig = await reader(from, 'release.pem');
  const { status, stderr } = await rig.run('build', '--repository', from.path('out/repository'));
  expect(status).toBe(0);
  expect(stderr).toContain(`nothing that is signed says that ${theirs?.manifest.file} has the sha256 ${sha256}`);
  expect(stderr).toContain('site: built in');
  using careless = await reader(from);
  expect((await careless.run('build', '--repository', from.path('out/repository'))).stderr).toContain('downloaded');
});

test('--trust names another file; one that is not there or cannot be read ends the run before it begins', async () => {
  using from = await published();
  const repository = from.path('out/repository');
  using rig = await reader(from, 'stranger.pem');
  await rig.run('key', 'trust', from.path('release.pem'), '--trust', 'mine.json');
  for (const command of ['plan', 'tree']) {
    const { stdout } = await rig.run(command, '--repository', repository, '--trust', 'mine.json');
    expect(stdout).toMatch(/to fetch|in repository/);
  }
  const missing = await rig.run('build', '--repository', repository, '--trust', 'none.json');
  expect(missing).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('The trust file none.json is not there.'),
  });
  rig.write('trust.json', '{ "keys": [] }');
  const broken = await rig.run('build', '--repository', repository);
  expect(broken).toMatchObject({ status: 2, stderr: expect.stringContaining('trust.json lacks the key "schema".') });
  expect((await rig.run('build', '--repository', repository, '--trust', 'mine.json')).stderr).toContain('downloaded');
});

test('attestations go with their package: listed as one, kept for the same bytes, removed by gc', async () => {
  using from = await published();
  using rig = await reader(from, 'release.pem');
  await rig.run('build', '--repository', from.path('out/repository'));
  const items = JSON.parse((await rig.run('store', 'ls', '--json')).stdout).items;
  const [item, ...more] = items.filter(({ kind }: { kind: string }) => kind === 'package');
  expect(more).toEqual([]);
  expect(item.paths.map((path: string) => path.replace(/^.*\/site--\w+/, ''))).toEqual([
    '.manifest.json',
    '.intoto.jsonl',
    '.tar.xz',
  ]);
  expect((await rig.run('store', 'verify')).stdout).toContain('2 tarballs');
  // The same bytes once more: what is signed still holds.
  await rig.run('build', '--force');
  expect(only(rig, '.intoto.jsonl')).not.toBe('');
  rig.component('site', { script: 'echo again > $PKG_PATH/said' });
  await rig.run('build');
  await rig.run('store', 'gc', '--max-size', '1');
  expect(globSync(rig.path('out/repository/packages/site/*.intoto.jsonl'))).toEqual([]);
});

test('fetch takes a package only as trust asks, and ends with an error where build would build', async () => {
  using from = await published();
  const [packed] = manifestsOf(from);
  const id = packed?.manifest.id ?? '';
  using stranger = await reader(from, 'stranger.pem');
  const refused = await stranger.run('fetch', id, '--from', from.path('out/repository'));
  expect(refused.status).toBe(1);
  expect(refused.stderr).toMatch(
    /is refused: it is signed by the key \w{16}, which is not in trust\.json; it is not used\./,
  );
  expect(refused.stderr).toContain('[SIGNATURE_REFUSED]');
  expect(manifestsOf(stranger)).toEqual([]);
  using rig = await reader(from, 'release.pem');
  expect((await rig.run('fetch', id, '--from', from.path('out/repository'))).status).toBe(0);
  expect(readFileSync(only(rig, '.intoto.jsonl'))).toEqual(readFileSync(only(from, '.intoto.jsonl')));
});
