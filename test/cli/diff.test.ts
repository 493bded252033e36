import { appendFileSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { GitRepository } from '../rig/git-repository.ts';
import { Rig, type ComponentFiles } from '../rig/rig.ts';
import { serve } from '../rig/web-server.ts';

const IMAGE = 'image:1';

/** A tree that needs no builder to be planned. */
function tree(
  rig: Rig,
  folder: string,
  components: Readonly<Record<string, { facts: object; files?: ComponentFiles }>>,
) {
  rig.write(`${folder}/treeinfo.json`, '{}');
  rig.write(`${folder}/builders.lock.json`, JSON.stringify({ [IMAGE]: 'sha256:1' }));
  for (const [name, { facts, files = {} }] of Object.entries(components)) {
    const at = `${folder}/packages/${name}`;
    rig.write(`${at}/buildinfo.json`, JSON.stringify({ docker: IMAGE, ...files.buildinfo }));
    rig.write(`${at}/build`, files.script ?? '');
    rig.write(`${at}/component.json`, JSON.stringify({ summary: 'A part.', licence: 'MIT', ...facts }));
  }
}

const url = (sha256: string): object => ({
  kind: 'url',
  url: 'https://example.org/app.tar.gz',
  sha256: sha256.repeat(64),
});

function twoTrees(): Rig {
  const rig = new Rig();
  tree(rig, 'one', {
    app: { facts: { version: '1.0.2g' }, files: { buildinfo: { requires: ['lib'], sources: { app: url('a') } } } },
    gone: { facts: { version: '3.1', licence: 'ISC' } },
    lib: { facts: { version: '2.0' } },
    back: { facts: { version: '1.1.0' } },
    same: { facts: { version: '1' } },
  });
  tree(rig, 'two', {
    app: {
      facts: { version: '1.0.2h', licence: 'Apache-2.0' },
      files: { buildinfo: { requires: ['new'], sources: { app: url('b') } } },
    },
    new: { facts: { version: '0.1' } },
    lib: { facts: { version: '2.0' }, files: { script: 'true' } },
    back: { facts: { version: '1.1.0-rc.1' } },
    same: { facts: { version: '1' } },
  });
  return rig;
}

test('two trees: what was added, removed, went up and down, and every other change', async () => {
  using rig = twoTrees();
  const { status, stdout, stderr } = await rig.run('diff', 'one', 'two');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatchInlineSnapshot(`
    "one → two
    1 added, 1 removed, 1 up, 1 down, 1 changed otherwise, 1 unchanged.

    Added:
      new  0.1  MIT

    Removed:
      gone  3.1  ISC

    Up:
      app  1.0.2g → 1.0.2h

    Down:
      back  1.1.0 → 1.1.0-rc.1

    Licence:
      app  MIT → Apache-2.0

    Source:
      app  app: sha256 aaaaaaaaaaaa → sha256 bbbbbbbbbbbb

    Requirements:
      app  + new, - lib

    Built anew:
      lib
    "
  `);
});

test('as Markdown it can stand in release notes', async () => {
  using rig = twoTrees();
  for (const [folder, version] of [
    ['one', '1.7.0'],
    ['two', '1.8.0'],
  ] as const) {
    rig.write(`${folder}/release.json`, JSON.stringify({ name: 'DC/OS', version, channel: 'stable' }));
  }
  const { stdout } = await rig.run('diff', 'one', 'two', '--markdown');
  expect(stdout).toMatchInlineSnapshot(`
    "## From DC/OS 1.7.0 stable to DC/OS 1.8.0 stable

    1 added, 1 removed, 1 up, 1 down, 1 changed otherwise, 1 unchanged.

    ### Added

    | Component | Version | Licence |
    | --- | --- | --- |
    | new | 0.1 | MIT |

    ### Removed

    | Component | Version | Licence |
    | --- | --- | --- |
    | gone | 3.1 | ISC |

    ### Up

    | Component | Version |
    | --- | --- |
    | app | 1.0.2g → 1.0.2h |

    ### Down

    | Component | Version |
    | --- | --- |
    | back | 1.1.0 → 1.1.0-rc.1 |

    ### Licence

    | Component | Licence |
    | --- | --- |
    | app | MIT → Apache-2.0 |

    ### Source

    | Component | Source |
    | --- | --- |
    | app | app: sha256 aaaaaaaaaaaa → sha256 bbbbbbbbbbbb |

    ### Requirements

    | Component | Requirements |
    | --- | --- |
    | app | + new, - lib |

    ### Built anew

    | Component |
    | --- |
    | lib |
    "
  `);
});

test('as JSON it is the whole difference, the same each time; --exit-code tells that there is one', async () => {
  using rig = twoTrees();
  const one = await rig.run('diff', 'one', 'two', '--json', '--exit-code');
  expect(one.status).toBe(4);
  expect((await rig.run('diff', 'one', 'two', '--json')).stdout).toBe(one.stdout);
  const found = JSON.parse(one.stdout);
  expect(found).toMatchObject({
    added: [{ label: 'new' }],
    removed: [{ label: 'gone' }],
    changed: [{ component: 'app' }, { component: 'back', version: { direction: 'down' } }, { component: 'lib' }],
    unchanged: 1,
  });
  const same = await rig.run('diff', 'one', 'one', '--exit-code');
  expect(same).toMatchObject({ status: 0, stdout: 'one → one\n5 unchanged.\n' });
});

test('variants are named behind a #, or for both sides by --variant', async () => {
  using rig = twoTrees();
  rig.write('two/small.treeinfo.json', '{"core_package_list": ["same", "lib"]}');
  const { stdout } = await rig.run('diff', 'two', 'two#small');
  expect(stdout).toContain('3 removed, 2 unchanged.');
  expect((await rig.run('diff', 'two', 'two#default', '--variant', 'small')).stdout).toContain('3 added, 2 unchanged.');
});

test('a git revision of the tree is compared with the tree as it is, and git does not notice', async () => {
  using rig = new Rig();
  const repository = new GitRepository(rig.path());
  const facts = (version: string): string => JSON.stringify({ version, summary: 'A part.', licence: 'MIT' });
  tree(rig, 'deep', { app: { facts: { version: '1.0' } } });
  repository.write('.gitignore', 'out\n');
  repository.commit();
  repository.write('deep/packages/app/component.json', facts('1.1'));
  repository.commit();
  repository.write('deep/packages/app/component.json', facts('1.2'));
  const then = await rig.run('diff', 'HEAD~1', 'deep', '--tree', 'deep');
  expect(then).toMatchObject({ status: 0, stderr: '' });
  expect(then.stdout).toContain('app  1.0 → 1.2');
  expect((await rig.run('diff', 'HEAD~1', 'HEAD', '--tree', 'deep')).stdout).toContain('app  1.0 → 1.1');
  expect(repository.git('status', '--porcelain', '--ignored')).toBe('M deep/packages/app/component.json');
});

test('releases in a folder and on a web server are compared by their manifests', async () => {
  using rig = Rig.withBuilder();
  rig.component('lib', { script: 'echo 1 > $PKG_PATH/one' });
  rig.component('app', { buildinfo: { requires: ['lib'] }, script: 'echo 1 > $PKG_PATH/two' });
  for (const name of ['lib', 'app']) {
    rig.write(
      `packages/${name}/component.json`,
      JSON.stringify({ version: '1.0', summary: 'A part.', licence: 'MIT' }),
    );
  }
  expect((await rig.run('build')).status).toBe(0);
  await rig.shell('cp -a out/repository before');
  appendFileSync(rig.path('packages/lib/build'), 'seq 1 100000 > $PKG_PATH/one\n');
  rig.write('packages/lib/component.json', JSON.stringify({ version: '1.1', summary: 'A part.', licence: 'MIT' }));
  expect((await rig.run('build')).status).toBe(0);
  await using server = await serve((request, response) => {
    try {
      response.end(readFileSync(rig.path(`before${request.url}`)));
    } catch {
      response.writeHead(404).end();
    }
  });
  const { status, stdout, stderr } = await rig.run('diff', server.url, 'out/repository', '--json');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({
    added: [],
    removed: [],
    changed: [
      { component: 'app', id: {} },
      { component: 'lib', bytes: {}, id: {} },
    ],
  });
  expect((await rig.run('diff', 'out/repository', '.', '--exit-code')).status).toBe(0);
  await rig.shell('cp -a out/repository bare && rm bare/packages/*/*.manifest.json');
  const bare = await rig.run('diff', 'bare', '.', '--exit-code');
  expect(bare.stdout).toBe('bare → .\n2 unchanged.\n');
  expect(bare.status).toBe(0);
  expect(bare.stderr).toContain('only the id is known');
  const absent = await rig.run('diff', `${server.url}#other`, '.');
  expect(absent.status).toBe(2);
  expect(absent.stderr).toContain('complete/other.complete.latest.json');
});

test.each(['cyclonedx', 'spdx'])('what bom writes as %s does not differ from its tree', async (format) => {
  using rig = twoTrees();
  const written = await rig.run('bom', '--tree', 'one', '--format', format, '--output', 'one.json');
  expect(written).toMatchObject({ status: 0, stderr: '' });
  expect(await rig.run('diff', 'one.json', 'one', '--exit-code')).toMatchObject({
    status: 0,
    stdout: 'one.json → one\n5 unchanged.\n',
  });
  const trees = await rig.run('diff', 'one', 'two', '--json');
  const bills = await rig.run('diff', 'one.json', 'two', '--json');
  expect(JSON.parse(bills.stdout).changed).toEqual(JSON.parse(trees.stdout).changed);
});

test('bills of other tools are compared by what they tell, from files and from a web server', async () => {
  using rig = new Rig();
  const bom = (version: string): string =>
    JSON.stringify({
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      components: [{ name: 'lodash', version, type: 'library' }],
    });
  rig.write('one.cdx.json', bom('4.17.20'));
  await using server = await serve((request, response) => {
    if (request.url === '/two.json') response.end(bom('4.17.21'));
    else response.writeHead(404).end();
  });
  const { stdout } = await rig.run('diff', 'one.cdx.json', `${server.url}/two.json`);
  expect(stdout).toContain('Up:\n  lodash  4.17.20 → 4.17.21\n');
  const gone = await rig.run('diff', 'one.cdx.json', `${server.url}/three.json`);
  expect(gone.status).toBe(1);
  expect(gone.stderr).toContain(`There is no ${server.url}/three.json. `.trim());
});

test.each([
  [['nothing', '.'], '"nothing" is no folder, no file and no git revision of the tree.', 'USAGE', 2],
  [['packages', '.#none'], 'none', 'TREE_INVALID', 2],
  [['odd.json', '.'], 'odd.json is CycloneDX 2.0, which is not known here; 1.4, 1.5 and 1.6 are.', 'BOM_INVALID', 2],
  [['empty', '.'], 'no tree', 'TREE_NOT_FOUND', 2],
  [['.', '.', '--markdown', '--json'], '--markdown and --json do not go together.', 'USAGE', 2],
] as const)('diff %s is refused', async (words, message, code, status) => {
  using rig = new Rig();
  rig.write('odd.json', '{"bomFormat": "CycloneDX", "specVersion": "2.0"}');
  rig.write('empty/file', '');
  const end = await rig.run('diff', ...words);
  expect(end.status).toBe(status);
  expect(`${end.stderr}${end.stdout}`).toContain(message);
  expect(`${end.stderr}${end.stdout}`).toContain(code);
});
