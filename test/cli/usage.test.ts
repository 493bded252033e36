import { expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { Rig } from '../rig/rig.ts';

/** What a command line that is refused says on standard error. */
async function complaint(...args: readonly string[]): Promise<string> {
  using rig = new Rig();
  const { status, stdout, stderr } = await rig.run(...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  return stderr;
}

test.each(COMMANDS.map(({ name }) => name))(
  '"%s --help" shows its options and an example anywhere, tree or no tree',
  async (name) => {
    using rig = new Rig();
    const { status, stdout, stderr } = await rig.run('--tree', '/nowhere', name, '--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^dcos-build ${name}`));
    expect(stdout).toContain('--json');
    expect(stdout).toMatch(new RegExp(`Examples:\n +dcos-build ${name} .`));
  },
);

test('"--help" alone names every command, with an example', async () => {
  using rig = new Rig();
  const { status, stdout } = await rig.run('--help');
  expect(status).toBe(0);
  for (const { name, describe } of COMMANDS) expect(stdout).toMatch(new RegExp(`dcos-build ${name} .*${describe}`));
  expect(stdout).toMatch(/Examples:\n +dcos-build build/);
});

test.each([
  [['biuld'], '"biuld" is neither a command', 'Did you mean "build"?'],
  [['build', '--varaint', 'x'], 'Unknown argument: varaint.', 'Did you mean "--variant"?'],
  [['doctor', '--fxi'], 'Unknown argument: fxi.', 'Did you mean "--fix"?'],
  [['builder', 'lokc'], '"lokc" is no action; it can be lock, build, ls.', 'Did you mean "lock"?'],
  [['build', '--compression', 'zstd'], '"zstd" is no compression; it can be xz, zst.', 'Did you mean "zst"?'],
])('%j is refused, and the word that was meant is offered', async (args, what, hint) => {
  const text = await complaint(...args);
  expect(text).toContain(`error: ${what}`);
  expect(text).toContain(`hint: ${hint} [USAGE]`);
});

test.each([
  [[], 'No command was given.'],
  [['--json'], 'No command was given.'],
  [['builder'], 'An argument is missing: dcos-build builder <action> [names..]'],
  [['plan', 'curl'], 'Unknown argument: curl.'],
  [['build', '--jobs', '0'], '--jobs takes a whole number of at least 1.'],
  [['build', '-j', 'many'], '--jobs takes a whole number of at least 1.'],
  [['build', '--downloads', '1.5'], '--downloads takes a whole number of at least 1.'],
  [['build', '--timeout', '-1'], '--timeout takes a whole number of at least 1.'],
  [['build', '--memory', '0'], '--memory takes a whole number of at least 1.'],
  [['build', '--jobs'], '--jobs needs a value.'],
  [['build', '--repository'], '--repository needs a value.'],
  [['build', '--out'], '--out needs a value.'],
  [['build', '--variant', 'a', '--variant', 'b'], '--variant is given more than once.'],
  [['plan', '--builder-ids', 'a', '--builder-ids', 'b'], '--builder-ids is given more than once.'],
])('%j is refused in one sentence', async (args, what) => {
  using rig = new Rig();
  const { status, stdout, stderr } = await rig.run(...args);
  expect(status).toBe(2);
  expect(`${stdout}${stderr}`).toContain(what);
  expect(`${stdout}${stderr}`).not.toContain('bug');
});

test('an option that may be repeated leaves the words behind it to the command', async () => {
  using rig = Rig.withBuilder();
  for (const name of ['a', 'b', 'c']) rig.component(name);
  const { stdout } = await rig.run('build', '--dry-run', '--json', '--mirror', '/nowhere', 'a', '--only', 'c');
  expect(Object.keys(JSON.parse(stdout))).toEqual(['a|null', 'c|null']);
});

test('where there is no tree, the error says where it looked and what to do', async () => {
  using rig = new Rig();
  const { status, stderr } = await rig.run('plan', '--tree', rig.path('packages/nowhere'));
  expect(status).toBe(2);
  expect(stderr).toContain(`error: ${rig.path('packages/nowhere')} is no tree`);
  expect(stderr).toContain('hint: Go to a folder of the tree, or name it with --tree. [TREE_NOT_FOUND]');
});

test('broken JSON is told with file, line and column', async () => {
  using rig = new Rig();
  rig.write('packages/a/buildinfo.json', '{\n  "requires": [}\n');
  const { status, stderr } = await rig.run('plan');
  expect(status).toBe(2);
  expect(stderr).toContain('at packages/a/buildinfo.json:2:16');
  const json = await rig.run('plan', '--json');
  expect(json).toMatchObject({ status: 2, stderr: '' });
  expect(JSON.parse(json.stdout)).toEqual({
    error: {
      code: 'RECIPE_INVALID',
      message: expect.stringContaining('packages/a/buildinfo.json is not valid JSON'),
      hint: expect.any(String),
      place: { file: 'packages/a/buildinfo.json', line: 2, column: 16 },
    },
  });
});

test('independent mistakes are told all at once, in a stable order', async () => {
  using rig = Rig.withBuilder();
  rig.component('a', { buildinfo: { requries: [] } });
  rig.component('b', { buildinfo: { sources: { src: { kind: 'gti' } } } });
  rig.component('c', { buildinfo: { requires: ['d'] } });
  rig.component('dd');
  const first = await rig.run('build');
  expect(first.status).toBe(2);
  expect(first.stderr.match(/^error: .*$/gm)).toEqual([
    'error: packages/c/buildinfo.json requires "d", which is no component of this tree.',
    'error: packages/a/buildinfo.json has the unknown key "requries".',
    'error: packages/b/buildinfo.json: source "src" has the unknown kind "gti".',
  ]);
  expect(first.stderr.match(/hint: Did you mean "(requires|git)"\?/g)).toHaveLength(2);
  expect(first.stderr).toContain('3 errors.');
  const json = await rig.run('build', '--json');
  expect(json.status).toBe(2);
  expect(JSON.parse(json.stdout)).toMatchObject({ error: {}, errors: [{}, {}, {}] });
});

test('a component that the tree does not have is refused, the nearest name offered, and nothing built', async () => {
  using rig = Rig.withBuilder();
  rig.component('openssl');
  for (const args of [
    ['build', 'opnessl'],
    ['build', '--only', 'opnessl'],
    ['build', '--dry-run', 'opnessl'],
  ]) {
    const { status, stderr } = await rig.run(...args);
    expect(status).toBe(2);
    expect(stderr).toContain('The tree has no component "opnessl".');
    expect(stderr).toContain('Did you mean "openssl"?');
  }
});

test('a mistake under --json is one object on standard output, with the same exit status', async () => {
  using rig = new Rig();
  for (const args of [
    ['biuld', '--json'],
    ['build', '--jobs', '0', '--json'],
    ['plan', '--json', '--variant', 'x'],
  ]) {
    const { status, stdout, stderr } = await rig.run(...args);
    expect({ status, stderr }).toEqual({ status: 2, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      error: expect.objectContaining({
        code: expect.any(String),
        message: expect.any(String),
        hint: expect.any(String),
      }),
    });
  }
});

test('what is printed holds no control characters in a pipe, and colours where they are forced', async () => {
  using rig = new Rig();
  const plain = await rig.run('plan', '--variant', 'x');
  // oxlint-disable-next-line no-control-regex
  expect(plain.stderr).not.toMatch(/\u001b/);
  const coloured = await rig.start(['plan', '--variant', 'x'], { FORCE_COLOR: '1' }).end;
  // oxlint-disable-next-line no-control-regex
  expect(coloured.stderr).toMatch(/\u001b\[31m/);
});
