import { expect, test } from 'vitest';
import { UserError, UserErrors } from '../../src/model/errors.ts';
import { keyEntry, parseTrust } from '../../src/sign/trust-file.ts';
import { newKey } from './keys.ts';

const [first, second] = [newKey().publicKey, newKey('ecdsa-p256').publicKey];
const entry = keyEntry({ publicKey: first, name: 'release 2026' });

function mistakesOf(value: object): readonly UserError[] {
  try {
    parseTrust(JSON.stringify(value, undefined, 2), '/tree/trust.json', 'trust.json');
  } catch (error) {
    if (error instanceof UserErrors) return error.errors;
    if (error instanceof UserError) return [error];
    throw error;
  }
  return [];
}

test('a whole file is read, with times in milliseconds and the trusted root beside it', () => {
  const file = {
    schema: 'dcos-build trust 1',
    threshold: 2,
    keys: [
      { ...entry, notBefore: '2026-01-31', notAfter: '2027-01-31T12:00:00Z' },
      { ...keyEntry({ publicKey: second, name: 'old' }), revoked: { at: '2026-11-29', reason: 'laptop stolen' } },
    ],
    identities: [{ issuer: 'https://accounts.example.org', subject: 'release@example.org' }],
    trustedRoot: 'sigstore/root.json',
  };
  const trust = parseTrust(JSON.stringify(file), '/tree/trust.json', 'trust.json');
  expect(trust.threshold).toBe(2);
  expect(trust.keys.map(({ publicKey, ...key }) => ({ ...key, keyid: publicKey.keyid }))).toEqual([
    { keyid: first.keyid, name: 'release 2026', notBeforeMs: 1769817600000, notAfterMs: 1801396800000 },
    { keyid: second.keyid, name: 'old', revoked: { at: '2026-11-29', reason: 'laptop stolen' } },
  ]);
  expect(trust.identities).toEqual(file.identities);
  expect(trust.trustedRoot).toBe('/tree/sigstore/root.json');
});

test('all mistakes are told at once, each with its place', () => {
  const mistakes = mistakesOf({
    schema: 'dcos-build trust 2',
    treshold: 1,
    threshold: 0,
    keys: [
      { ...entry, keyid: second.keyid },
      { keyid: 'x', name: ' ', publicKey: 'hello', notBefore: '2026-02-31', revokd: {} },
      { ...entry, notBefore: '2026-02-01', notAfter: '2026-01-01', revoked: { at: 'today' } },
      'key',
    ],
    identities: [{ issuer: 'nobody', subject: 1 }],
  });
  const lines = mistakes.map(({ message, place }) => `${place?.line}: ${message.split('\n')[0]}`);
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "3: trust.json has the unknown key "treshold".
    2: trust.json has "dcos-build trust 2" as "schema".
    28: trust.json has "key" in "keys".
    7: trust.json: keys.0 has a "keyid" that is not that of its "publicKey".
    16: trust.json: keys.1 has the unknown key "revokd".
    13: trust.json: keys.1 has " " as "name".
    15: trust.json: keys.1 has "2026-02-31" as "notBefore".
    14: trust.json: keys.1.publicKey is no key: it has no "-----BEGIN PUBLIC KEY-----".
    25: trust.json: keys.2.revoked has "today" as "at".
    24: trust.json: keys.2.revoked lacks the key "reason".
    23: trust.json: keys.2 has a "notAfter" that is not after its "notBefore".
    33: trust.json: identities.0 has 1 as "subject".
    32: trust.json: identities.0 has "nobody" as "issuer", which is no URL.
    4: trust.json has 0 as "threshold"."
  `);
  expect(mistakes.every(({ code }) => code === 'TRUST_INVALID')).toBe(true);
  expect(mistakes[0]?.hint).toBe('Did you mean "threshold"?');
});

test('a key that is there twice would count twice, and a threshold beyond what is named never holds', () => {
  const schema = 'dcos-build trust 1';
  expect(mistakesOf({ schema, keys: [entry, { ...entry, name: 'again' }] })[0]?.message).toContain('twice');
  expect(mistakesOf({ schema, threshold: 2, keys: [entry] })[0]?.message).toContain(
    'asks for 2 signatures, but names 1',
  );
  expect(mistakesOf({ schema, keys: [] })[0]?.hint).toContain('Add a key');
  expect(mistakesOf({ schema, keys: {} })[0]?.message).toBe('trust.json has an object as "keys".');
  expect(mistakesOf({ keys: [entry] })[0]?.message).toBe('trust.json lacks the key "schema".');
});

test('a private key in the file is named as what it is', () => {
  const text = '-----BEGIN PRIVATE KEY-----\n';
  const [mistake] = mistakesOf({ schema: 'dcos-build trust 1', keys: [{ ...entry, publicKey: text }] });
  expect(mistake?.message).toBe('trust.json: keys.0.publicKey is a private key, where a public one belongs.');
});
