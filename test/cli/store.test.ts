import { existsSync, globSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { Rig } from '../rig/rig.ts';

/** Two builds of one component: the first is no longer needed. */
async function builtTwice(): Promise<Rig> {
  const rig = Rig.withBuilder();
  rig.component('app', { script: 'echo 1 > $PKG_PATH/file' });
  await rig.run('build');
  rig.component('app', { script: 'echo 2 > $PKG_PATH/file' });
  await rig.run('build');
  return rig;
}

function tarballs(rig: Rig): string[] {
  return globSync('out/repository/**/*.tar.xz', { cwd: rig.folder }).toSorted();
}

async function json(rig: Rig, ...args: readonly string[]): Promise<any> {
  return JSON.parse((await rig.run('store', ...args, '--json')).stdout);
}

test('ls lists packages and bootstraps, and what is in use of them', async () => {
  using rig = await builtTwice();
  const { stdout, status } = await rig.run('store', 'ls');
  expect(status).toBe(0);
  expect(stdout.split('\n').filter((line) => line.startsWith('package '))).toHaveLength(2);
  expect(stdout.split('\n').filter((line) => line.startsWith('bootstrap '))).toHaveLength(2);
  expect(stdout.match(/in use$/gm)).toHaveLength(2);
  expect(stdout).toMatch(/^ {2}packages +2 +\d/m);
  const { items } = await json(rig, 'ls');
  const latest = readFileSync(rig.path('out/repository/packages/app/latest'), 'utf8');
  expect(items.filter((each: any) => each.kind === 'package' && each.isInUse).map((each: any) => each.id)).toEqual([
    latest,
  ]);
});

test('verify finds a flipped byte in packages and bootstraps, and the next build makes them anew', async () => {
  using rig = await builtTwice();
  const whole = await rig.run('store', 'verify');
  expect(whole).toMatchObject({ status: 0, stderr: '' });
  expect(whole.stdout).toMatch(/^4 tarballs, \S+ \S+, are what their manifests say\.$/m);
  const before = tarballs(rig).map((path) => readFileSync(rig.path(path)));
  const latest = readFileSync(rig.path('out/repository/packages/app/latest'), 'utf8');
  const [bad = ''] = tarballs(rig).filter((path) => path.includes(latest));
  const bytes = readFileSync(rig.path(bad));
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(rig.path(bad), bytes);
  const { stdout, status } = await rig.run('store', 'verify');
  expect(status).toBe(1);
  expect(stdout).toMatch(new RegExp(`^${latest} is damaged: expected sha256 [0-9a-f]{64}, got [0-9a-f]{64}$`, 'm'));
  expect(existsSync(rig.path(`${bad}.corrupt`))).toBe(true);
  await rig.run('build');
  expect(tarballs(rig).map((path) => readFileSync(rig.path(path)))).toEqual(before);
  expect((await json(rig, 'verify')).verdicts.every((each: any) => each.kind === 'whole')).toBe(true);
});

test('gc keeps what the tree needs, whatever the limits, and a dry run removes nothing', async () => {
  using rig = await builtTwice();
  const before = tarballs(rig);
  const dry = await rig.run('store', 'gc', '--max-size', '0', '--dry-run');
  expect(dry.stdout).toMatch(/^Would remove \d+ items, .* would stay\.$/m);
  expect(tarballs(rig)).toEqual(before);
  const { removed, dryRun } = await json(rig, 'gc', '--max-size', '0');
  expect(dryRun).toBe(false);
  expect(removed.map((each: any) => each.item.kind).toSorted()).toEqual(['bootstrap', 'log', 'package', 'unpacked']);
  expect(tarballs(rig)).toHaveLength(2);
  expect((await rig.run('build')).stdout).toContain('Nothing to do');
});

test('gc goes by age; a package that the tree needs again stays though it is not the latest', async () => {
  using rig = await builtTwice();
  rig.component('app', { script: 'echo 1 > $PKG_PATH/file' });
  for (const path of globSync('out/**/*', { cwd: rig.folder })) utimesSync(rig.path(path), 1, 1);
  const before = tarballs(rig);
  await rig.run('store', 'gc', '--max-age', '30d');
  expect(tarballs(rig)).toEqual(before);
  const plain = await rig.run('store', 'gc');
  expect(plain.stdout).toContain('Without --max-age or --max-size only');
});

test('gc does not guess what a broken tree needs', async () => {
  using rig = await builtTwice();
  rig.write('packages/app/buildinfo.json', '{"requires": ["nothing"]}');
  const { status, stderr } = await rig.run('store', 'gc', '--max-size', '0');
  expect(status).toBe(2);
  expect(stderr).toContain('which is no component of this tree');
  expect(tarballs(rig)).toHaveLength(4);
});

test('mistakes on the command line are explained', async () => {
  using rig = Rig.withBuilder();
  const cases = [
    [['gc', '--max-size', 'big'], '--max-size takes a size, and "big" is none.'],
    [['gc', '--max-age', '30'], '--max-age takes an age, and "30" is none.'],
    [['ls', '--dry-run'], 'They go with "store gc".'],
    [['gd'], '"gd" is no action; it can be ls, verify, gc.'],
    [[], 'An argument is missing: dcos-build store <action>'],
  ] as const;
  for (const [args, text] of cases) {
    const { status, stderr } = await rig.run('store', ...args);
    expect(stderr).toContain(text);
    expect(status).toBe(2);
  }
});

test('gc waits for a run that uses the store, and takes nothing away from it', async () => {
  using rig = await builtTwice();
  rig.component('app', {
    script: 'echo 1 > $PKG_PATH/file; echo begun; until [ -e /pkg/build/go ]; do sleep 0.05; done',
  });
  const building = rig.start(['build', '--json']);
  const logs = (): string[] => globSync('out/logs/app/*.log', { cwd: rig.folder });
  await vi.waitUntil(() => logs().some((path) => isBegun(rig.path(path))), { timeout: 30_000 });
  const cleaning = rig.start(['store', 'gc', '--max-size', '1KiB', '--json']);
  await cleaning.sees('waits for a run that uses the store');
  expect(tarballs(rig)).toHaveLength(4);
  rig.write('packages/app/go', '');
  expect((await building.end).status).toBe(0);
  expect((await cleaning.end).status).toBe(0);
  expect(tarballs(rig)).toHaveLength(2);
});

function isBegun(log: string): boolean {
  return readFileSync(log, 'utf8').includes('begun');
}
