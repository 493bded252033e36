import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Rig } from '../rig/rig.ts';

function chain(): Rig {
  const rig = Rig.withBuilder();
  rig.component('base', { script: 'echo 1 > $PKG_PATH/one' });
  rig.component('app', { buildinfo: { requires: ['base'] }, script: 'echo 2 > $PKG_PATH/two' });
  return rig;
}

/** Digits of ids and durations differ from run to run and machine to machine. */
function steady(text: string): string {
  return text
    .replaceAll(/\b[0-9a-f]{40}\b/g, '<sha1>')
    .replaceAll(/\b[0-9a-f]{12}\b/g, '<sha1-short>')
    .replaceAll(/ +\b\d+(\.\d+)?s\b/g, ' <time>')
    .replaceAll(/ +\d+(\.\d+)? (B|KiB)\b/g, ' <size>');
}

async function states(rig: Rig, ...args: readonly string[]): Promise<Record<string, any>> {
  const { stdout } = await rig.run('tree', '--json', ...args);
  return Object.fromEntries(JSON.parse(stdout).components.map((each: any) => [each.component, each.state]));
}

test('tree and plan of a tree that was never built, then built', async () => {
  using rig = chain();
  rig.write('packages/app/component.json', '{"version": "1.2.3"}');
  const before = await rig.run('tree');
  expect(before).toMatchObject({ status: 0, stderr: '' });
  expect(steady(before.stdout)).toMatchInlineSnapshot(`
    "COMPONENT  VERSION  ID            STATE     SIZE  BUILD TIME
    app        1.2.3    <sha1-short>  to build     -           -
    base       -        <sha1-short>  to build     -           -
    "
  `);
  expect(steady((await rig.run('plan')).stdout)).toMatchInlineSnapshot(`
    "2 to build.

    To build:
      base  never built
      app   never built

    Bootstrap:
      default  2 packages  <sha1>

    "dcos-build why COMPONENT" tells what changed, with old and new values.
    "
  `);
  expect((await rig.run('build')).status).toBe(0);
  expect(steady((await rig.run('tree')).stdout)).toMatch(/^app +1\.2\.3 +<sha1-short> +built <size> <time>$/m);
  expect(steady((await rig.run('plan')).stdout)).toMatchInlineSnapshot(`
    "Nothing to build: 2 in the store.

    Bootstrap:
      default  2 packages  <sha1>
    "
  `);
});

test('looking at a tree leaves no work folder behind', async () => {
  using rig = chain();
  for (const command of ['tree', 'plan', 'graph']) expect((await rig.run(command)).status).toBe(0);
  const { stdout } = await rig.run('store', 'ls', '--json');
  expect(JSON.parse(stdout).items).toMatchObject([{ kind: 'builder' }]);
  expect(() => readFileSync(rig.path('out/history.sqlite'))).toThrow('ENOENT');
});

test('each reason to build is told: changed, required, gone, failed', async () => {
  using rig = chain();
  rig.component('gone', { script: 'touch $PKG_PATH/x' });
  rig.component('broken', { script: 'exit 1' });
  await rig.run('build', '--keep-going');
  rig.component('base', { script: 'echo 1 > $PKG_PATH/one', extra: { 'etc/base': 'new' } });
  rmSync(rig.path('out/repository/packages/gone'), { recursive: true });
  expect(await states(rig)).toMatchObject({
    base: { kind: 'build', reason: { kind: 'changed', change: { field: 'extra/etc/base' }, more: 0 } },
    app: { kind: 'build', reason: { kind: 'requirements-changed', requirements: ['base'] } },
    gone: { kind: 'build', reason: { kind: 'missing' } },
    broken: { kind: 'build', reason: { kind: 'failed' } },
  });
  const { stdout } = await rig.run('plan');
  expect(stdout).toMatch(/^4 to build; \S+ of building by the last times, and 1 that has none\.$/m);
  expect(stdout).toMatch(/^  base +\S+s  extra\/etc\/base added$/m);
  expect(stdout).toMatch(/^  app +\S+s  base changed$/m);
  expect(stdout).toMatch(/^  gone +\S+s  its package is gone from the store$/m);
  expect(stdout).toMatch(/^  broken +its last build failed$/m);
});

test('what another repository has would be fetched, and is told apart from what was built here', async () => {
  using rig = chain();
  await rig.run('build', 'base');
  using other = chain();
  const repository = rig.path('out/repository');
  expect(await states(other, '--repository', repository)).toMatchObject({
    base: { kind: 'fetch', from: repository },
    app: { kind: 'build' },
  });
  expect((await other.run('tree', '--repository', repository)).stdout).toMatch(/^base .* in repository +\d/m);
  expect((await other.run('plan', '--repository', repository)).stdout).toContain(`from ${repository}`);
  await other.run('build', 'base', '--repository', repository);
  expect(await states(other)).toMatchObject({ base: { kind: 'stored', isBuiltHere: false } });
  expect((await other.run('tree')).stdout).toMatch(/^base .* in store +\d/m);
});

test('a repository that does not answer is told, and does not keep the list from being shown', async () => {
  using rig = chain();
  const end = await rig.run('tree', '--repository', rig.path('nowhere'));
  expect(end.status).toBe(0);
  expect(end.stderr).toContain('nowhere is no folder');
  expect(end.stdout).toContain('to build');
});

test('a mistake in component.json is a warning with its place, and the list is shown', async () => {
  using rig = chain();
  rig.write('packages/app/component.json', '{"version": }');
  const end = await rig.run('tree');
  expect(end.status).toBe(0);
  expect(end.stderr).toContain('packages/app/component.json is not valid JSON');
  expect(end.stdout).toMatch(/^app +- /m);
});

test('a tree whose only components are folders without a recipe is empty, and says so', async () => {
  using rig = Rig.withBuilder();
  mkdirSync(rig.path('packages/nothing'));
  expect((await rig.run('tree')).stdout).toBe('The tree has no components.\n');
  expect((await rig.run('plan')).stdout).toMatch(/^Nothing to build: the tree is empty\.$/m);
});

test('variants are listed as name/variant, sorted by what is shown', async () => {
  using rig = chain();
  rig.write('packages/base/quick.buildinfo.json', '{"docker": "shell"}');
  rig.write('packages/base/quick.build', '#!/bin/bash\n');
  rig.component('base-tools');
  rig.write('quick.treeinfo.json', '{"variants": {"base": "quick"}, "core_package_list": ["base", "base-tools"]}');
  const { stdout } = await rig.run('tree', '--variant', 'quick', '--json');
  const { variant, components } = JSON.parse(stdout);
  expect(variant).toBe('quick');
  expect(components.map((each: any) => each.component)).toEqual(['base-tools', 'base/quick']);
});
