/** What `key` prints. */
import type { JsonObject } from '../model/json.ts';
import { PASSPHRASE_VARIABLE } from '../sign/private-key.ts';
import { keyState, shortKeyId, type Trust } from '../sign/trust.ts';
import { formatTable } from './table.ts';
import { formatWhen } from './when.ts';

interface NewKey {
  readonly keyid: string;
  readonly file: string;
  readonly isEncrypted: boolean;
  readonly entry: JsonObject;
}

export function describeNewKey({ keyid, file, isEncrypted, entry }: NewKey): string {
  const state = isEncrypted
    ? `encrypted with what ${PASSPHRASE_VARIABLE} has`
    : `not encrypted: ${PASSPHRASE_VARIABLE} is not set`;
  return [
    `Wrote a private key into ${file}, for its owner alone, ${state}.`,
    `Its id is ${keyid}.`,
    `To trust it: dcos-build key trust ${file}, or as one more of "keys" in trust.json:`,
    JSON.stringify(entry, undefined, 2),
  ].join('\n');
}

/** Plain data for `--json`. */
export function keysAsData(trust: Trust, nowMs: number): object {
  const { shown: file, threshold, keys, identities } = trust;
  return {
    file,
    threshold,
    keys: keys.map((key) => ({
      keyid: key.publicKey.keyid,
      name: key.name,
      algorithm: key.publicKey.algorithm,
      state: keyState(key, nowMs),
      ...(key.notBeforeMs === undefined ? {} : { notBeforeMs: key.notBeforeMs }),
      ...(key.notAfterMs === undefined ? {} : { notAfterMs: key.notAfterMs }),
      ...(key.revoked === undefined ? {} : { revoked: key.revoked }),
    })),
    identities,
  };
}

export function describeTrust({ shown, threshold, keys, identities }: Trust, nowMs: number): string {
  const rows = keys.map((key) => {
    const { revoked, notBeforeMs = 0, notAfterMs } = key;
    const states: Readonly<Record<ReturnType<typeof keyState>, string>> = {
      valid: notAfterMs === undefined ? 'valid' : `valid until ${formatWhen(notAfterMs)}`,
      early: `not before ${formatWhen(notBeforeMs)}`,
      late: `not since ${formatWhen(notAfterMs ?? 0)}`,
      revoked: `revoked ${revoked?.at.slice(0, 10)}: ${revoked?.reason}`,
    };
    return [shortKeyId(key.publicKey.keyid), key.name, key.publicKey.algorithm, states[keyState(key, nowMs)]];
  });
  const people = identities.map(({ issuer, subject }) => ['-', subject, 'sigstore', issuer]);
  const table = formatTable([['KEY', 'NAME', 'KIND', 'STATE'], ...rows, ...people]);
  const signers = threshold === 1 ? 'one of these' : `${threshold} of these`;
  return `${table}\n\nWhat ${signers} signed is accepted where ${shown} is the trust file.`;
}
