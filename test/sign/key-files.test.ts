import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPrivateKey, readPublicKey, writeNewKey } from '../../src/sign/key-file.ts';
import { signWith } from '../../src/sign/private-key.ts';
import { isSignedBy, normaliseSignature, parsePublicKey } from '../../src/sign/public-key.ts';
import { Scratch } from '../rig/scratch.ts';
import { KINDS, newKey } from './keys.ts';

test('a new key is for its owner alone, is never written over another, and leaves nothing else behind', async () => {
  using scratch = new Scratch();
  const path = scratch.path('key.pem');
  const key = await writeNewKey(path, 'key.pem', undefined);
  expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
  expect(scratch.read('key.pem')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  expect((await readPrivateKey(path, 'key.pem', 'not needed')).publicKey.keyid).toBe(key.keyid);
  await expect(writeNewKey(path, 'key.pem', undefined)).rejects.toThrow('There is a file key.pem already');
  await expect(writeNewKey(scratch.path('no/key.pem'), 'no/key.pem', undefined)).rejects.toThrow('cannot be written');
  expect(readdirSync(scratch.folder)).toEqual(['key.pem']);
});

test('an encrypted key needs its passphrase', async () => {
  using scratch = new Scratch();
  const path = scratch.path('key.pem');
  const { keyid } = await writeNewKey(path, 'key.pem', 'right');
  expect(scratch.read('key.pem')).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
  expect((await readPublicKey(path, 'key.pem', 'right')).keyid).toBe(keyid);
  await expect(readPrivateKey(path, 'key.pem', 'wrong')).rejects.toThrow(
    'the passphrase is wrong, or the file is damaged',
  );
  await expect(readPrivateKey(path, 'key.pem', undefined)).rejects.toThrow('is encrypted, and there is no passphrase');
});

test('what is no key, or one of another kind, is told apart', async () => {
  using scratch = new Scratch();
  const spki = { type: 'spki', format: 'pem' } as const;
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export(spki);
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export(spki);
  const privateText = String(KINDS.ed25519().privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const cases = [
    [String(small), 'k is a key of the kind rsa (1024 bits)'],
    [String(p384), 'k is a key of the kind ec (curve secp384r1)'],
    ['hello', 'k is no key'],
    ['-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n', 'k holds a CERTIFICATE'],
    ['-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n', 'k holds a damaged public key'],
    [privateText, 'k is a private key, where a public one belongs'],
  ] as const;
  for (const [text, message] of cases) expect(() => parsePublicKey(text, 'k')).toThrow(message);
  await expect(readPrivateKey(scratch.write('public', newKey().publicKey.pem), 'k', undefined)).rejects.toThrow(
    'no private key',
  );
  const damaged = privateText.replace(/\n.{9}/, '\nAAAAAAAAA');
  await expect(readPrivateKey(scratch.write('damaged', damaged), 'k', undefined)).rejects.toThrow(
    'damaged private key',
  );
  await expect(readPublicKey(scratch.path('none'), 'none', undefined)).rejects.toThrow('none is not there');
  mkdirSync(scratch.path('folder'));
  await expect(readPublicKey(scratch.path('folder'), 'folder', undefined)).rejects.toThrow('folder is a folder');
});

test('law: r and s one after the other become the DER that OpenSSL would have made, and both are verified', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = parsePublicKey(String(publicKey.export({ type: 'spki', format: 'pem' })), 'k');
  fc.assert(
    fc.property(fc.uint8Array(), (message) => {
      const raw = sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' });
      const der = normaliseSignature('ecdsa-p256', raw);
      expect(der[0]).toBe(0x30);
      expect([isSignedBy(key, message, raw), isSignedBy(key, message, der)]).toEqual([true, true]);
      expect(normaliseSignature('ecdsa-p256', der)).toBe(der);
    }),
  );
});

test.each(['ed25519', 'ecdsa-p256', 'rsa-pss'] as const)('law: %s: one bit flipped anywhere is noticed', (kind) => {
  const key = newKey(kind);
  const message = Buffer.from('what is signed');
  const signature = signWith(key, message);
  fc.assert(
    fc.property(fc.nat(signature.length * 8 - 1), fc.nat(message.length * 8 - 1), (inSignature, inMessage) => {
      expect(isSignedBy(key.publicKey, message, flip(signature, inSignature))).toBe(false);
      expect(isSignedBy(key.publicKey, flip(message, inMessage), signature)).toBe(false);
    }),
  );
  for (const wrong of [new Uint8Array(), signature.slice(1), Buffer.concat([signature, signature])]) {
    expect(isSignedBy(key.publicKey, message, wrong)).toBe(false);
  }
});

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  return bytes.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
}
