import { appendFileSync, chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { buildLock, foldersBelow } from '../../src/tree/folders.ts';
import { History } from '../../src/build/history.ts';
import { lock } from '../../src/host/lock.ts';
import { parsePackageId } from '../../src/model/package-id.ts';
import { Rig } from '../rig/rig.ts';

const ID = parsePackageId(`app--${'0'.repeat(40)}`);

function logOf(rig: Rig, id: string): string {
  const [name = ''] = id.split('--');
  return rig.path('out/logs', name, `${id}.log`);
}

/** As a build leaves it while its script runs, or when it is killed. */
function writeLog(rig: Rig, id: string, text: string): void {
  mkdirSync(rig.path('out/logs/app'), { recursive: true });
  writeFileSync(logOf(rig, id), text);
}

test('the log of the last build is printed, its outcome on standard error', async () => {
  using rig = Rig.withBuilder();
  rig.component('app', { script: 'echo hello from the build; echo done > $PKG_PATH/file' });
  await rig.run('build');
  const built = await rig.run('log', 'app');
  expect(built).toMatchObject({ status: 0, stdout: 'hello from the build\n' });
  expect(built.stderr).toMatch(/^app--[0-9a-f]{40}: built on \d{4}-\d\d-\d\d \d\d:\d\d UTC in \S+s\n\S+\.log\n$/);
  const path = (await rig.run('log', 'app', '--path')).stdout.trimEnd();
  expect(built.stderr).toContain(path);

  rig.component('app', { script: 'echo now it breaks; exit 4' });
  await rig.run('build');
  const failed = await rig.run('log', 'app');
  expect(failed).toMatchObject({ status: 0, stdout: 'now it breaks\n' });
  expect(failed.stderr).toMatch(/: failed on .* after /);
  expect(JSON.parse((await rig.run('log', 'app', '--json')).stdout)).toMatchObject({
    component: 'app',
    state: 'failed',
    text: 'now it breaks\n',
  });
});

test('a log can be read while the tree has a mistake', async () => {
  using rig = Rig.withBuilder();
  rig.component('app', { script: 'echo hello' });
  await rig.run('build');
  rig.write('packages/app/buildinfo.json', '{');
  expect(await rig.run('log', 'app')).toMatchObject({ status: 0, stdout: 'hello\n' });
});

test('a component without a log, and one that does not exist', async () => {
  using rig = Rig.withBuilder();
  rig.component('app');
  const never = await rig.run('log', 'app');
  expect(never).toMatchObject({ status: 2, stdout: '' });
  expect(never.stderr).toContain('it was never built here');
  expect(never.stderr).toContain('[LOG_MISSING]');
  const unknown = await rig.run('log', 'apq');
  expect(unknown.status).toBe(2);
  expect(unknown.stderr).toContain('Did you mean "app"?');
});

test('a build that was killed has a log, too', async () => {
  using rig = Rig.withBuilder();
  rig.component('app');
  writeLog(rig, ID, 'so far\n');
  const { stdout, stderr } = await rig.run('log', 'app');
  expect(stdout).toBe('so far\n');
  expect(stderr).toContain('its build was interrupted');
});

test('a later build that failed before its script began is mentioned', async () => {
  using rig = Rig.withBuilder();
  rig.component('app', { script: 'echo hello' });
  await rig.run('build');
  using history = await History.open(rig.path('out/history.sqlite'));
  const [record] = history.of('app|null');
  if (record === undefined) throw new Error('the build was not recorded');
  history.add({ ...record, outcome: 'failed', startedAt: record.startedAt + 60_000, logPath: undefined });
  const { stdout, stderr } = await rig.run('log', 'app');
  expect(stdout).toBe('hello\n');
  expect(stderr).toContain('A later build');
});

test('variants are told apart by name/variant or by the tree that takes them', async () => {
  using rig = Rig.withBuilder();
  rig.component('app', { script: 'echo plain' });
  rig.write('packages/app/quick.buildinfo.json', '{"docker": "shell"}');
  rig.write('packages/app/quick.build', '#!/bin/bash\necho quick\n');
  chmodSync(rig.path('packages/app/quick.build'), 0o755);
  rig.write('quick.treeinfo.json', '{"variants": {"app": "quick"}}');
  await rig.run('build', '--variant', 'quick');
  await rig.run('build');
  expect((await rig.run('log', 'app')).stdout).toBe('plain\n');
  expect((await rig.run('log', 'app/quick')).stdout).toBe('quick\n');
  expect((await rig.run('log', 'app', '--variant', 'quick')).stdout).toBe('quick\n');
});

test('--follow prints what a running build writes, and ends with it', async () => {
  using rig = Rig.withBuilder();
  rig.component('app');
  const folders = foldersBelow(rig.path('out'));
  writeLog(rig, ID, 'first\n');
  const held = await lock(buildLock(folders, ID));
  const following = rig.start(['log', 'app', '--follow']);
  await following.sees('is being built now');
  for (const line of ['second', 'third']) appendFileSync(logOf(rig, ID), `${line}\n`);
  held[Symbol.dispose]();
  expect(await following.end).toMatchObject({ status: 0, stdout: 'first\nsecond\nthird\n' });
});

test('Ctrl-C ends --follow', async () => {
  using rig = Rig.withBuilder();
  rig.component('app');
  writeLog(rig, ID, 'first\n');
  using _held = await lock(buildLock(foldersBelow(rig.path('out')), ID));
  const following = rig.start(['log', 'app', '--follow']);
  await following.sees('is being built now');
  following.kill('SIGINT');
  expect((await following.end).status).toBe(130);
});

test('a reader that closes the pipe early ends the output quietly', async () => {
  using rig = Rig.withBuilder();
  rig.component('app');
  writeLog(rig, ID, `${'x'.repeat(99)}\n`.repeat(50_000));
  const { stdout, stderr } = await rig.shell('dcos-build log app | head -n 1; echo ${PIPESTATUS[0]}');
  expect(stdout).toBe(`${'x'.repeat(99)}\n0\n`);
  expect(stderr).not.toContain('bug');
  rmSync(logOf(rig, ID));
});
