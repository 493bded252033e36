import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Rig } from '../rig/rig.ts';
import { addShellBuilder } from '../rig/shell-root.ts';

const GREETING = 'mkdir -p $PKG_PATH/bin; echo "echo hello" > $PKG_PATH/bin/greet; chmod +x $PKG_PATH/bin/greet';

function chain(): Rig {
  const rig = Rig.withBuilder();
  rig.component('greeter', { script: GREETING });
  rig.component('user', {
    buildinfo: { requires: ['greeter'] },
    script: 'bash /opt/mesosphere/bin/greet > $PKG_PATH/said',
  });
  return rig;
}

function idOf(rig: Rig, name: string): string {
  return readFileSync(rig.path('out/repository/packages', name, 'latest'), 'utf8');
}

test('a chain is built, published with its bootstrap, and the second run has nothing to do', async () => {
  using rig = chain();
  const first = await rig.run('build');
  expect(first.stderr).toContain('greeter: built');
  expect(first).toMatchObject({ status: 0 });
  const id = idOf(rig, 'user');
  expect(readFileSync(rig.path('out/cache/unpacked', id, 'said'), 'utf8')).toBe('hello\n');
  expect(readdirSync(rig.path('out/repository/packages/user')).toSorted()).toEqual([
    'latest',
    `${id}.manifest.json`,
    `${id}.tar.xz`,
  ]);
  const complete = JSON.parse(readFileSync(rig.path('out/repository/complete/complete.latest.json'), 'utf8'));
  expect(complete.packages).toEqual([idOf(rig, 'greeter'), id]);
  expect(existsSync(rig.path('out/repository/bootstrap', `${complete.bootstrap}.bootstrap.tar.xz`))).toBe(true);

  const second = await rig.run('build');
  expect(second.stdout).toContain('Nothing to do');
  expect(second).toMatchObject({ status: 0, stderr: '' });
});

test('an edited script rebuilds the component and what requires it, and nothing else', async () => {
  using rig = chain();
  rig.component('bystander', { script: 'touch $PKG_PATH/here' });
  await rig.run('build');
  const before = statSync(rig.path('out/repository/packages/bystander', `${idOf(rig, 'bystander')}.tar.xz`)).mtimeMs;
  rig.component('greeter', { script: GREETING.replace('hello', 'good day') });
  const { status, stderr } = await rig.run('build');
  expect(status).toBe(0);
  expect(stderr).toContain('user: built');
  expect(stderr).not.toContain('bystander: built');
  expect(readFileSync(rig.path('out/cache/unpacked', idOf(rig, 'user'), 'said'), 'utf8')).toBe('good day\n');
  expect(statSync(rig.path('out/repository/packages/bystander', `${idOf(rig, 'bystander')}.tar.xz`)).mtimeMs).toBe(
    before,
  );
});

test('a script that is edited while it runs is not published under the id of the old one', async () => {
  using rig = Rig.withBuilder();
  rig.component('edited', { script: 'echo begun; while [ ! -e /pkg/build/go ]; do :; done; touch $PKG_PATH/old' });
  const running = rig.start(['build', '--verbose']);
  await running.sees('begun');
  rig.component('edited', { script: 'touch $PKG_PATH/new' });
  rig.write('packages/edited/go', '');
  const { status, stderr } = await running.end;
  expect(status).toBe(1);
  expect(stderr).toContain('build of edited was changed after this run had read it');
  expect((await rig.run('build')).status).toBe(0);
  expect(existsSync(rig.path('out/cache/unpacked', idOf(rig, 'edited'), 'new'))).toBe(true);
});

test('a package that was removed from the store is made again', async () => {
  using rig = chain();
  await rig.run('build');
  const tarball = rig.path('out/repository/packages/user', `${idOf(rig, 'user')}.tar.xz`);
  const bytes = readFileSync(tarball);
  rmSync(tarball);
  expect((await rig.run('build')).status).toBe(0);
  expect(readFileSync(tarball)).toEqual(bytes);
});

test('a failed build shows the end of its log, its path, and what was skipped because of it', async () => {
  using rig = chain();
  rig.component('greeter', { script: 'echo "about to fail"; exit 3' });
  const { status, stderr } = await rig.run('build');
  expect(status).toBe(1);
  expect(stderr).toContain('about to fail');
  expect(stderr).toContain('failed with exit status 3');
  const log = /(\S+\/out\/logs\/greeter\/\S+\.log)/.exec(stderr)?.[1] ?? '';
  expect(readFileSync(log, 'utf8')).toBe('about to fail\n');
  expect(stderr).toMatch(/user.*needs|skipped/);
  expect(existsSync(rig.path('out/repository/complete'))).toBe(false);
});

test('with --keep-going the rest is built, and the failure is tried again by the next run', async () => {
  using rig = chain();
  rig.component('broken', { script: 'exit 1' });
  expect((await rig.run('build', '--keep-going')).status).toBe(1);
  expect(idOf(rig, 'user')).toMatch(/^user--/);
  const again = await rig.run('build');
  expect(again.status).toBe(1);
  expect(again.stderr).toContain('exit status 1');
});

test('--check builds twice and names the first file that differs', async () => {
  using rig = Rig.withBuilder();
  rig.component('steady', { script: 'echo same > $PKG_PATH/file' });
  rig.component('shaky', { script: 'mkdir $PKG_PATH/share; echo $RANDOM$RANDOM > $PKG_PATH/share/seed' });
  expect((await rig.run('build', 'steady', '--check')).status).toBe(0);
  const { status, stderr } = await rig.run('build', '--check');
  expect(status).toBe(1);
  expect(stderr).toContain('Two builds of shaky differ: share/seed differs from byte');
  expect(stderr).not.toContain('builds of steady differ');
});

test('two runs on two work folders give the same bytes', async () => {
  using rig = chain();
  await rig.run('build');
  addShellBuilder(rig.folder, 'elsewhere');
  expect((await rig.run('build', '--out', rig.path('elsewhere'))).status).toBe(0);
  for (const folder of ['packages/user', 'packages/greeter', 'bootstrap', 'complete']) {
    const names = readdirSync(rig.path('out/repository', folder)).toSorted();
    expect(readdirSync(rig.path('elsewhere/repository', folder)).toSorted()).toEqual(names);
    for (const name of names) {
      expect(readFileSync(rig.path('elsewhere/repository', folder, name))).toEqual(
        readFileSync(rig.path('out/repository', folder, name)),
      );
    }
  }
});

test('Ctrl-C stops cleanly, leaves no process, and the next run goes on', async () => {
  using rig = Rig.withBuilder();
  rig.component('first', { script: 'touch $PKG_PATH/done' });
  rig.component('slow', { buildinfo: { requires: ['first'] }, script: '[ -e /pkg/build/quick ] || sleep 987' });
  const running = rig.start(['build', '--verbose']);
  await running.sees('first: built');
  running.kill('SIGINT');
  const end = await running.end;
  expect(end).toMatchObject({ status: 130 });
  expect(end.stderr).toContain('run the same command again');
  rig.write('packages/slow/quick', '');
  const again = await rig.run('build');
  expect(again.status).toBe(0);
  expect(again.stderr).not.toContain('first: built');
});

test('packages of another repository are fetched and verified instead of built', async () => {
  using rig = chain();
  await rig.run('build');
  using other = chain();
  rig.component('greeter', { script: GREETING });
  const { status, stderr } = await other.run('build', '--repository', rig.path('out/repository'));
  expect(status).toBe(0);
  expect(stderr).toContain('downloaded');
  expect(stderr).not.toContain('greeter: built');
  expect(readFileSync(other.path('out/repository/packages/user', `${idOf(other, 'user')}.tar.xz`))).toEqual(
    readFileSync(rig.path('out/repository/packages/user', `${idOf(rig, 'user')}.tar.xz`)),
  );
});

test('events come as JSON lines under --json', async () => {
  using rig = chain();
  const { stdout, status } = await rig.run('build', '--json');
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(status).toBe(0);
  expect(events[0]).toMatchObject({ type: 'run-started', tasks: [{ label: 'greeter' }, { label: 'user' }, {}] });
  expect(events.at(-1)).toMatchObject({ type: 'run-finished', outcome: 'succeeded' });
});

test('two runs at once on one store do each piece of work once', async () => {
  using rig = Rig.withBuilder();
  for (const name of ['a', 'b', 'c']) rig.component(name, { script: `echo built >> $PKG_PATH/${name}; sleep 0.3` });
  const [one, two] = await Promise.all([rig.run('build', '--json'), rig.run('build', '--json')]);
  expect([one.status, two.status]).toEqual([0, 0]);
  const outcomes = `${one.stdout}${two.stdout}`.match(/"outcome":"(built|reused)"/g) ?? [];
  expect(outcomes.filter((outcome) => outcome.includes('built'))).toHaveLength(4);
});
