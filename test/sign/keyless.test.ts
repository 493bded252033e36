import { expect, test, vi } from 'vitest';
import { keylessSigner } from '../../src/sign/keyless-signer.ts';
import { readTrust, trustCheck } from '../../src/sign/open-trust.ts';
import { signPackage } from '../../src/sign/sign-package.ts';
import type { Verdict } from '../../src/sign/trust.ts';
import { Scratch } from '../rig/scratch.ts';
import { ISSUER, serveSigstore, tokenFor, type Sigstore } from '../rig/sigstore.ts';
import { serve } from '../rig/web-server.ts';
import { MANIFEST } from './keys.ts';

const signal = new AbortController().signal;
const ALICE = { issuer: ISSUER, subject: 'alice@example.org' };

async function signBy(subject: string, { url }: Sigstore): Promise<string> {
  const signer = keylessSigner({ fulcioUrl: url, rekorUrl: url, identityToken: tokenFor(subject) });
  return (await signPackage(MANIFEST, { run: {}, signers: [signer], signal })).join('\n');
}

/** The verdict of somebody who trusts these identities, as these services know them. */
async function judged(
  text: string,
  { trustedRoot }: Sigstore,
  identities: readonly object[] = [ALICE],
): Promise<Verdict> {
  using scratch = new Scratch();
  scratch.write('root.json', trustedRoot);
  const trust = { schema: 'dcos-build trust 1', identities, trustedRoot: 'root.json' };
  const path = scratch.write('trust.json', JSON.stringify(trust));
  return await trustCheck(await readTrust(path, 'trust.json'), Date.now()).package(text, MANIFEST);
}

test('an identity signs without a key, and is verified offline by its certificate and the log', async () => {
  await using sigstore = await serveSigstore();
  const text = await signBy('alice@example.org', sigstore);
  expect(sigstore.requests).toEqual(['POST /api/v2/signingCert', 'POST /api/v1/log/entries']);
  const bundle = JSON.parse(text);
  expect(bundle.mediaType).toBe('application/vnd.dev.sigstore.bundle.v0.3+json');
  expect(bundle.dsseEnvelope.payloadType).toBe('application/vnd.in-toto+json');
  expect(await judged(text, sigstore)).toEqual({ kind: 'accepted', by: ['alice@example.org'] });
  expect(sigstore.requests).toHaveLength(2);
});

test('another identity, another issuer, and certificates of other services are refused', async () => {
  await using sigstore = await serveSigstore();
  await using elsewhere = await serveSigstore();
  const eve = await signBy('eve@example.org', sigstore);
  expect(await judged(eve, sigstore)).toMatchObject({
    why: `it is signed by eve@example.org of ${ISSUER}, whom trust.json does not name`,
    hint: 'If you trust that, add issuer and subject to "identities" in trust.json.',
  });
  const alice = await signBy('alice@example.org', sigstore);
  const otherIssuer = [{ ...ALICE, issuer: 'https://login.example.com' }];
  expect(await judged(alice, sigstore, otherIssuer)).toMatchObject({ kind: 'refused' });
  expect(await judged(alice, elsewhere)).toMatchObject({ why: expect.stringContaining('proves nothing') });
});

test('what was changed in a bundle is noticed: payload, signature, proof and certificate', async () => {
  await using sigstore = await serveSigstore();
  const text = await signBy('alice@example.org', sigstore);
  const bundle = JSON.parse(text);
  const { dsseEnvelope, verificationMaterial } = bundle;
  const [entry] = verificationMaterial.tlogEntries;
  const changed = [
    { ...bundle, dsseEnvelope: { ...dsseEnvelope, signatures: [{ ...dsseEnvelope.signatures[0], sig: 'AAAA' }] } },
    { ...bundle, verificationMaterial: { ...verificationMaterial, tlogEntries: [] } },
    { ...bundle, verificationMaterial: { ...verificationMaterial, tlogEntries: [{ ...entry, integratedTime: '1' }] } },
    { ...bundle, verificationMaterial: { ...verificationMaterial, certificate: undefined } },
  ];
  for (const each of changed) expect(await judged(JSON.stringify(each), sigstore)).toMatchObject({ kind: 'refused' });
  const other = JSON.parse(await signBy('eve@example.org', sigstore));
  const swapped = { ...bundle, verificationMaterial: other.verificationMaterial };
  expect(await judged(JSON.stringify(swapped), sigstore)).toMatchObject({ kind: 'refused' });
});

test('who names no identities takes no bundle, and loads nothing for it', async () => {
  await using sigstore = await serveSigstore();
  const text = await signBy('alice@example.org', sigstore);
  const trust = { shown: 'trust.json', threshold: 1, keys: [], identities: [], trustedRoot: '/nowhere' };
  expect(await trustCheck(trust, Date.now()).package(text, MANIFEST)).toMatchObject({
    why: 'its sigstore bundle proves nothing: trust.json names no identities',
  });
});

test('a trusted root that is none is told', async () => {
  await using sigstore = await serveSigstore();
  const text = await signBy('alice@example.org', sigstore);
  for (const trustedRoot of ['{}', 'no json']) {
    await expect(judged(text, { ...sigstore, trustedRoot })).rejects.toThrow(
      /trust\.json: the trusted root .* is none\./,
    );
  }
});

test('services that refuse, and tokens that are none, are told without the token', async () => {
  await using server = await serve((_request, response) => response.writeHead(400).end('no'));
  const token = tokenFor('alice@example.org');
  const urls = { fulcioUrl: server.url, rekorUrl: server.url };
  const options = { run: {}, signal };
  const failing = signPackage(MANIFEST, { ...options, signers: [keylessSigner({ ...urls, identityToken: token })] });
  await expect(failing).rejects.toMatchObject({
    code: 'SIGNING_FAILED',
    message: expect.not.stringContaining(token),
    hint: 'Sign with a key where sigstore cannot be reached.',
  });
  // Whatever CI service this runs in has no token to give.
  for (const name of ['ACTIONS_ID_TOKEN_REQUEST_URL', 'BUILDKITE', 'SIGSTORE_ID_TOKEN']) vi.stubEnv(name, undefined);
  const without = signPackage(MANIFEST, { ...options, signers: [keylessSigner(urls)] });
  await expect(without).rejects.toMatchObject({
    code: 'SIGNING_FAILED',
    hint: expect.stringContaining('SIGSTORE_ID_TOKEN'),
  });
  vi.unstubAllEnvs();
});
