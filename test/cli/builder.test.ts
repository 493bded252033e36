import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Rig } from '../rig/rig.ts';

test('builders are listed with their digest, their packages and where their root is', async () => {
  using rig = Rig.withBuilder();
  rig.write('builders/other.json', '{"suite": "bookworm", "packages": ["make"]}');
  const { status, stdout } = await rig.run('builder', 'ls');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^other {2}- {2}not locked\nshell {2}sha256:[0-9a-f]{12} {2}1 package {2}\/\S+\/root\n$/);
  const { stdout: json } = await rig.run('builder', 'ls', 'shell', '--json');
  expect(JSON.parse(json)).toEqual([
    { name: 'shell', id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), packages: 1, path: expect.any(String) },
  ]);
  rmSync(rig.path('out'), { recursive: true });
  expect((await rig.run('builder', 'ls', 'shell')).stdout).toContain('1 package  not made');
});

test('a tree without builders has none to list', async () => {
  using rig = new Rig();
  expect(await rig.run('builder', 'ls')).toMatchObject({ status: 0, stdout: '', stderr: '' });
  expect(await rig.run('builder', 'ls', '--json')).toMatchObject({ status: 0, stdout: '[]\n' });
});

test('a builder that is not there is refused, with the name that was meant', async () => {
  using rig = Rig.withBuilder();
  for (const action of ['ls', 'lock', 'build']) {
    const { status, stderr } = await rig.run('builder', action, 'shel');
    expect(status).toBe(2);
    expect(stderr).toContain('The tree has no builder "shel": there is no builders/shel.json.');
    expect(stderr).toContain('Did you mean "shell"?');
  }
});

test('a builder without a lock is told with what makes one, by every command that needs it', async () => {
  using rig = Rig.withBuilder();
  rig.component('a');
  rmSync(rig.path('builders/shell.lock.json'));
  for (const args of [['builder', 'build'], ['plan'], ['build']]) {
    const { status, stderr } = await rig.run(...args);
    expect(status).toBe(2);
    expect(stderr).toContain('"shell" has no lock, builders/shell.lock.json.');
    expect(stderr).toContain('Run "dcos-build builder lock shell".');
  }
});

test('a builder definition and a lock that are broken are told with file and place', async () => {
  using rig = Rig.withBuilder();
  rig.component('a');
  rig.write('builders/shell.lock.json', '{\n  "suite": 7,\n');
  const { status, stderr } = await rig.run('plan');
  expect(status).toBe(2);
  expect(stderr).toContain('builders/shell.lock.json');
  rig.write('builders/shell.json', '{"suite": "test", "pakcages": []}');
  const lock = await rig.run('builder', 'lock', 'shell');
  expect(lock.status).toBe(2);
  expect(lock.stderr).toContain('builders/shell.json');
  expect(lock.stderr).toContain('pakcages');
});

test('--offline, the root of a builder is made from the cache alone, and what that lacks is named at once', async () => {
  using rig = Rig.withBuilder();
  rig.component('a');
  rmSync(rig.path('out'), { recursive: true });
  const made = await rig.run('builder', 'build', '--offline');
  expect(made.status).toBe(1);
  expect(made.stderr).toContain('shell');
  expect(made.stderr).toContain('[SOURCE_MISSING]');
  const built = await rig.run('build', '--offline');
  expect(built.status).toBe(1);
  expect(built.stderr).not.toContain('bug');
});
