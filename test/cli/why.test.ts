import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Rig } from '../rig/rig.ts';

/** app → lib → base, all built. */
async function builtTree(): Promise<Rig> {
  const rig = Rig.withBuilder();
  rig.component('base', { extra: { 'etc/base': 'one' } });
  rig.component('lib', { buildinfo: { requires: ['base'] } });
  rig.component('app', { buildinfo: { requires: ['lib'] } });
  const { status, stderr } = await rig.run('build');
  if (status !== 0) throw new Error(stderr);
  return rig;
}

async function why(rig: Rig, ...args: readonly string[]): Promise<any> {
  const { stdout, stderr } = await rig.run('why', '--json', ...args);
  return JSON.parse(stdout === '' ? stderr : stdout);
}

function steady(text: string): string {
  return text
    .replaceAll(/\b[0-9a-f]{40}\b/g, '<sha1>')
    .replaceAll(/\b[0-9a-f]{12}\b/g, '<short>')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, '<when>')
    .replaceAll(/\b\d+(\.\d+)?s\b/g, '<time>');
}

test('a component that was never built: what enters its id', async () => {
  using rig = Rig.withBuilder();
  rig.component('base', { buildinfo: { environment: { A: 'line\nbreak' } }, extra: { 'etc/base': 'one' } });
  const { stdout, status } = await rig.run('why', 'base');
  expect(status).toBe(0);
  expect(steady(stdout)).toMatchInlineSnapshot(`
    "base was never built here. Its id is base--<sha1>, made of:
      build             <short>
      docker            sha256:<short>
      environment.A     "line\\nbreak"
      extra/etc/base    <short>
      name              base
      pkgpanda_version  0.2
      sources           {}
      state_directory   false
      variant           (empty)
    "
  `);
  expect(await why(rig, 'base')).toMatchObject({ verdict: 'never-built', component: 'base', inStore: false });
});

test('an unchanged component says so, and whether its package is there', async () => {
  using rig = await builtTree();
  expect(steady((await rig.run('why', 'app')).stdout)).toMatchInlineSnapshot(`
    "app is what it was in the build of <when>, which took <time>: app--<sha1>
    Its package is in the store, so a build has nothing to do for it.
    "
  `);
  rmSync(rig.path('out/repository/packages/app'), { recursive: true });
  expect((await rig.run('why', 'app')).stdout).toContain('not in the store any more');
});

test('one edited file far below is named, with the way that leads to it', async () => {
  using rig = await builtTree();
  rig.write('packages/base/extra/etc/base', 'two');
  expect(steady((await rig.run('why', 'app')).stdout)).toMatchInlineSnapshot(`
    "app has changed since the build of <when>, which took <time>.
      before  app--<sha1>
      now     app--<sha1>

    base changed (app → lib → base):
      extra/etc/base  <short> → <short>
    "
  `);
  const { verdict, causes, unrecorded, before } = await why(rig, 'app');
  expect(verdict).toBe('changed');
  expect(before).toMatchObject({ outcome: 'built' });
  expect(unrecorded).toEqual([]);
  expect(causes).toEqual([
    {
      component: 'base',
      before: expect.stringMatching(/^base--/),
      after: expect.stringMatching(/^base--/),
      path: ['app', 'lib', 'base'],
      changes: [
        {
          field: 'extra/etc/base',
          before: 'fe05bcdcdc4928012781a5f1a2a77cbb5398e106',
          after: 'ad782ecdac770fc6eb9a62e44f90873fb97fb26b',
        },
      ],
    },
  ]);
});

test('components that changed alike, as with a new builder, are told in one go', async () => {
  using rig = await builtTree();
  rig.write('builders.lock.json', '{"shell": "sha256:other"}');
  expect(steady((await rig.run('why', 'app')).stdout)).toMatchInlineSnapshot(`
    "app has changed since the build of <when>, which took <time>.
      before  app--<sha1>
      now     app--<sha1>

    base, lib and app changed alike:
      docker  sha256:<short> → sha256:other
    "
  `);
});

test('any earlier id can be compared with, by its first digits; without history the store still knows it', async () => {
  using rig = await builtTree();
  const { id: first } = await why(rig, 'base');
  rig.component('base', { script: 'true', extra: { 'etc/base': 'two' } });
  await rig.run('build');
  rig.component('base', { script: 'true', extra: { 'etc/base': 'two' }, buildinfo: { username: 'dcos_base' } });
  const fields = (explanation: any): string[] => explanation.causes[0].changes.map((change: any) => change.field);
  expect(fields(await why(rig, 'base'))).toEqual(['username']);
  expect(fields(await why(rig, 'base', '--against', first.slice(0, 12)))).toEqual([
    'build',
    'extra/etc/base',
    'username',
  ]);
  rmSync(rig.path('out/history.sqlite'));
  rmSync(rig.path('out/history.sqlite-wal'), { force: true });
  expect(fields(await why(rig, 'base', '--against', first))).toEqual(['build', 'extra_source', 'username']);
  expect(fields(await why(rig, 'base'))).toEqual(['username']);
});

test('an id that nothing is known of is an error that lists those that are known', async () => {
  using rig = await builtTree();
  const { stderr, status } = await rig.run('why', 'base', '--against', 'zzz');
  expect(status).toBe(2);
  expect(stderr).toMatch(/No build of base is known[^]*Known are [0-9a-f]{12}\. \[BUILD_UNKNOWN\]/);
});

test('a build that failed is what an unchanged component is compared with', async () => {
  using rig = Rig.withBuilder();
  rig.component('base', { script: 'exit 1' });
  await rig.run('build');
  const { stdout } = await rig.run('why', 'base');
  expect(stdout).toContain('"dcos-build log base" shows why it failed');
});

test('--requires shows every way from one component to another, shortest first', async () => {
  using rig = Rig.withBuilder();
  rig.component('base');
  rig.component('lib', { buildinfo: { requires: ['base'] } });
  rig.component('app', { buildinfo: { requires: ['lib', 'base'] } });
  expect((await rig.run('why', 'app', '--requires', 'base')).stdout).toBe('app → base\napp → lib → base\n');
  expect((await rig.run('why', 'base', '--requires', 'app')).stdout).toContain('It is app that requires base.');
  expect(await why(rig, 'lib', '--requires', 'base')).toEqual({
    from: 'lib',
    to: 'base',
    paths: [['lib', 'base']],
    more: 0,
    isRequiredBy: false,
  });
});

test('of a great many ways the first ten are shown, and the rest counted', async () => {
  using rig = Rig.withBuilder();
  const layers = 12;
  rig.component('end');
  for (let layer = 0; layer < layers; layer += 1) {
    const next = layer === layers - 1 ? ['end'] : [`l${layer + 1}a`, `l${layer + 1}b`];
    for (const side of ['a', 'b']) rig.component(`l${layer}${side}`, { buildinfo: { requires: next } });
  }
  const { paths, more } = await why(rig, 'l0a', '--requires', 'end');
  expect(paths).toHaveLength(10);
  expect(more).toBe(2 ** (layers - 1) - 10);
});
