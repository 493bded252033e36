/** `plan --matrix`: what several machines have to build. */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Rig } from '../rig/rig.ts';

/** A library, two that need it and take long, and one that is alone. */
function tree(): Rig {
  const rig = Rig.withBuilder();
  rig.component('lib', { script: 'touch $PKG_PATH/lib' });
  for (const name of ['left', 'right'])
    rig.component(name, { buildinfo: { requires: ['lib'] }, script: `touch $PKG_PATH/${name}` });
  rig.component('alone', { script: 'touch $PKG_PATH/alone' });
  rig.write('durations.json', durations({ lib: 10, left: 30, right: 30, alone: 10 }));
  return rig;
}

/** As `tree --json` has them; in minutes. */
function durations(minutes: Readonly<Record<string, number>>): string {
  const components = Object.entries(minutes).map(([name, each]) => ({
    component: name,
    key: `${name}|null`,
    state: { kind: 'stored', durationMs: each * 60_000 },
  }));
  return JSON.stringify({ variant: undefined, components });
}

const ASKED = ['plan', '--agents', '2', '--durations', 'durations.json', '--matrix'];

test('the waves as text, with durations of another machine', async () => {
  using rig = tree();
  const { status, stdout, stderr } = await rig.run(...ASKED, 'text');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toBe(`4 components to build in 2 waves, on 2 agents; 40m00s by the last times.

Wave 1:
  10m00s  alone
  10m00s  lib

Wave 2:
  30m00s  left
  30m00s  right
`);
  const unknown = await rig.run('plan', '--matrix', 'text');
  expect(unknown.stdout).toContain('; nothing is known of how long they take.\n');
});

test('the waves as data, by --matrix json and by --json alike', async () => {
  using rig = tree();
  const { stdout } = await rig.run(...ASKED, 'json');
  expect((await rig.run(...ASKED, 'text', '--json')).stdout).toBe(stdout);
  expect(JSON.parse(stdout)).toEqual({
    count: 4,
    waves: [
      {
        jobs: [
          { components: ['alone'], durationMs: 600_000 },
          { components: ['lib'], durationMs: 600_000 },
        ],
      },
      {
        jobs: [
          { components: ['left'], durationMs: 1_800_000 },
          { components: ['right'], durationMs: 1_800_000 },
        ],
      },
    ],
    unknown: [],
  });
});

test('lines for GITHUB_OUTPUT: a matrix and its number of jobs for as many waves as there may be', async () => {
  using rig = tree();
  expect((await rig.run(...ASKED, 'github')).stdout).toBe(
    [
      'count=4',
      'wave1={"include":[{"id":"wave1-job1","name":"alone","components":"alone"},{"id":"wave1-job2","name":"lib","components":"lib"}]}',
      'wave1_jobs=2',
      'wave2={"include":[{"id":"wave2-job1","name":"left","components":"left"},{"id":"wave2-job2","name":"right","components":"right"}]}',
      'wave2_jobs=2',
      'wave3={"include":[]}',
      'wave3_jobs=0',
      '',
    ].join('\n'),
  );
  const one = await rig.run('plan', '--matrix', 'github', '--waves', '1', '--agents', '1');
  const job = { id: 'wave1-job1', name: 'alone, lib and 2 more', components: 'alone lib left right' };
  expect(one.stdout.split('\n').slice(1, 3)).toEqual([`wave1=${JSON.stringify({ include: [job] })}`, 'wave1_jobs=1']);
});

test('variables of Azure Pipelines: legs whose names it takes, with string variables', async () => {
  using rig = tree();
  rig.component('a.b+c', { buildinfo: { requires: ['lib'] } });
  const { stdout } = await rig.run('plan', '--matrix', 'azure', '--waves', '1');
  expect(stdout).toMatch(/^(##vso\[task\.setvariable variable=\w+;isOutput=true\].+\n)+$/);
  const [, wave = ''] = /variable=wave1;isOutput=true\](.*)/.exec(stdout) ?? [];
  const legs: Readonly<Record<string, unknown>> = JSON.parse(wave);
  expect(Object.keys(legs).filter((name) => !/^[A-Za-z]\w{0,99}$/.test(name))).toEqual([]);
  expect(legs).toEqual({
    job1_lib_a_b_c_and_2_more: { components: 'lib a.b+c left right' },
    job2_alone: { components: 'alone' },
  });
  expect(stdout).toContain('variable=wave1_jobs;isOutput=true]2\n');
});

test('what a repository has is not built; the own store counts only where nobody names one', async () => {
  using rig = tree();
  await rig.run('build', 'lib', 'alone');
  const count = async (...more: readonly string[]) =>
    /^count=(\d+)/.exec((await rig.run('plan', '--matrix', 'github', ...more)).stdout)?.[1];
  expect(await count()).toBe('2');
  mkdirSync(rig.path('store'));
  expect(await count('--repository', 'store')).toBe('4');
  cpSync(rig.path('out/repository'), rig.path('store'), { recursive: true });
  rmSync(rig.path('out/repository'), { recursive: true });
  expect(await count()).toBe('4');
  expect(await count('--repository', 'store')).toBe('2');
  await rig.run('build');
  const all = await rig.run('plan', '--matrix', 'github', '--repository', 'out/repository');
  expect(all).toMatchObject({ status: 0, stderr: '' });
  expect(all.stdout.match(/^\w+=.*$/gm)?.filter((line) => /count|jobs/.test(line))).toEqual([
    'count=0',
    'wave1_jobs=0',
    'wave2_jobs=0',
    'wave3_jobs=0',
  ]);
  expect((await rig.run('plan', '--matrix', 'text')).stdout).toBe('Nothing to build.\n');
});

test('a repository that does not answer is an error, and no reason to build everything again', async () => {
  using rig = tree();
  const { status, stdout, stderr } = await rig.run('plan', '--matrix', 'github', '--repository', 'gone');
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain('[REPOSITORY_UNAVAILABLE]');
});

test('private components are refused where no mirror is named, before any agent starts', async () => {
  using rig = tree();
  rig.write('packages/alone/component.json', '{"version": "1", "availability": "private"}');
  const refused = await rig.run('plan', '--matrix', 'azure');
  expect({ status: refused.status, stdout: refused.stdout }).toEqual({ status: 1, stdout: '' });
  expect(refused.stderr).toMatch(/error: alone is private: .* \[SOURCE_PRIVATE\]/s);
  expect((await rig.run('plan', '--matrix', 'azure', '--mirror', 'mirror')).status).toBe(0);
  const json = await rig.run('plan', '--matrix', 'azure', '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 'SOURCE_PRIVATE' } });
});

test.each([
  [['--waves', '2'], '--waves does nothing without --matrix.'],
  [['--mirror', 'm'], '--mirror does nothing without --matrix.'],
  [['--matrix', 'text', '--all-trees'], '--all-trees and --matrix do not go together.'],
  [['--matrix', 'text', '--waves', '0'], '--waves takes a whole number'],
  [['--matrix', 'text', '--agents', '257'], '--agents takes 256 at most.'],
  [['--matrix', 'gitlab'], '"gitlab" is no matrix; it can be text, json, azure, github.'],
  [['--matrix', 'text', '--durations', 'no.json'], 'no.json is not there.'],
  [['--matrix', 'text', '--durations', 'treeinfo.json'], 'treeinfo.json has no list "components".'],
  [['--matrix', 'text', '--durations', 'packages/lib/build'], 'packages/lib/build is no JSON.'],
])('plan %j is refused', async (words, message) => {
  using rig = tree();
  const { status, stdout, stderr } = await rig.run('plan', ...words);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(message);
});

test('durations of this machine come first, and tree --json is what --durations takes', async () => {
  using rig = tree();
  await rig.run('build');
  rig.write('durations.json', (await rig.run('tree', '--json')).stdout);
  rmSync(rig.path('out'), { recursive: true });
  const { unknown }: { readonly unknown: readonly string[] } = JSON.parse((await rig.run(...ASKED, 'json')).stdout);
  expect(unknown).toEqual([]);
});
