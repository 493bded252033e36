/** Trust as one object that answers whether a file may be used: what store and publish are given. */
import { readTextIfThere } from '../host/files.ts';
import { UserError } from '../model/errors.ts';
import type { AttestedPackage } from './attest-package.ts';
import type { Attestation } from './bundle-lines.ts';
import type { Expectation } from './statement.ts';
import { parseTrust } from './trust-file.ts';
import type { Claim, Trust, Verdict } from './trust.ts';
import { verifyAttestations, verifyPackage, type KeylessVerifier } from './verify.ts';

export interface TrustCheck {
  readonly trust: Trust;
  /** Judges the attestations of a package by its manifest. @param text undefined: there are none */
  package(text: string | undefined, manifest: AttestedPackage): Promise<Verdict>;
  /** Judges the attestations of any file. */
  file(text: string | undefined, expected: Expectation): Promise<Verdict>;
}

/**
 * Reads a trust file.
 *
 * @param path absolute
 * @param shown the path as messages name it
 * @throws UserError, UserErrors TRUST_INVALID
 */
export async function readTrust(path: string, shown: string): Promise<Trust> {
  const text = await readTextIfThere(path);
  if (text !== undefined) return parseTrust(text, path, shown);
  const hint = 'Look at the path, or begin one with "dcos-build key trust KEYFILE --trust FILE".';
  throw new UserError('TRUST_INVALID', `The trust file ${shown} is not there.`, { hint });
}

/** @param nowMs by which validity is judged, in milliseconds since the epoch */
export function trustCheck(trust: Trust, nowMs: number): TrustCheck {
  const options = { nowMs, keyless: keylessVerifier(trust) };
  return {
    trust,
    package: (text, manifest) => verifyPackage(text, manifest, trust, options),
    file: (text, expected) => verifyAttestations(text, expected, trust, options),
  };
}

/** Loads sigstore's library, and its certificates, when the first bundle is there to be looked at. */
function keylessVerifier(trust: Trust): KeylessVerifier {
  let opened: Promise<(attestation: Attestation) => Claim> | undefined;
  return async (attestation) => {
    opened ??= import('./keyless-verify.ts').then(({ openKeylessVerifier }) => openKeylessVerifier(trust));
    return (await opened)(attestation);
  };
}
