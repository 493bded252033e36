import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { commandSigner, type CommandSignerOptions } from '../../src/sign/command-signer.ts';
import { isSignedBy, parsePublicKey } from '../../src/sign/public-key.ts';
import { Scratch } from '../rig/scratch.ts';
import { LONG_NAP, processesWith } from '../rig/processes.ts';

const signal = new AbortController().signal;
const MESSAGE = Buffer.from('what is signed');

/** A key pair in files, and a command line that signs by it with the `openssl` program. */
function service(scratch: Scratch) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = scratch.write('key.pem', String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
  const pem = String(publicKey.export({ type: 'spki', format: 'pem' }));
  const options = (script: string, more: Partial<CommandSignerOptions> = {}): CommandSignerOptions => ({
    command: ['sh', '-c', script],
    publicKey: scratch.write('public.pem', pem),
    shown: 'public.pem',
    env: { PATH: process.env['PATH'], DCOS_BUILD_KEY_PASSPHRASE: 'hidden' },
    ...more,
  });
  return { key, publicKey: parsePublicKey(pem, 'k'), options };
}

test('a command signs, in lines of base64 too', async () => {
  using scratch = new Scratch();
  const { key, publicKey, options } = service(scratch);
  const signer = await commandSigner(options(`openssl dgst -sha256 -sign '${key}' | base64 -w 20`));
  expect(signer.keyid).toBe(publicKey.keyid);
  expect(signer.description).toBe(`ecdsa-p256 key ${publicKey.keyid} by the command sh`);
  expect(isSignedBy(publicKey, MESSAGE, await signer.sign(MESSAGE, signal))).toBe(true);
});

test.each([
  ['exit 3', 'ended with exit status 3.'],
  [
    'echo broken token eyJhbGciOi.J9.xyz >&2; echo https://u:pw@host/ >&2; exit 1',
    ':\nbroken token ***\nhttps://***@host/',
  ],
  ['cat >/dev/null; echo "not base64!"', 'printed no signature'],
  ['cat >/dev/null', 'printed no signature'],
  ['cat | base64', 'is no signature by'],
  ['echo "pass $DCOS_BUILD_KEY_PASSPHRASE." >&2; exit 1', ':\npass .'],
])('what goes wrong is told: %s', async (script, message) => {
  using scratch = new Scratch();
  const signer = await commandSigner(service(scratch).options(script));
  const failure = expect.objectContaining({ code: 'SIGNING_FAILED', message: expect.stringContaining(message) });
  await expect(signer.sign(MESSAGE, signal)).rejects.toEqual(failure);
});

test('a command that is not there, and a public key that is none', async () => {
  using scratch = new Scratch();
  const { options } = service(scratch);
  const signer = await commandSigner(options('', { command: ['no-such-program'] }));
  await expect(signer.sign(MESSAGE, signal)).rejects.toThrow('The signing command no-such-program is not there.');
  await expect(commandSigner(options('', { publicKey: scratch.path('none') }))).rejects.toThrow('is not there');
});

test('a command that takes too long is ended, with what it started; so it is after Ctrl-C', async () => {
  using scratch = new Scratch();
  const { options } = service(scratch);
  const script = `sleep ${LONG_NAP} & wait`;
  const slow = await commandSigner(options(script, { timeoutMs: 300 }));
  await expect(slow.sign(MESSAGE, signal)).rejects.toThrow('The signing command sh took longer than 0.3 s.');
  expect(processesWith(`sleep ${LONG_NAP}`)).toEqual([]);
  const patient = await commandSigner(options(script));
  await expect(patient.sign(MESSAGE, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
});

test('a command that does not read all of its input may sign', async () => {
  using scratch = new Scratch();
  const { options } = service(scratch);
  const signer = await commandSigner(options('exec <&-; exit 4'));
  await expect(signer.sign(Buffer.alloc(1_000_000), signal)).rejects.toThrow('exit status 4');
});
