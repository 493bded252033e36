/** Whether what a text of attestations says of a file is signed as trust.json asks. */
import { expectPackage, type AttestedPackage } from './attest-package.ts';
import { parseBundleLines, type Attestation } from './bundle-lines.ts';
import { IN_TOTO_TYPE, pae, type EnvelopeSignature } from './dsse.ts';
import { isSignedBy } from './public-key.ts';
import type { Signer } from './signer.ts';
import { parseStatement, vouchesFor, type Expectation } from './statement.ts';
import { judge, type Claim, type Trust, type Verdict } from './trust.ts';

/** Finds out who signed a sigstore bundle. */
export type KeylessVerifier = (attestation: Attestation) => Promise<Claim>;

export interface VerifyOptions {
  /** By which validity is judged, in milliseconds since the epoch. */
  readonly nowMs: number;
  readonly keyless: KeylessVerifier;
}

/**
 * Judges the attestations of a file. Lines about other files, of other kinds, or that nobody can read are passed over:
 * they prove nothing, and in-toto asks for that.
 *
 * @param text undefined: there are none
 */
export async function verifyAttestations(
  text: string | undefined,
  expected: Expectation,
  trust: Trust,
  options: VerifyOptions,
): Promise<Verdict> {
  const attestations = parseBundleLines(text ?? '');
  const fitting = attestations.filter((attestation) => isAbout(attestation, expected));
  if (fitting.length === 0 && attestations.length > 0) {
    const why = `nothing that is signed says that ${expected.name} has the sha256 ${expected.sha256}`;
    return {
      kind: 'refused',
      why,
      hint: 'It is not what was signed, or it was signed for something else: do not use it.',
    };
  }
  const claims: Claim[] = [];
  for (const attestation of fitting) {
    if (attestation.sigstore === undefined) claims.push(...claimsOf(attestation, trust));
    else if (trust.identities.length > 0) claims.push(await options.keyless(attestation));
    else claims.push({ kind: 'unproven', why: `${trust.shown} names no identities` });
  }
  return judge(claims, trust, options.nowMs);
}

function isAbout({ envelope: { payloadType, payload } }: Attestation, expected: Expectation): boolean {
  const statement = payloadType === IN_TOTO_TYPE ? parseStatement(payload) : undefined;
  return statement !== undefined && vouchesFor(statement, expected);
}

/**
 * Whether all of these have signed already what a text of attestations says of a file: by a signature that the key made, for
 * the ids of keys are hints that anybody can write. Of a signer whose keys do not stay, one signature of that kind is taken
 * for its own.
 */
export function isSignedByAll(text: string, expected: Expectation, signers: readonly Signer[]): boolean {
  const fitting = parseBundleLines(text).filter((attestation) => isAbout(attestation, expected));
  return signers.every((signer) =>
    signer.kind === 'keyless'
      ? fitting.some(({ sigstore }) => sigstore !== undefined)
      : fitting.some(({ envelope: { payloadType, payload, signatures } }) => {
          const message = pae(payloadType, payload);
          return signatures.some(({ sig }) => isSignedBy(signer.publicKey, message, sig));
        }),
  );
}

/** Judges the attestations of a package by its manifest, whose hash its tarball has to have. */
export async function verifyPackage(
  text: string | undefined,
  manifest: AttestedPackage,
  trust: Trust,
  options: VerifyOptions,
): Promise<Verdict> {
  return await verifyAttestations(text, expectPackage(manifest), trust, options);
}

function claimsOf({ envelope }: Attestation, trust: Trust): readonly Claim[] {
  const message = pae(envelope.payloadType, envelope.payload);
  return envelope.signatures.map((signature) => claimOf(signature, message, trust));
}

/** The id of a key is a hint: one that names no key of ours may be another's name for one. */
function claimOf({ keyid, sig }: EnvelopeSignature, message: Uint8Array, { keys }: Trust): Claim {
  const named = keys.find(({ publicKey }) => publicKey.keyid === keyid);
  if (named !== undefined) return { kind: isSignedBy(named.publicKey, message, sig) ? 'key' : 'bad', key: named };
  const key = keys.find(({ publicKey }) => isSignedBy(publicKey, message, sig));
  return key === undefined ? { kind: 'unknown', keyid } : { kind: 'key', key };
}
