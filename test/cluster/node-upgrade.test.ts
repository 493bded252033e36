/** dcos-node and the releases of this program: what one writes the other reads, and refuses if it was changed. */
import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ClusterNode } from './cluster-node.ts';
import { serveFolder, SignedReleases } from './signed-releases.ts';

const MINUTES = 60_000;
const CONFIG = 'dcos-config--setup_0f';
const QUICK = ['--check-timeout=0', '--settle=0'] as const;

let releases: SignedReleases;
let first: string;
let second: string;
let keys: readonly string[];
beforeAll(async () => {
  releases = new SignedReleases();
  await releases.rig.shell('openssl ecparam -name prime256v1 -genkey -noout -out curve.pem');
  keys = [await releases.newKey('edwards'), await releases.publicKey('curve')];
  first = await releases.release('first', 'edwards');
  releases.service('two');
  second = await releases.release('second', 'curve');
}, 3 * MINUTES);
afterAll(() => releases[Symbol.dispose]());

let nodes = 0;
/** A master of the first release, set up. */
async function setUpNode(url: string, known = keys): Promise<ClusterNode> {
  const node = new ClusterNode(releases.rig, `node-${(nodes += 1)}`);
  const release = releases.nodeRelease(first, known);
  const ids = releases.manifest(first).trees[0]?.packages ?? [];
  const files = [{ path: '/etc/name', content: 'LATE_BIND_PLACEHOLDER_START_cluster_name_LATE_BIND_PLACEHOLDER_END' }];
  const told = {
    ...{ schema: 'dcos-node 1', roles: ['master'], release, attributes: {}, late_package: null },
    ...{ package_list: { id: 'f0', packages: [...ids, CONFIG] }, packages: [{ id: CONFIG, files }] },
  };
  node.told(told, { cluster_name: 'ours', master_list: '["10.0.0.4"]', repository_url: url });
  await node.unpack(releases.rig.path(`store/bootstrap/${release.bootstrap}.bootstrap.tar.xz`));
  const { status, stderr } = await node.run('setup');
  if (status !== 0) throw new Error(stderr);
  return node;
}

test('a node goes to a signed release and back, and keeps its configuration', { timeout: 2 * MINUTES }, async () => {
  await using store = await serveFolder(releases.rig.path('store'));
  const node = await setUpNode(store.url);
  expect(node.read('root/etc/served')).toBe('one\n');
  expect(store.requests).toEqual([]);
  const { status, stdout, stderr } = await node.run('upgrade', second, ...QUICK);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const shown = stdout.replaceAll(/[0-9a-f]{16,40}/g, 'ID').replace(/\d+ B/, 'SOME');
  // Which of the ids comes first depends on them.
  expect(shown.split('\n').toSorted()).toEqual([
    '',
    '  + service--ID, SOME to fetch',
    '  - service--ID',
    'From release 1.0-ID to release 1.0-ID:',
    'The packages of release 1.0-ID are active; looking how they do.',
    'The upgrade is done: release 1.0-ID is active.',
  ]);
  expect(store.requests.filter((request) => !request.includes('/service/'))).toEqual([
    `GET /releases/${second}/manifest.json`,
    `GET /releases/${second}/provenance.intoto.jsonl`,
  ]);
  expect([node.read('root/etc/served'), node.read('root/etc/name')]).toEqual(['two\n', 'ours']);
  expect(node.read('bin/asked')).toContain('stop dcos-served.service\n');
  expect(await node.status()).toMatchObject({
    ...{ healthy: true, release: second, previous_release: first, roles: ['master'] },
    last_change: { kind: 'upgrade', from: first, to: second, result: 'done' },
  });
  expect((await node.run('rollback', ...QUICK)).status).toBe(0);
  expect(node.read('root/etc/served')).toBe('one\n');
  expect(await node.status()).toMatchObject({ release: first, previous_release: second });
});

test('a node on which the release does not do well goes back by itself', { timeout: 2 * MINUTES }, async () => {
  await using store = await serveFolder(releases.rig.path('store'));
  const node = await setUpNode(store.url);
  await node.run('upgrade', second, '--dry-run');
  expect(node.read('root/etc/served')).toBe('one\n');
  // The unit fails from the moment on at which it is started anew.
  const systemctl = node.read('bin/systemctl') ?? '';
  node.write('bin/systemctl', systemctl.replace('exit; fi', 'echo dcos-served.service >"${0%/*}/bad"; exit; fi'));
  const { status, stdout } = await node.run('upgrade', second, ...QUICK);
  expect(status).toBe(1);
  expect(stdout.split('\n').slice(-4)).toEqual([
    `Going back to release ${first}.`,
    `The upgrade to release ${second} was taken back: release ${first} is active.`,
    '  dcos-served.service does not run: failed (failed).',
    '',
  ]);
  expect(node.read('root/etc/served')).toBe('one\n');
});

test('killed while it looks how the release does, it ends the upgrade at the next start', async () => {
  await using store = await serveFolder(releases.rig.path('store'));
  const node = await setUpNode(store.url);
  const { stderr } = await releases.rig.shell(`
    ${node.command('upgrade', second, '--check-timeout=60', '--settle=60')} >'${node.path('printed')}' &
    while kill -0 $! && ! grep -q 'looking how' '${node.path('printed')}'; do sleep 0.1; done
    kill -KILL $!; wait $! || true`);
  expect(stderr).not.toContain('rror');
  expect(await node.status()).toMatchObject({
    change: { kind: 'upgrade', stage: 'check', to: second },
    healthy: false,
  });
  // As the unit does that the change has left behind.
  expect(node.read('root/multi-user.target.wants/dcos-node-change.service')).toContain(node.path('kept/go-on'));
  const change: object = JSON.parse(node.read('kept/change.json') ?? '');
  node.write('kept/change.json', JSON.stringify({ ...change, settle_seconds: 0 }));
  const end = await releases.rig.shell(`PATH='${node.path('bin')}':$PATH '${node.path('kept/go-on')}'`);
  expect(end.stdout).toContain(`The upgrade is done: release ${second} is active.`);
  expect(await node.status()).toMatchObject({ change: null, healthy: true, release: second });
});

test('what was changed after it was signed, or signed by others, is refused', { timeout: 3 * MINUTES }, async () => {
  const copy = releases.rig.path('copy');
  await using store = await serveFolder(copy);
  const node = await setUpNode(store.url);
  const stranger = await setUpNode(store.url, [await releases.newKey('stranger')]);
  const service =
    releases.manifest(second).artifacts.find(({ name }) => name.startsWith('packages/service/'))?.name ?? '';
  const folder = join(copy, 'releases', second);
  const forged = readFileSync(releases.rig.path('store/releases', second, 'manifest.json'), 'utf8').replace(
    '"second"',
    '"2"',
  );
  const forgedId = `1.0-${createHash('sha256').update(forged).digest('hex').slice(0, 16)}`;
  const forge = () => {
    cpSync(folder, join(copy, 'releases', forgedId), { recursive: true });
    writeFileSync(join(copy, 'releases', forgedId, 'manifest.json'), forged);
  };
  const cases: readonly [on: ClusterNode, release: string, spoil: () => void, why: string][] = [
    [stranger, second, () => {}, 'none of the 1 keys that may sign releases has signed'],
    [node, second, () => appendFileSync(join(folder, 'manifest.json'), ' '), 'is not the one that the id was made of'],
    [node, forgedId, forge, 'none of the 2 keys that may sign releases has signed'],
    [node, second, () => rmSync(join(folder, 'provenance.intoto.jsonl')), 'is not signed'],
    [node, second, () => appendFileSync(join(copy, service), 'x'), 'has more than the'],
    [node, second, () => writeFileSync(join(copy, service), 'x'), 'is not what was released'],
    [node, second, () => rmSync(folder, { recursive: true }), `has no release ${second}`],
  ];
  for (const [on, release, spoil, why] of cases) {
    rmSync(copy, { recursive: true, force: true });
    cpSync(releases.rig.path('store'), copy, { recursive: true });
    spoil();
    const { status, stderr } = await on.run('upgrade', release, ...QUICK);
    expect(stderr).toMatch(/^dcos-node: .*\n$/);
    expect(stderr).toContain(why);
    expect(status).toBe(1);
    expect(on.read('root/etc/served')).toBe('one\n');
  }
});
