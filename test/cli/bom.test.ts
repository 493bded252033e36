import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { Version } from '@cyclonedx/cyclonedx-library/Spec';
import { JsonStrictValidator } from '@cyclonedx/cyclonedx-library/Validation';
import { expect, test } from 'vitest';
import { licensedTree } from '../rig/licensed-tree.ts';
import { Rig } from '../rig/rig.ts';
import { spdxMistakes } from '../rig/spdx-schema.ts';
import { serve, serveBytes } from '../rig/web-server.ts';

const validator = new JsonStrictValidator(Version.v1dot6);

interface CycloneDx {
  readonly serialNumber: string;
  readonly metadata: { readonly timestamp: string; readonly component: { readonly version: string } };
  readonly components: readonly {
    readonly name: string;
    readonly version?: string;
    readonly hashes?: readonly object[];
  }[];
  readonly dependencies: readonly object[];
  readonly formulation: readonly { readonly components: readonly { readonly components?: readonly object[] }[] }[];
}

function parse(text: string): CycloneDx {
  return JSON.parse(text);
}

test('a tree that was never built has a bill in both formats, the same each time, and no work folder comes of it', async () => {
  using rig = licensedTree();
  rig.write('release.json', '{"name": "DC/OS", "version": "1.7.0"}');
  const cyclonedx = await rig.run('bom', '--out', 'none');
  expect(cyclonedx.status).toBe(0);
  expect(await validator.validate(cyclonedx.stdout)).toBeNull();
  expect(parse(cyclonedx.stdout)).toMatchObject({
    metadata: { component: { name: 'DC/OS', version: '1.7.0' } },
    components: [{ name: 'app' }, { name: 'lib', version: '1.0', licenses: [{ expression: 'MIT' }] }],
  });
  expect(parse(cyclonedx.stdout).formulation[0]?.components[0]?.components?.length).toBeGreaterThan(0);
  const spdx = await rig.run('bom', '--out', 'none', '--format', 'spdx');
  expect(spdx.status).toBe(0);
  expect(spdxMistakes(JSON.parse(spdx.stdout))).toEqual([]);
  expect((await rig.run('bom', '--out', 'none')).stdout).toBe(cyclonedx.stdout);
  expect((await rig.run('bom', '--out', 'none', '--format', 'spdx')).stdout).toBe(spdx.stdout);
  expect(existsSync(rig.path('none'))).toBe(false);
  expect(cyclonedx.stdout + spdx.stdout).not.toContain(`"${rig.folder}`);
});

test('a component without component.json is a warning, and asserts nothing', async () => {
  using rig = licensedTree();
  const { status, stdout, stderr } = await rig.run('bom', '--format', 'spdx');
  expect(status).toBe(0);
  expect(stderr).toContain('warning: There is no packages/app/component.json');
  const app = JSON.parse(stdout).packages.find(({ name }: { name: string }) => name === 'app');
  expect(app).toMatchObject({ licenseDeclared: 'NOASSERTION', supplier: 'NOASSERTION' });
});

test('a licence that is not SPDX is an error with its place', async () => {
  using rig = licensedTree();
  rig.write('packages/lib/component.json', '{\n  "version": "1",\n  "summary": "x",\n  "licence": "BSD like"\n}');
  const { status, stderr } = await rig.run('bom');
  expect(status).toBe(2);
  expect(stderr).toContain('packages/lib/component.json: "licence" is wrong.');
  expect(stderr).toContain('packages/lib/component.json:4:3');
  expect(stderr).toContain('https://spdx.org/licenses/');
  expect(stderr).toContain('RECIPE_INVALID');
});

test('the bill of a build, of its repository in a folder and of the same on a web server tell the same', async () => {
  using rig = licensedTree();
  expect(await rig.run('build')).toMatchObject({ status: 0 });
  const built = parse((await rig.run('bom', '-o', 'bill/b.json'), readFileSync(rig.path('bill/b.json'), 'utf8')));
  expect(built.components.map(({ hashes }) => hashes?.length)).toEqual([1, 1]);
  await using server = await serve((request, response) => {
    const path = rig.path('out/repository', decodeURIComponent(new URL(request.url ?? '', 'http://x').pathname));
    if (existsSync(path)) serveBytes(request, response, readFileSync(path));
    else response.writeHead(404).end();
  });
  const folder = await rig.run('bom', '--published', 'out/repository');
  expect(await validator.validate(folder.stdout)).toBeNull();
  expect(parse(folder.stdout).components).toEqual(built.components);
  expect(parse(folder.stdout).dependencies).toEqual(built.dependencies);
  expect((await rig.run('bom', '--published', server.url)).stdout).toBe(folder.stdout);
  const spdx = await rig.run('bom', '--format', 'spdx', '--published', server.url);
  expect(spdxMistakes(JSON.parse(spdx.stdout))).toEqual([]);
});

test('what was made once is made again only when something has changed, and its warnings are told each time', async () => {
  using rig = licensedTree();
  await rig.run('build');
  const first = await rig.run('bom');
  expect((await rig.run('bom')).stdout).toBe(first.stdout);
  expect((await rig.run('bom')).stderr).toBe(first.stderr);
  expect(first.stderr).toContain('packages/app/component.json');
  const versions = async (): Promise<readonly unknown[]> =>
    parse((await rig.run('bom')).stdout).components.map(({ version, hashes }) => [version, hashes?.length ?? 0]);
  rig.write('packages/app/component.json', JSON.stringify({ version: '7', summary: 'x', licence: 'MIT' }));
  expect(await versions()).toEqual([
    ['7', 1],
    ['1.0', 1],
  ]);
  rig.write('packages/app/component.json', JSON.stringify({ version: '8', summary: 'x', licence: 'MIT' }));
  rmSync(rig.path('out/repository/packages/lib'), { recursive: true });
  expect(await versions()).toEqual([
    ['8', 1],
    ['1.0', 0],
  ]);
});

test('a package without a manifest is known by its id alone, with a warning', async () => {
  using rig = licensedTree();
  await rig.run('build');
  const id = readFileSync(rig.path('out/repository/packages/lib/latest'), 'utf8');
  rmSync(rig.path(`out/repository/packages/lib/${id}.manifest.json`));
  const { status, stdout, stderr } = await rig.run('bom', '--published', 'out/repository');
  expect(status).toBe(0);
  expect(stderr).toContain(`has no manifest of ${id}`);
  expect(parse(stdout).components).toContainEqual(expect.objectContaining({ name: 'lib', 'bom-ref': id }));
});

test('the time is that of SOURCE_DATE_EPOCH, or that of all builds', async () => {
  using rig = licensedTree();
  const at = async (time: string): Promise<{ status: number | null; stdout: string; stderr: string }> =>
    rig.start(['bom'], { SOURCE_DATE_EPOCH: time }).end;
  expect(parse((await rig.run('bom')).stdout).metadata.timestamp).toBe('2016-04-19T00:00:00.000Z');
  expect(parse((await at('86400')).stdout).metadata.timestamp).toBe('1970-01-02T00:00:00.000Z');
  expect(await at('yesterday')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('SOURCE_DATE_EPOCH is "yesterday"'),
  });
});

test.each<[string, string[], number, string]>([
  ['a format that is none', ['--format', 'csv'], 2, 'cyclonedx'],
  ['a folder that is not there', ['--published', 'nowhere'], 1, 'nowhere'],
  ['a folder in which nothing was published', ['--published', 'empty'], 2, 'has no complete/complete.latest.json'],
  ['a kind of repository that is none', ['--published', 'ftp://example.invalid/'], 2, 'is no repository'],
  ['a server that does not answer', ['--published', 'http://127.0.0.1:9/'], 1, 'cannot be read'],
])('%s is refused', async (_, args, status, message) => {
  using rig = new Rig();
  mkdirSync(rig.path('empty'));
  const end = await rig.run('bom', ...args);
  expect(end.stderr).toContain(message);
  expect(end).toMatchObject({ status, stdout: '' });
});
