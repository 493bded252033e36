import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/model/digest.ts';
import { packageStatement } from '../../src/sign/attest-package.ts';
import { expectRelease } from '../../src/sign/attest-release.ts';
import { toBase64 } from '../../src/sign/base64.ts';
import { IN_TOTO_TYPE } from '../../src/sign/dsse.ts';
import type { PrivateKey } from '../../src/sign/private-key.ts';
import { signPackage, signRelease } from '../../src/sign/sign-package.ts';
import { signPayload } from '../../src/sign/signer.ts';
import type { Trust, Verdict } from '../../src/sign/trust.ts';
import { verifyAttestations, verifyPackage } from '../../src/sign/verify.ts';
import { MANIFEST, newKey, signerOf, trusting } from './keys.ts';

const NOW = Date.parse('2026-11-29T12:00:00Z');
const signal = new AbortController().signal;
const options = { nowMs: NOW, keyless: () => Promise.reject(new Error('nobody asked')) };
const [alice, bob, eve] = [newKey(), newKey('ecdsa-p256'), newKey('rsa-pss')];

async function signed(...keys: readonly PrivateKey[]): Promise<string> {
  return (await signPackage(MANIFEST, { run: {}, signers: keys.map(signerOf), signal })).join('\n');
}

async function verdict(text: string | undefined, trust: Trust): Promise<Verdict> {
  return await verifyPackage(text, MANIFEST, trust, options);
}

test('what a trusted key signed is accepted, of every kind', async () => {
  for (const key of [alice, bob, eve]) {
    expect(await verdict(await signed(key), trusting([key.publicKey]))).toEqual({ kind: 'accepted', by: ['key 0'] });
  }
});

test('what nobody signed, or somebody else, is refused with what to do', async () => {
  const trust = trusting([alice.publicKey]);
  expect(await verdict(undefined, trust)).toMatchObject({ kind: 'refused', why: 'it is not signed' });
  expect(await verdict('no json\n', trust)).toMatchObject({ kind: 'refused', why: 'it is not signed' });
  expect(await verdict(await signed(eve), trust)).toEqual({
    kind: 'refused',
    why: `it is signed by the key ${eve.publicKey.keyid.slice(0, 16)}, which is not in trust.json`,
    hint: expect.stringContaining('dcos-build key trust FILE --trust trust.json'),
  });
});

test('the id in a signature is a hint: without it, or with another, the key is found by the signature', async () => {
  const text = await signed(alice);
  const trust = trusting([bob.publicKey, alice.publicKey]);
  for (const keyid of ['', 'sha256:other']) {
    const renamed = text.replace(`"keyid":"${alice.publicKey.keyid}"`, `"keyid":"${keyid}"`);
    expect(await verdict(renamed, trust)).toEqual({ kind: 'accepted', by: ['key 1'] });
  }
  const lying = text.replace(alice.publicKey.keyid, bob.publicKey.keyid);
  expect(await verdict(lying, trust)).toMatchObject({ why: expect.stringContaining('does not fit what it is on') });
  const hostile = (await signed(eve)).replace(eve.publicKey.keyid, String.raw`\u001b[2Jx`);
  expect(JSON.stringify(await verdict(hostile, trust))).not.toContain('u001b');
});

test('rotation: while both keys are trusted, either will do; then the old one is refused', async () => {
  const both = trusting([alice.publicKey, bob.publicKey]);
  for (const key of [alice, bob]) expect(await verdict(await signed(key), both)).toMatchObject({ kind: 'accepted' });
  const revoked = {
    publicKey: alice.publicKey,
    name: 'old key',
    revoked: { at: '2026-11-28', reason: 'laptop stolen' },
  };
  const after = trusting([revoked, bob.publicKey]);
  expect(await verdict(await signed(alice), after)).toMatchObject({
    kind: 'refused',
    why: `it is signed by the key ${alice.publicKey.keyid.slice(0, 16)} (old key), which was revoked on 2026-11-28: laptop stolen`,
  });
  expect(await verdict(await signed(alice, bob), after)).toEqual({ kind: 'accepted', by: ['key 1'] });
});

test('a key counts from its first moment to just before its last', async () => {
  const text = await signed(alice);
  const at = async (notBeforeMs: number, notAfterMs: number): Promise<Verdict> =>
    await verdict(text, trusting([{ publicKey: alice.publicKey, name: 'k', notBeforeMs, notAfterMs }]));
  expect(await at(NOW, NOW + 1)).toMatchObject({ kind: 'accepted' });
  expect(await at(NOW + 1, NOW + 2)).toMatchObject({
    why: expect.stringContaining('not valid before 2026-11-29 12:00'),
  });
  expect(await at(NOW - 1, NOW)).toMatchObject({
    why: expect.stringContaining('not valid since 2026-11-29 12:00 UTC'),
  });
});

test('threshold 2: two keys, in one envelope or in two; the same key twice is one', async () => {
  const trust = trusting([alice.publicKey, bob.publicKey], { threshold: 2 });
  expect(await verdict(await signed(alice, bob), trust)).toEqual({ kind: 'accepted', by: ['key 0', 'key 1'] });
  expect(await verdict(`${await signed(alice)}\n${await signed(bob)}`, trust)).toMatchObject({ kind: 'accepted' });
  const twice = `${await signed(alice, alice)}\n${await signed(alice)}`;
  expect(await verdict(twice, trust)).toMatchObject({ why: 'it is signed by key 0 only' });
});

test('a signed statement about another file, hash or kind of thing is no signature on this one', async () => {
  const trust = trusting([alice.publicKey]);
  const text = await signed(alice);
  const expected = { name: MANIFEST.file, sha256: MANIFEST.sha256 };
  const otherHash = { ...MANIFEST, sha256: sha256('another') };
  const otherName = { ...MANIFEST, id: 'x--1', file: 'x--1.tar.xz' };
  for (const manifest of [otherHash, otherName]) {
    expect(await verifyPackage(text, manifest, trust, options)).toMatchObject({
      why: `nothing that is signed says that ${manifest.file} has the sha256 ${manifest.sha256}`,
    });
  }
  expect(await verifyAttestations(text, expectRelease(expected), trust, options)).toMatchObject({ kind: 'refused' });
  const release = { name: 'DC/OS', version: '1.7.0', variants: ['default'], planDigest: sha256(''), dependencies: [] };
  const lines = await signRelease(
    { ...release, subjects: [expected] },
    { run: {}, signers: [signerOf(alice)], signal },
  );
  expect(await verdict(lines.join('\n'), trust)).toMatchObject({ kind: 'refused' });
  expect(await verifyAttestations(lines.join('\n'), expectRelease(expected), trust, options)).toMatchObject({
    kind: 'accepted',
  });
  const [plain = ''] = await signPayload('text/plain', packageStatement(MANIFEST), [signerOf(alice)], signal);
  expect(await verdict(plain, trust)).toMatchObject({ kind: 'refused' });
});

test('law: one bit flipped in payload or signature is refused', async () => {
  const text = await signed(alice);
  const trust = trusting([alice.publicKey]);
  const { payload, signatures } = JSON.parse(text);
  const [payloadBytes, sigBytes] = [payload, signatures[0].sig].map((each) => Buffer.from(String(each), 'base64'));
  const flipped = (bytes: Uint8Array = new Uint8Array(), bit: number): string =>
    toBase64(bytes.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)));
  const envelope = { payload, payloadType: IN_TOTO_TYPE, signatures };
  const anyBit = fc.nat();
  await fc.assert(
    fc.asyncProperty(anyBit, async (bit) => {
      const inPayload = { ...envelope, payload: flipped(payloadBytes, bit % ((payloadBytes?.length ?? 1) * 8)) };
      const sig = flipped(sigBytes, bit % ((sigBytes?.length ?? 1) * 8));
      for (const changed of [inPayload, { ...envelope, signatures: [{ ...signatures[0], sig }] }]) {
        expect(await verdict(JSON.stringify(changed), trust)).toMatchObject({ kind: 'refused' });
      }
    }),
    { numRuns: 300 },
  );
  expect(await verdict(JSON.stringify(envelope), trust)).toMatchObject({ kind: 'accepted' });
});
