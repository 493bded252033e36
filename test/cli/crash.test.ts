import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/model/digest.ts';
import { LONG_NAP, processesWith } from '../rig/processes.ts';
import { Rig } from '../rig/rig.ts';
import { addShellBuilder } from '../rig/shell-root.ts';

const ROUNDS = 12;
const SOURCE = 'the source of lib';

/** Eight components in four levels, one of them with a source. */
function forest(): Rig {
  const rig = Rig.withBuilder();
  rig.write('upstream/lib.txt', SOURCE);
  const source = { kind: 'url', url: `file://${rig.path('upstream/lib.txt')}`, sha256: sha256(SOURCE) };
  const write = 'mkdir $PKG_PATH/share; for i in {1..200}; do echo $PKG_NAME $i >> $PKG_PATH/share/$PKG_NAME; done';
  const make = (name: string, requires: readonly string[], more: object = {}): void =>
    rig.component(name, { buildinfo: { requires, ...more }, script: write });
  make('lib', [], { single_source: source });
  make('tools', []);
  make('data', []);
  make('app', ['lib', 'tools']);
  make('server', ['lib', 'data']);
  make('client', ['app']);
  make('plugin', ['app', 'server']);
  make('suite', ['client', 'plugin']);
  return rig;
}

/** Names and bytes of the store, less what a killed process may leave under a temporary name. */
function store(rig: Rig, out = 'out'): ReadonlyMap<string, string> {
  const folder = rig.path(out, 'repository');
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes('.tmp-'))
    .map((entry) => `${entry.parentPath.slice(folder.length + 1)}/${entry.name}`)
    .toSorted();
  return new Map(names.map((name) => [name, readFileSync(`${folder}/${name}`).toString('base64')]));
}

/** A file with a manifest beside it must have the bytes that it names, whenever the run was killed. */
function expectOnlyWholePackages(rig: Rig): void {
  const files = existsSync(rig.path('out/repository')) ? store(rig) : new Map<string, string>();
  for (const [name, text] of files) {
    if (!name.endsWith('.manifest.json')) continue;
    const manifest = JSON.parse(Buffer.from(text, 'base64').toString());
    const tarball = files.get(`${name.slice(0, name.lastIndexOf('/'))}/${manifest.file}`);
    expect(sha256(Buffer.from(tarball ?? '', 'base64'))).toBe(manifest.sha256);
  }
}

/** Numbers from 0 to below 1, the same in each run of the test. */
function* random(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

test('a run that is killed at any moment leaves a store that the next goes on with, and no process', async () => {
  using rig = forest();
  addShellBuilder(rig.folder, 'undisturbed');
  const whole = await rig.run('build', '--json', '--out', rig.path('undisturbed'));
  expect(whole.status).toBe(0);
  const events = whole.stdout.split('\n').length;
  const numbers = random(20_211);
  const ends: unknown[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const running = rig.start(['build', '--json']);
    // Later rounds have less to do, so they may end before it comes to that.
    await running.prints(Math.ceil((numbers.next().value * events) / (1 + round / 3)));
    running.kill('SIGKILL');
    ends.push((await running.end).signal);
    expectOnlyWholePackages(rig);
  }
  expect(ends.filter((signal) => signal === 'SIGKILL').length).toBeGreaterThan(ROUNDS / 2);
  const last = await rig.run('build');
  expect(last.stderr).not.toContain('failed');
  expect(last.status).toBe(0);
  expect(store(rig)).toEqual(store(rig, 'undisturbed'));
  expect(readdirSync(rig.path('out/work'))).toEqual([]);
  await expect.poll(() => processesWith(rig.folder), { timeout: 10_000 }).toEqual([]);
});

test('what a killed run was building ends with it', async () => {
  using rig = Rig.withBuilder();
  rig.component('sleeper', { script: `echo asleep; sleep ${LONG_NAP} & sleep ${LONG_NAP}` });
  const running = rig.start(['build', '--verbose']);
  await running.sees('asleep');
  await expect.poll(() => processesWith(LONG_NAP).length, { timeout: 10_000 }).toBeGreaterThan(0);
  running.kill('SIGKILL');
  await running.end;
  await expect.poll(() => processesWith(LONG_NAP), { timeout: 10_000 }).toEqual([]);
});

test('of two runs at once one is killed in the middle of a build: the other takes over', async () => {
  using rig = Rig.withBuilder();
  rig.component('shared', { script: 'echo begun; [ -e /pkg/build/go ] || sleep 600; echo done > $PKG_PATH/shared' });
  rig.component('after', { buildinfo: { requires: ['shared'] }, script: 'touch $PKG_PATH/after' });
  const first = rig.start(['build', '--verbose']);
  await first.sees('begun');
  const second = rig.start(['build', '--verbose']);
  await second.sees('waits for another run that builds the same');
  rig.write('packages/shared/go', '');
  first.kill('SIGKILL');
  expect(await first.end).toMatchObject({ signal: 'SIGKILL' });
  const { status, stderr } = await second.end;
  expect(status).toBe(0);
  expect(stderr).toContain('shared: built');
  expect(stderr).toContain('after: built');
});
