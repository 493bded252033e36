/** What we sign, OpenSSL verifies, and the other way round: the formats are those that everybody has. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pae } from '../../src/sign/dsse.ts';
import { readPrivateKey, readPublicKey, writeNewKey } from '../../src/sign/key-file.ts';
import { signWith } from '../../src/sign/private-key.ts';
import { isSignedBy } from '../../src/sign/public-key.ts';
import { signPackage } from '../../src/sign/sign-package.ts';
import { keyFileSigner } from '../../src/sign/signer.ts';
import { Scratch } from '../rig/scratch.ts';
import { KINDS, MANIFEST } from './keys.ts';

const MESSAGE = pae('application/vnd.in-toto+json', Buffer.from('{"_type":"…"}'));

/** How `openssl` is told to sign or verify with a key of that kind. */
const DIGEST = ['-sha256'];
const PSS = [...DIGEST, '-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:32'];
const OPTIONS = { ed25519: undefined, 'ecdsa-p256': DIGEST, 'rsa-pss': PSS } as const;

test.each(['ed25519', 'ecdsa-p256', 'rsa-pss'] as const)(
  '%s: openssl verifies what we sign, and we what it signs',
  async (kind) => {
    using scratch = new Scratch();
    const { privateKey } = KINDS[kind]();
    const path = scratch.write('key.pem', String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
    const key = await readPrivateKey(path, 'key.pem', undefined);
    const message = scratch.write('message', MESSAGE);
    const publicKey = scratch.write('public.pem', key.publicKey.pem);
    const signature = scratch.write('signature', signWith(key, MESSAGE));
    const options = OPTIONS[kind];
    const verify =
      options === undefined
        ? ['pkeyutl', '-verify', '-rawin', '-pubin', '-inkey', publicKey, '-in', message, '-sigfile', signature]
        : ['dgst', ...options, '-verify', publicKey, '-signature', signature, message];
    expect(openssl(verify).toString()).toMatch(/Verified (?:OK|Successfully)|Signature Verified Successfully/);
    const sign =
      options === undefined
        ? ['pkeyutl', '-sign', '-rawin', '-inkey', path, '-in', message]
        : ['dgst', ...options, '-sign', path, message];
    expect(isSignedBy(key.publicKey, MESSAGE, openssl(sign))).toBe(true);
  },
);

test('the id of a key is what sha256sum says of its DER', async () => {
  using scratch = new Scratch();
  const key = await writeNewKey(scratch.path('key.pem'), 'key.pem', undefined);
  const der = openssl(['pkey', '-in', scratch.path('key.pem'), '-pubout', '-outform', 'DER']);
  const sum = execFileSync('sha256sum', { input: der }).toString();
  expect(sum.split(' ')[0]).toBe(key.keyid);
});

test('an encrypted key is opened by openssl with its passphrase, and one that openssl encrypted by us', async () => {
  using scratch = new Scratch();
  const key = await writeNewKey(scratch.path('ours.pem'), 'ours.pem', 'correct horse');
  const env = { ...process.env, WORD: 'correct horse' };
  const text = openssl(['pkey', '-in', scratch.path('ours.pem'), '-passin', 'env:WORD', '-pubout'], env).toString();
  expect(text).toBe(key.pem);
  const pkcs8 = ['pkcs8', '-topk8', '-scrypt', '-in', scratch.path('ours.pem')];
  openssl([...pkcs8, '-passin', 'env:WORD', '-passout', 'env:WORD', '-out', scratch.path('theirs.pem')], env);
  expect((await readPublicKey(scratch.path('theirs.pem'), 'theirs.pem', 'correct horse')).keyid).toBe(key.keyid);
});

test('the script of docs/signing.md verifies what we sign', async () => {
  using scratch = new Scratch();
  await writeNewKey(scratch.path('key.pem'), 'key.pem', undefined);
  const signers = [await keyFileSigner(scratch.path('key.pem'), 'key.pem', undefined)];
  const { signal } = new AbortController();
  const lines = await signPackage(MANIFEST, { run: {}, signers, signal });
  const [, script = ''] = /```sh\n(line=\$\(head [^]*?)```/.exec(readFileSync('docs/signing.md', 'utf8')) ?? [];
  const [, file = ''] = /head -n 1 (\S+)\)/.exec(script) ?? [];
  scratch.write(file, lines.join('\n'));
  openssl(['pkey', '-in', scratch.path('key.pem'), '-pubout', '-out', scratch.path('release.pub')]);
  const run = (): string => execFileSync('sh', ['-ec', script], { cwd: scratch.folder, stdio: 'pipe' }).toString();
  expect(run()).toContain('Signature Verified Successfully');
  scratch.write(file, lines.join('\n').replace('"payload":"', '"payload":"AAAA'));
  expect(run).toThrow('Command failed');
});

function openssl(args: readonly string[], env = process.env): Buffer {
  return execFileSync('openssl', args, { env });
}
