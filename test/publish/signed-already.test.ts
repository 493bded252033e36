/** Whether a release is signed already: by its signatures, and not by what they say of themselves. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRelease } from '../../src/publish/create-release.ts';
import { isSigned, subjectOf } from '../../src/publish/attest.ts';
import { PROVENANCE, releaseFile } from '../../src/publish/layout.ts';
import { expectRelease } from '../../src/sign/attest-release.ts';
import { parseBundleLines } from '../../src/sign/bundle-lines.ts';
import { formatEnvelope } from '../../src/sign/dsse.ts';
import { verifyAttestations } from '../../src/sign/verify.ts';
import { DirectoryStore } from '../../src/store/directory.ts';
import { Scratch } from '../rig/scratch.ts';
import { newKey, signerOf, trusting } from '../sign/keys.ts';
import { requestOf, smallRelease } from './small-releases.ts';

const KEY = newKey();
const SIGNER = signerOf(KEY);
const SIGNAL = new AbortController().signal;
const COMPOSED = smallRelease('one', ['a']);
const { release: RELEASE } = COMPOSED;
const NAME = releaseFile(RELEASE.id, PROVENANCE);

let scratch: Scratch;
let store: DirectoryStore;
beforeEach(() => {
  scratch = new Scratch();
  store = new DirectoryStore(scratch.folder);
});
afterEach(() => scratch[Symbol.dispose]());

const create = async (composed = COMPOSED) =>
  createRelease(
    requestOf(store, composed, 'testing', { signing: { signers: [SIGNER], runs: new Map(), run: () => ({}) } }),
  );

async function isTrusted(): Promise<boolean> {
  const options = { nowMs: 0, keyless: () => Promise.reject(new Error('nothing here is keyless')) };
  const text = await store.readText(NAME);
  const verdict = await verifyAttestations(text, expectRelease(subjectOf(RELEASE)), trusting([KEY.publicKey]), options);
  return verdict.kind === 'accepted';
}

/** Lines of a release that our key has signed. */
async function linesOf(composed = COMPOSED): Promise<string> {
  using other = new Scratch();
  const elsewhere = new DirectoryStore(other.folder);
  const signing = { signers: [SIGNER], runs: new Map(), run: () => ({}) };
  await createRelease(requestOf(elsewhere, composed, 'testing', { signing }));
  return (await elsewhere.readText(releaseFile(composed.release.id, PROVENANCE))) ?? '';
}

test('one that our key signed is not signed again', async () => {
  await create();
  const before = await store.readText(NAME);
  expect(await isSigned(store, RELEASE, [SIGNER], SIGNAL)).toBe(true);
  expect((await create()).isUnchanged).toBe(true);
  expect(await store.readText(NAME)).toBe(before);
});

const FORGED: readonly (readonly [string, () => Promise<string>])[] = [
  [
    'another key that calls itself ours',
    async () => {
      const { payloadType, payload } = parseBundleLines(await linesOf())[0]!.envelope;
      const signatures = [{ keyid: SIGNER.keyid, sig: new Uint8Array(64) }];
      return `${formatEnvelope({ payloadType, payload, signatures })}\n`;
    },
  ],
  ['our key, of another release', async () => linesOf(smallRelease('two', ['b']))],
];

test.each(FORGED)('a line of %s is no signature: ours is written beside it', async (_what, lines) => {
  await store.writeText(NAME, await lines(), { signal: SIGNAL });
  expect(await isSigned(store, RELEASE, [SIGNER], SIGNAL)).toBe(false);
  await create();
  expect(await isTrusted()).toBe(true);
});
