import { expect, test } from 'vitest';
import { findTree } from '../../src/tree/find-tree.ts';
import { foldersBelow } from '../../src/tree/folders.ts';
import { loadTree } from '../../src/tree/load-plan.ts';
import { readBill } from '../../src/audit/read-bill.ts';
import { RecordingFileView } from '../../src/host/file-view.ts';
import { UserErrors } from '../../src/model/errors.ts';
import { Rig } from '../rig/rig.ts';

const DESCRIPTION = { version: '1.2', summary: 'A library.', licence: 'MIT', supplier: 'The authors' };

async function readBillOf(rig: Rig, warnings: string[] = []): Promise<ReturnType<typeof readBill>> {
  const tree = await loadTree(findTree(new RecordingFileView(), rig.folder));
  return readBill(tree, foldersBelow(rig.path('out')), { warn: ({ message }) => warnings.push(message) });
}

test('a bill takes each component.json, and for a component without one there is a warning', async () => {
  using rig = Rig.withBuilder();
  rig.component('lib');
  rig.component('app', { buildinfo: { requires: ['lib'] } });
  rig.write('packages/lib/component.json', JSON.stringify(DESCRIPTION));
  const warnings: string[] = [];
  const { components } = await readBillOf(rig, warnings);
  expect(components).toMatchObject([
    { label: 'app', version: undefined, licence: undefined, requires: ['lib'], package: undefined },
    { label: 'lib', version: '1.2', licence: 'MIT', supplier: 'The authors', builder: { kind: 'root' } },
  ]);
  expect(warnings).toEqual([
    'There is no packages/app/component.json, so that nothing is known of its version and licence.',
  ]);
});

test('all component.json files that are wrong are told at once, each with its place', async () => {
  using rig = Rig.withBuilder();
  rig.component('a');
  rig.component('b');
  rig.write('packages/a/component.json', '{"version": "1", "summary": "x"}');
  rig.write('packages/b/component.json', '{');
  const error = await readBillOf(rig).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UserErrors);
  expect(error).toMatchObject({
    errors: [
      { code: 'RECIPE_INVALID', place: { file: 'packages/a/component.json' } },
      { code: 'RECIPE_INVALID', place: { file: 'packages/b/component.json' } },
    ],
  });
});

test('of a package that was built, the bill has file, hash and size', async () => {
  using rig = Rig.withBuilder();
  rig.component('lib', { script: 'touch "$PKG_PATH/lib"' });
  expect(await rig.run('build')).toMatchObject({ status: 0 });
  const [component] = (await readBillOf(rig)).components;
  expect(component?.package?.file).toBe(`${component?.id}.tar.xz`);
  expect(component?.package?.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(component?.package?.bytes).toBeGreaterThan(100);
});
