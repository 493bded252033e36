/** The package as users install it: no TypeScript, no libraries beside it, whatever folder it is called from. */
import { execFile, execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { GitRepository } from '../rig/git-repository.ts';
import { Azurite } from '../rig/azurite.ts';
import { cachedBuilderRig } from '../rig/relock.ts';
import { Rig } from '../rig/rig.ts';
import { Scratch } from '../rig/scratch.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
const scratch = new Scratch();

beforeAll(() => {
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', scratch.folder], {
    cwd: REPOSITORY,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const name = /"filename": "([^"]+)"/.exec(packed)?.[1] ?? '';
  execFileSync('tar', ['-xf', name], { cwd: scratch.folder });
  return () => scratch[Symbol.dispose]();
}, 120_000);

type Environment = Readonly<Record<string, string>>;

function published(args: readonly string[], cwd: string, env: Environment = {}): string {
  return output(scratch.path('package/dist/cli/main.cjs'), args, { cwd, env });
}

function fromSource(args: readonly string[], cwd: string): string {
  return output(join(REPOSITORY, 'src/cli/main.ts'), args, { cwd, env: {} });
}

function output(
  program: string,
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Environment },
): string {
  return execFileSync(process.execPath, [program, ...args], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
}

test('the published program says its version from any folder', () => {
  expect(published(['--version'], '/').trim()).toBe(packageJson.version);
});

test('the published program speaks English whatever the language of the terminal', () => {
  expect(published(['--help'], '/', { LC_ALL: 'de_DE.UTF-8' })).toContain('Commands:');
});

test('each file of the published program can be loaded', () => {
  const folder = scratch.path('package/dist/cli/chunks');
  const files = readdirSync(folder).filter((name) => name.endsWith('.cjs'));
  expect(files.length).toBeGreaterThan(50);
  const code = 'for (const file of process.argv.slice(1)) require(file)';
  execFileSync(process.execPath, ['-e', code, ...files.map((name) => join(folder, name))], { encoding: 'utf8' });
});

test('the published program plans a tree as the source does', () => {
  using rig = Rig.withBuilder();
  rig.component('one');
  const args = ['plan', '--json'];
  expect(JSON.parse(published(args, rig.folder))).toEqual(JSON.parse(fromSource(args, rig.folder)));
});

test.for(['cyclonedx', 'spdx'])('the published program writes the same %s as the source', (format) => {
  using rig = Rig.withBuilder();
  rig.component('one', { buildinfo: { requires: ['two'] } });
  rig.component('two');
  const description = { version: '1.0', summary: 'One.', licence: 'MIT OR (Apache-2.0 AND BSD-3-Clause)' };
  rig.write('packages/one/component.json', JSON.stringify(description));
  const args = ['bom', '--format', format];
  expect(published(args, rig.folder)).toBe(fromSource(args, rig.folder));
});

test('the published program moves a pin', () => {
  using rig = new Rig();
  const repository = new GitRepository(rig.path('upstream'));
  const ref = repository.commit();
  repository.git('tag', 'v1.1.0');
  const source = { kind: 'git', git: pathToFileURL(repository.folder).href, ref, ref_origin: 'v1.0.0' };
  rig.component('one', { buildinfo: { sources: { one: source } } });
  expect(published(['pin', 'one', '--dry-run'], rig.folder)).toContain('+      "ref_origin": "v1.1.0"');
});

test('the published program mirrors to Blob Storage, and says what is to be done where nobody is logged in', async () => {
  await using azurite = await Azurite.start();
  await azurite.container('mirror');
  using rig = cachedBuilderRig();
  rig.component('one');
  const run = async (args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> => {
    const program = scratch.path('package/dist/cli/main.cjs');
    const options = { cwd: rig.folder, env: { PATH: process.env['PATH'] ?? '', HOME: rig.folder, ...env } };
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], options);
    return stdout;
  };
  const env = { AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString() };
  const mirrored = await run(['source', 'mirror', 'az://devstoreaccount1/mirror/a'], env);
  expect(mirrored).toContain('/devstoreaccount1/mirror/a: 1 file came');
  const nobody = run(['source', 'verify', 'az://someaccount/mirror'], { AZURE_TOKEN_CREDENTIALS: 'prod' });
  await expect(nobody).rejects.toMatchObject({ code: 3, stderr: expect.stringContaining('[STORE_FORBIDDEN]') });
});

test('the library is in the package with its types, and the terms of what is bundled', () => {
  const files = execFileSync('tar', ['-tf', 'dcos-build-' + packageJson.version + '.tgz'], {
    cwd: scratch.folder,
    encoding: 'utf8',
  });
  for (const name of ['dist/index.js', 'dist/index.d.ts', 'dist/THIRD-PARTY-LICENCES']) {
    expect(files).toContain(`package/${name}\n`);
  }
  expect(files).not.toContain('.ts.map');
});
