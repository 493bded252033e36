import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { GitRepository } from '../rig/git-repository.ts';
import { Rig, type CommandEnd } from '../rig/rig.ts';

/** `base`, and `top` that requires it. */
function pair(): Rig {
  const rig = Rig.withBuilder();
  rig.component('base', { script: 'echo one > $PKG_PATH/base', extra: { 'a.conf': 'a' } });
  rig.component('top', { buildinfo: { requires: ['base'] }, script: 'echo two > $PKG_PATH/top' });
  return rig;
}

/** Labels of what a run built, bootstraps among them. */
function built({ stderr }: CommandEnd): readonly string[] {
  return [...stderr.matchAll(/\] (\S+): built /g)].map(([, label = '']) => label).toSorted();
}

function latest(rig: Rig, name: string): string {
  return readFileSync(rig.path('out/repository/packages', name, 'latest'), 'utf8');
}

test('a file that was touched, with the same content, builds nothing, and the next run is short again', async () => {
  using rig = pair();
  await rig.run('build');
  utimesSync(rig.path('packages/base/build'), new Date(), new Date());
  const second = await rig.run('build');
  expect(second.status).toBe(0);
  expect(built(second)).toEqual([]);
  expect(second.stderr).toContain('Done: nothing to do.');
  expect((await rig.run('build')).stdout).toContain('Nothing to do: everything is up to date.');
});

test('a file added to extra/ rebuilds its component and what requires it', async () => {
  using rig = pair();
  await rig.run('build');
  rig.write('packages/base/extra/sub/b.conf', 'b');
  const second = await rig.run('build');
  expect(built(second)).toEqual(['base', 'bootstrap', 'top']);
});

test.each(['manifest.json', 'tar.xz'])('a package without its %s is made again, the same bytes', async (suffix) => {
  using rig = pair();
  await rig.run('build');
  const file = rig.path('out/repository/packages/base', `${latest(rig, 'base')}.${suffix}`);
  const bytes = readFileSync(file);
  rmSync(file);
  const second = await rig.run('build');
  expect(second.status).toBe(0);
  expect(built(second)).toEqual(['base']);
  expect(readFileSync(file)).toEqual(bytes);
});

test.each(['packages/base/latest', 'bootstrap/bootstrap.latest', 'complete/complete.latest.json'])(
  '%s is written again if it was removed, and nothing built',
  async (name) => {
    using rig = pair();
    await rig.run('build');
    const file = rig.path('out/repository', name);
    const text = readFileSync(file, 'utf8');
    rmSync(file);
    const second = await rig.run('build');
    expect(built(second)).toEqual([]);
    expect(readFileSync(file, 'utf8')).toBe(text);
  },
);

test('a package cut short by a full disk or a bad copy is made again', async () => {
  using rig = pair();
  await rig.run('build');
  const file = rig.path('out/repository/packages/base', `${latest(rig, 'base')}.tar.xz`);
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.subarray(0, 100));
  expect(built(await rig.run('build'))).toEqual(['base']);
  expect(readFileSync(file)).toEqual(bytes);
});

test('a recipe that went back to what it was builds nothing, and latest names the old package again', async () => {
  using rig = pair();
  await rig.run('build');
  const before = [latest(rig, 'base'), latest(rig, 'top')];
  const complete = readFileSync(rig.path('out/repository/complete/complete.latest.json'), 'utf8');
  rig.component('base', { script: 'echo other > $PKG_PATH/base' });
  await rig.run('build');
  expect(latest(rig, 'base')).not.toBe(before[0]);
  rig.component('base', { script: 'echo one > $PKG_PATH/base' });
  const third = await rig.run('build');
  expect(built(third)).toEqual([]);
  expect([latest(rig, 'base'), latest(rig, 'top')]).toEqual(before);
  expect(readFileSync(rig.path('out/repository/complete/complete.latest.json'), 'utf8')).toBe(complete);
});

test('another builder lock rebuilds everything', async () => {
  using rig = pair();
  await rig.run('build');
  const lock = JSON.parse(readFileSync(rig.path('builders/shell.lock.json'), 'utf8'));
  lock.packages[0].version = '2';
  rig.write('builders/shell.lock.json', JSON.stringify(lock));
  const { status, stdout } = await rig.run('build', '--dry-run');
  expect(status).toBe(0);
  expect(stdout).toMatch(/base .*docker changed/);
  expect(stdout).toMatch(/top .*docker changed/);
});

test('after some components alone, the whole tree has what is left to do; some of it again has nothing', async () => {
  using rig = pair();
  expect(built(await rig.run('build', '--only', 'base'))).toEqual(['base']);
  expect(built(await rig.run('build'))).toEqual(['bootstrap', 'top']);
  const again = await rig.run('build', 'base');
  expect(again.stdout).toContain('Nothing to do');
  expect(again.stdout).toContain('1 package in out/repository');
});

test('--force builds what is there already, its bootstrap too, and only what was named', async () => {
  using rig = pair();
  await rig.run('build');
  const file = rig.path('out/repository/packages/base', `${latest(rig, 'base')}.tar.xz`);
  const before = { bytes: readFileSync(file), inode: statSync(file).ino };
  expect(built(await rig.run('build', '--force', 'base'))).toEqual(['base']);
  expect(readFileSync(file)).toEqual(before.bytes);
  expect(statSync(file).ino).not.toBe(before.inode);
  expect(built(await rig.run('build', '--force'))).toEqual(['base', 'bootstrap', 'top']);
});

test('--dry-run says what would be done and why, and changes nothing', async () => {
  using rig = pair();
  const first = await rig.run('build', '--dry-run');
  expect(first).toMatchObject({ status: 0, stderr: '' });
  expect(first.stdout).toMatch(/^2 to build/);
  expect(filesBelow(rig.path('out'))).toEqual(['cache']);
  await rig.run('build');
  rig.component('top', { buildinfo: { requires: ['base'] }, script: 'echo three > $PKG_PATH/top' });
  const before = filesBelow(rig.path('out'));
  const { stdout } = await rig.run('build', '-n');
  expect(stdout).toContain('1 to build, 1 in the store');
  expect(stdout).toMatch(/^ +top .*build changed$/m);
  const { stdout: forced } = await rig.run('build', '-n', '--force', 'base');
  expect(forced).toMatch(/^ +base .*asked for$/m);
  expect(forced).not.toContain('top');
  expect(filesBelow(rig.path('out'))).toEqual(before);
});

test('a commit in a local repository is noticed: such trees have no short way', async () => {
  using rig = Rig.withBuilder();
  const repository = new GitRepository(rig.path('code'));
  repository.write('file', 'one');
  repository.commit();
  rig.component('local', {
    buildinfo: { single_source: { kind: 'git_local', rel_path: '../../code' } },
    script: 'cp /pkg/src/local/file $PKG_PATH/file',
  });
  expect(built(await rig.run('build'))).toEqual(['bootstrap', 'local']);
  const same = await rig.run('build');
  expect(same.stderr).toContain('nothing to do');
  repository.write('file', 'two');
  const changed = await rig.run('build');
  expect(changed.status).toBe(2);
  expect(changed.stderr).toContain('has changes that are not committed: file');
  repository.commit();
  expect(built(await rig.run('build'))).toEqual(['bootstrap', 'local']);
  expect(readFileSync(rig.path('out/cache/unpacked', latest(rig, 'local'), 'file'), 'utf8')).toBe('two');
});

test('state and history that are garbage are made anew, and nothing is built again', async () => {
  using rig = pair();
  await rig.run('build');
  for (const name of filesBelow(rig.path('out/state'))) rig.write(`out/state/${name}`, '{"tool": "0.1.0", "inputs"');
  rig.write('out/history.sqlite', 'this is no database');
  const second = await rig.run('build');
  expect(second.status).toBe(0);
  expect(built(second)).toEqual([]);
  expect((await rig.run('build')).stdout).toContain('Nothing to do');
});

test.each(['null', '[]', '{"tool":"0.1.0","outputs":{}}', '{"tool":"0.1.0","inputs":7,"outputs":{"paths":[]}}'])(
  'a state of another shape (%s) is no error',
  async (text) => {
    using rig = pair();
    await rig.run('build');
    for (const name of filesBelow(rig.path('out/state'))) rig.write(`out/state/${name}`, text);
    const second = await rig.run('build');
    expect(second.stderr).toContain('nothing to do');
    expect(second.status).toBe(0);
  },
);

test('packages may be .tar.zst, serve those that need them, and are not rebuilt as .tar.xz', async () => {
  using rig = Rig.withBuilder();
  rig.component('base', { script: 'mkdir $PKG_PATH/bin; echo "echo hello" > $PKG_PATH/bin/greet' });
  await rig.run('build', '--compression', 'zst');
  const id = latest(rig, 'base');
  const files = filesBelow(rig.path('out/repository/packages/base'));
  expect(files).toEqual([`${id}.manifest.json`, `${id}.tar.zst`, 'latest']);
  // The next one finds the package in the store alone.
  rmSync(rig.path('out/cache/unpacked'), { recursive: true });
  rig.component('top', {
    buildinfo: { requires: ['base'] },
    script: 'bash /opt/mesosphere/bin/greet > $PKG_PATH/said',
  });
  const second = await rig.run('build', '--compression', 'xz');
  expect(second.status).toBe(0);
  expect(built(second)).toEqual(['bootstrap', 'top']);
  expect(readFileSync(rig.path('out/cache/unpacked', latest(rig, 'top'), 'said'), 'utf8')).toBe('hello\n');
});

/** Names in a folder, less the files in which SQLite keeps what it shares between processes. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => !/-(shm|wal)$/.test(name))
    .toSorted();
}
