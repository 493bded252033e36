import { existsSync, readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Rig } from '../rig/rig.ts';

const WORD = { DCOS_BUILD_KEY_PASSPHRASE: 'correct horse' };

test('a key is made, trusted, listed and revoked', async () => {
  using rig = new Rig();
  const made = await rig.run('key', 'new', 'release.pem', '--name', 'release 2026');
  expect(made).toMatchObject({ status: 0, stderr: '' });
  expect(statSync(rig.path('release.pem')).mode & 0o777).toBe(0o600);
  const [, keyid = ''] = /Its id is (\w{64})\./.exec(made.stdout) ?? [];
  const entry = JSON.parse(made.stdout.slice(made.stdout.indexOf('{')));
  expect(entry).toMatchObject({ keyid, name: 'release 2026' });

  const trusted = await rig.run('key', 'trust', 'release.pem');
  expect(trusted.stdout).toBe(`trust.json trusts the key ${keyid} (release).\n`);
  const file = JSON.parse(readFileSync(rig.path('trust.json'), 'utf8'));
  expect(file).toEqual({ schema: 'dcos-build trust 1', threshold: 1, keys: [{ ...entry, name: 'release' }] });
  const again = await rig.run('key', 'trust', 'release.pem');
  expect(again.stdout).toBe(`trust.json has the key ${keyid} already.\n`);

  expect((await rig.run('key', 'ls')).stdout).toBe(
    [
      'KEY               NAME     KIND     STATE',
      `${keyid.slice(0, 16)}  release  ed25519  valid`,
      '',
      'What one of these signed is accepted where trust.json is the trust file.',
      '',
    ].join('\n'),
  );
  const revoked = await rig.run('key', 'revoke', keyid.slice(0, 6), '--reason', 'laptop stolen');
  expect(revoked.stdout).toContain(`trust.json refuses from now on what ${keyid.slice(0, 16)} (release) signed`);
  expect((await rig.run('key', 'ls')).stdout).toMatch(/ed25519 {2}revoked \d{4}-\d\d-\d\d: laptop stolen\n/);
  const listed = JSON.parse((await rig.run('key', 'ls', '--json')).stdout);
  expect(listed.keys[0]).toMatchObject({ keyid, state: 'revoked', revoked: { reason: 'laptop stolen' } });
  const back = await rig.run('key', 'trust', 'release.pem');
  expect(back.status).toBe(2);
  expect(back.stderr).toContain('was revoked on');
});

test('an encrypted key is made and read with the passphrase of the environment', async () => {
  using rig = new Rig();
  const made = await rig.start(['key', 'new', 'release.pem', '--json'], WORD).end;
  expect(JSON.parse(made.stdout)).toMatchObject({ file: 'release.pem', isEncrypted: true });
  const without = await rig.run('key', 'trust', 'release.pem', '--trust', 'trust.json');
  expect(without.stderr).toContain('release.pem is encrypted, and there is no passphrase.');
  const wrong = await rig.start(['key', 'trust', 'release.pem'], { DCOS_BUILD_KEY_PASSPHRASE: 'wrong' }).end;
  expect(wrong).toMatchObject({ status: 2, stderr: expect.stringContaining('[KEY_INVALID]') });
  expect(wrong.stderr).not.toContain('correct');
  expect(existsSync(rig.path('trust.json'))).toBe(false);
  expect((await rig.start(['key', 'trust', 'release.pem'], WORD).end).status).toBe(0);
});

test('a trust file keeps its order and style; only what is asked for changes', async () => {
  using rig = new Rig();
  for (const name of ['one', 'two']) await rig.run('key', 'new', `${name}.pem`);
  await rig.run('key', 'trust', 'one.pem', '--trust', 'other.json');
  const style = (text: string): string =>
    JSON.stringify(JSON.parse(text), undefined, 4).replace('    "schema"', '    "schema" ');
  const before = style(readFileSync(rig.path('other.json'), 'utf8'));
  rig.write('other.json', before);
  await rig.run('key', 'trust', 'two.pem', '--trust', 'other.json', '--name', 'second');
  const after = readFileSync(rig.path('other.json'), 'utf8');
  expect(after.startsWith(before.slice(0, before.lastIndexOf('}\n    ]') + 1))).toBe(true);
  expect(after).toMatch(/\n {8}\{\n {12}"keyid": "\w{64}",\n {12}"name": "second",/);
  const { keyid } = JSON.parse(after).keys[1];
  await rig.run('key', 'revoke', keyid, '--reason', 'test', '--trust', 'other.json');
  const last = readFileSync(rig.path('other.json'), 'utf8');
  expect(last.startsWith(after.slice(0, after.indexOf(keyid)))).toBe(true);
  expect(Object.keys(JSON.parse(last).keys[1])).toEqual(['keyid', 'name', 'publicKey', 'revoked']);
});

test('mistakes are explained', async () => {
  using rig = new Rig();
  await rig.run('key', 'new', 'a.pem');
  await rig.run('key', 'trust', 'a.pem');
  rig.write('text', 'hello');
  const cases = [
    [['new'], 'No file is named.'],
    [['new', 'a.pem'], 'There is a file a.pem already, and no key is ever overwritten.'],
    [['new', 'no/a.pem'], 'no/a.pem cannot be written.'],
    [['new', 'b.pem', '--reason', 'x'], '--reason does nothing for "key new".'],
    [['new', 'b.pem', '--trust', 'x'], '--trust does nothing for "key new".'],
    [['ls', '--name', 'x'], '--name does nothing for "key ls".'],
    [['ls', 'x'], '"key ls" takes no "x".'],
    [['ls', '--trust', 'none.json'], 'The trust file none.json is not there.'],
    [['trust', 'text'], 'text is no key'],
    [['trust', 'none.pem'], 'none.pem is not there.'],
    [['trust', 'a.pem', '--trust', 'no/trust.json'], 'no/trust.json cannot be written.'],
    [['revoke', 'abc'], 'No reason is given.'],
    [['revoke', 'xyz', '--reason', 'r'], 'trust.json names no key whose id begins with "xyz".'],
    [['revoke', 'abc', '--reason', 'r', '--trust', 'none.json'], 'none.json is not there.'],
    [['make'], '"make" is no action; it can be new, trust, revoke, ls.'],
  ] as const;
  for (const [args, text] of cases) {
    const { status, stderr } = await rig.run('key', ...args);
    expect(stderr).toContain(text);
    expect(status).toBe(2);
  }
});

test('the file that the configuration names is the one that is changed and read', async () => {
  using rig = new Rig();
  rig.write('dcos-build.config.json', '{ "trust": { "file": "keys/trusted.json" } }');
  rig.write('keys/README', '');
  await rig.run('key', 'new', 'a.pem');
  expect((await rig.run('key', 'trust', 'a.pem')).stdout).toContain('keys/trusted.json trusts the key');
  const [{ keyid }] = JSON.parse(readFileSync(rig.path('keys/trusted.json'), 'utf8')).keys;
  await rig.run('key', 'revoke', keyid, '--reason', 'laptop stolen');
  expect((await rig.run('key', 'ls')).stdout).toContain('laptop stolen');
  expect(existsSync(rig.path('trust.json'))).toBe(false);
});

test('outside of a tree the trust file has to be named', async () => {
  using rig = new Rig();
  await rig.run('key', 'new', 'a.pem');
  const { status, stderr } = await rig.run('key', 'ls', '--tree', 'packages/none');
  expect(status).toBe(2);
  expect(stderr).toContain('Name the trust file with --trust');
});
