/**
 * Public keys that signatures are verified with: ed25519, and what key services have instead: ECDSA on P-256, and RSA of
 * at least 2048 bits with PSS, both over SHA-256.
 */
import { constants, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { sha256, type Sha256 } from '../model/digest.ts';
import { UserError } from '../model/errors.ts';

export type KeyAlgorithm = 'ed25519' | 'ecdsa-p256' | 'rsa-pss';

export interface PublicKey {
  /** SHA-256 of the key's DER (SubjectPublicKeyInfo), so that everybody finds the same name for a key. */
  readonly keyid: Sha256;
  readonly algorithm: KeyAlgorithm;
  /** SubjectPublicKeyInfo as PEM, ended by a line feed. */
  readonly pem: string;
  readonly object: KeyObject;
}

const LEAST_RSA_BITS = 2048;
/** Bytes of r and s together, as key services and JSON Web Signatures give them. */
const RAW_ECDSA_BYTES = 64;
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO } as const;
const KINDS = 'ed25519, ECDSA on P-256, and RSA of at least 2048 bits';

/**
 * Reads a public key.
 *
 * @param shown what messages call it: the name of its file, or where it stands in one
 * @throws UserError KEY_INVALID
 */
export function parsePublicKey(pem: string, shown: string): PublicKey {
  const [, label = ''] = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(pem) ?? [];
  if (label !== 'PUBLIC KEY') throw invalid(`${shown} ${whatItIs(label)}.`, hintFor(label));
  try {
    return toPublicKey(createPublicKey(pem), shown);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw invalid(`${shown} holds a damaged public key.`, 'Take the key from where it was made once more.', error);
  }
}

/** @throws UserError KEY_INVALID for a kind of key that nothing is signed with */
export function toPublicKey(object: KeyObject, shown: string): PublicKey {
  const algorithm = algorithmOf(object);
  if (algorithm === undefined) throw invalid(`${shown} is ${describeKind(object)}.`, `What can be used is ${KINDS}.`);
  const der = object.export({ type: 'spki', format: 'der' });
  return { keyid: sha256(der), algorithm, pem: String(object.export({ type: 'spki', format: 'pem' })), object };
}

/** Whether the key made the signature of that message. ECDSA signatures may be DER, or r and s one after the other. */
export function isSignedBy({ algorithm, object }: PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  switch (algorithm) {
    case 'ed25519':
      return verify(undefined, message, object, signature);
    case 'ecdsa-p256':
      return (
        verify('sha256', message, { key: object, dsaEncoding: 'der' }, signature) ||
        (signature.length === RAW_ECDSA_BYTES &&
          verify('sha256', message, { key: object, dsaEncoding: 'ieee-p1363' }, signature))
      );
    case 'rsa-pss':
      return verify('sha256', message, { key: object, ...PSS }, signature);
    default:
      return algorithm satisfies never;
  }
}

/** The signature of r and s as DER, which is what other verifiers of DSSE expect; anything else as it is. */
export function normaliseSignature(algorithm: KeyAlgorithm, signature: Uint8Array): Uint8Array {
  if (algorithm !== 'ecdsa-p256' || signature.length !== RAW_ECDSA_BYTES) return signature;
  const half = RAW_ECDSA_BYTES / 2;
  const numbers = [derInteger(signature.subarray(0, half)), derInteger(signature.subarray(half))].flat();
  return Uint8Array.from([0x30, numbers.length, ...numbers]);
}

/** Without leading zeros, but with one where the first bit would be a sign. */
function derInteger(bytes: Uint8Array): number[] {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? [0] : [...bytes.subarray(first)];
  const value = (digits[0] ?? 0) >= 0x80 ? [0, ...digits] : digits;
  return [0x02, value.length, ...value];
}

function algorithmOf(key: KeyObject): KeyAlgorithm | undefined {
  const { modulusLength = 0, namedCurve, hashAlgorithm = 'sha256' } = key.asymmetricKeyDetails ?? {};
  const kind = key.asymmetricKeyType;
  if (kind === 'ed25519') return kind;
  if (kind === 'ec') return namedCurve === 'prime256v1' ? 'ecdsa-p256' : undefined;
  if (kind !== 'rsa' && kind !== 'rsa-pss') return undefined;
  return modulusLength >= LEAST_RSA_BITS && hashAlgorithm === 'sha256' ? 'rsa-pss' : undefined;
}

function describeKind({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): string {
  const { modulusLength, namedCurve, hashAlgorithm } = asymmetricKeyDetails;
  const details = [
    ...(modulusLength === undefined ? [] : [`${modulusLength} bits`]),
    ...(namedCurve === undefined ? [] : [`curve ${namedCurve}`]),
    ...(hashAlgorithm === undefined ? [] : [`for ${hashAlgorithm}`]),
  ];
  return `a key of the kind ${asymmetricKeyType ?? 'unknown'}${details.length === 0 ? '' : ` (${details.join(', ')})`}`;
}

function whatItIs(label: string): string {
  if (label === '') return 'is no key: it has no "-----BEGIN PUBLIC KEY-----"';
  return label.endsWith('PRIVATE KEY') ? 'is a private key, where a public one belongs' : `holds a ${label}`;
}

function hintFor(label: string): string {
  if (label === 'CERTIFICATE') return 'Take the key out of it: openssl x509 -pubkey -noout -in FILE.';
  if (label.endsWith('PRIVATE KEY')) return 'Keep it secret, and give its public half: openssl pkey -pubout -in FILE.';
  return 'Give the public key as PEM, as "openssl pkey -pubout" prints it.';
}

function invalid(message: string, hint: string, cause?: unknown): UserError {
  return new UserError('KEY_INVALID', message, { hint, cause });
}
