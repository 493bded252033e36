/** What makes signatures: a key in a file, a command that asks a key service, or a certificate for an identity. */
import type { JsonObject } from '../model/json.ts';
import { formatSigstoreLine } from './bundle-lines.ts';
import { formatEnvelope, pae, type EnvelopeSignature } from './dsse.ts';
import { readPrivateKey } from './key-file.ts';
import { signWith } from './private-key.ts';
import type { PublicKey } from './public-key.ts';

/** Signs with a key of which others have the public half. */
export interface KeySigner {
  readonly kind: 'key';
  readonly keyid: string;
  readonly publicKey: PublicKey;
  /** For people: which key, and where it is. */
  readonly description: string;
  /** @param message what DSSE has signed: type and payload in one. @throws UserError SIGNING_FAILED */
  sign(message: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
}

/** Signs with a key that lives as long as one signature; a certificate says whose it was. */
export interface KeylessSigner {
  readonly kind: 'keyless';
  readonly description: string;
  /** @returns a sigstore bundle that wraps a DSSE envelope. @throws UserError SIGNING_FAILED */
  attest(payloadType: string, payload: Uint8Array, signal: AbortSignal): Promise<JsonObject>;
}

export type Signer = KeySigner | KeylessSigner;

/**
 * A signer with the private key of a file.
 *
 * @param shown the path as messages name it
 * @throws UserError KEY_INVALID
 */
export async function keyFileSigner(path: string, shown: string, passphrase: string | undefined): Promise<KeySigner> {
  const key = await readPrivateKey(path, shown, passphrase);
  const { keyid, algorithm } = key.publicKey;
  return {
    kind: 'key',
    keyid,
    publicKey: key.publicKey,
    description: `${algorithm} key ${keyid} of ${shown}`,
    sign: (message) => Promise.resolve(signWith(key, message)),
  };
}

/**
 * Signs one payload: the lines of a bundle. All keys sign one envelope; a keyless signature is in a line of its own.
 *
 * @throws UserError SIGNING_FAILED
 */
export async function signPayload(
  payloadType: string,
  payload: Uint8Array,
  signers: readonly Signer[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const message = pae(payloadType, payload);
  const signatures: EnvelopeSignature[] = [];
  const bundles: string[] = [];
  for (const signer of signers) {
    signal.throwIfAborted();
    if (signer.kind === 'key') signatures.push({ keyid: signer.keyid, sig: await signer.sign(message, signal) });
    else bundles.push(formatSigstoreLine(await signer.attest(payloadType, payload, signal)));
  }
  const envelopes = signatures.length === 0 ? [] : [formatEnvelope({ payloadType, payload, signatures })];
  return [...envelopes, ...bundles];
}
