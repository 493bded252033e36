import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { completeNames } from '../../src/cli/complete.ts';
import { Rig } from '../rig/rig.ts';

function tree(): Rig {
  const rig = Rig.withBuilder();
  for (const name of ['curl', 'curlew', 'openssl']) rig.component(name, { script: 'touch $PKG_PATH/built' });
  rig.write('packages/openssl/quick.buildinfo.json', '{"docker": "shell"}');
  rig.write('packages/openssl/quick.build', '#!/bin/bash\n');
  rig.write('packages/README.md', 'no component');
  rig.write('packages/empty/notes', 'no component either');
  rig.write('base.treeinfo.json', '{}');
  return rig;
}

/** What bash offers for a line, by the script that the program prints. */
async function offered(rig: Rig, line: string): Promise<string[]> {
  const words = line.split(' ');
  const { stdout, stderr } = await rig.shell(
    [
      'source <(dcos-build completion)',
      `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}`,
      '_dcos-build_yargs_completions',
      `printf '%s\\n' "\${COMPREPLY[@]}"`,
    ].join('\n'),
  );
  expect(stderr).toBe('');
  return stdout.split('\n').filter((word) => word !== '');
}

test('bash completes commands, options, components, variants and choices', async () => {
  using rig = tree();
  expect(await offered(rig, 'dcos-build wh')).toEqual(['why']);
  expect(await offered(rig, 'dcos-build why cu')).toEqual(['curl', 'curlew']);
  expect(await offered(rig, 'dcos-build why curl --req')).toEqual(['--requires']);
  expect(await offered(rig, 'dcos-build tree --variant ')).toEqual(['base']);
  expect(await offered(rig, 'dcos-build graph --format me')).toEqual(['mermaid']);
  expect(await offered(rig, 'dcos-build store v')).toEqual(['verify']);
  expect(await offered(rig, 'dcos-build cluster che')).toEqual(['check']);
});

test('completing a command line does not run it', async () => {
  using rig = tree();
  expect(await offered(rig, 'dcos-build build --kee')).toEqual(['--keep-going']);
  expect(await offered(rig, 'dcos-build build curl cur')).toEqual(['curl', 'curlew']);
  const { stdout } = await rig.run('store', 'ls', '--json');
  expect(JSON.parse(stdout).items).toMatchObject([{ kind: 'builder' }]);
});

test('names are offered where they may stand, and nowhere else', () => {
  using rig = tree();
  const complete = (line: string): string[] | undefined => completeNames(line.split(' '), { cwd: rig.folder });
  expect(complete('why ')).toEqual(['curl', 'curlew', 'openssl']);
  expect(complete('why openssl/')).toEqual(['openssl/quick']);
  expect(complete('log ope')).toEqual(['openssl']);
  expect(complete('build curl o')).toEqual(['openssl']);
  expect(complete('graph --of c')).toEqual(['curl', 'curlew']);
  expect(complete('why curl --requires o')).toEqual(['openssl']);
  expect(complete('plan --variant x')).toEqual([]);
  expect(complete('--tree . why curlew')).toEqual(['curlew']);
  const others = ['', 'wh', 'why --', 'tree ', 'store ', 'build --jobs ', 'tree --tree ', 'build -j 2 --out '];
  expect(others.filter((line) => complete(line) !== undefined)).toEqual([]);
});

test('without a tree completion is quiet', async () => {
  using rig = tree();
  rmSync(rig.path('treeinfo.json'));
  rmSync(rig.path('base.treeinfo.json'));
  expect(completeNames(['why', ''], { cwd: rig.folder })).toBeUndefined();
  expect(await offered(rig, 'dcos-build why cu')).toEqual([]);
});

test('the script for zsh is printed where the shell is zsh', async () => {
  using rig = tree();
  const { stdout } = await rig.start(['completion'], { SHELL: '/bin/zsh' }).end;
  expect(stdout).toMatch(/^#compdef dcos-build/);
});
