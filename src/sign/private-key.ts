/** Private keys: made, read, and signed with. Their text is PKCS#8 as PEM, encrypted if there is a passphrase. */
import { constants, createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { UserError } from '../model/errors.ts';
import { toPublicKey, type PublicKey } from './public-key.ts';

/** Where the passphrase of a private key comes from: never the command line, which every process of the machine can read. */
export const PASSPHRASE_VARIABLE = 'DCOS_BUILD_KEY_PASSPHRASE';

export interface PrivateKey {
  readonly publicKey: PublicKey;
  readonly object: KeyObject;
}

const CIPHER = 'aes-256-cbc';
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } as const;

/** A new ed25519 key as PEM, encrypted if there is a passphrase. */
export function newPrivateKey(passphrase: string | undefined): { readonly pem: string; readonly publicKey: PublicKey } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const encryption = passphrase === undefined ? {} : { cipher: CIPHER, passphrase };
  const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem', ...encryption }));
  return { pem, publicKey: toPublicKey(publicKey, 'The new key') };
}

/** Whether the text begins like a private key. */
export function isPrivateKey(pem: string): boolean {
  return /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem);
}

/**
 * Reads a private key.
 *
 * @param shown what messages call it: the name of its file
 * @param passphrase passed over if the key is not encrypted
 * @throws UserError KEY_INVALID
 */
export function parsePrivateKey(pem: string, shown: string, passphrase: string | undefined): PrivateKey {
  if (!isPrivateKey(pem)) {
    const hint = 'Give a file in PEM that "dcos-build key new" or "openssl genpkey" wrote.';
    throw invalid(`${shown} is no private key.`, hint);
  }
  const isEncrypted = pem.includes('ENCRYPTED');
  if (isEncrypted && passphrase === undefined) {
    throw invalid(`${shown} is encrypted, and there is no passphrase.`, `Put it into ${PASSPHRASE_VARIABLE}.`);
  }
  const object = read(pem, shown, isEncrypted ? passphrase : undefined);
  return { object, publicKey: toPublicKey(createPublicKey(object), shown) };
}

/** Signs a message; ECDSA signatures are DER. */
export function signWith({ object, publicKey: { algorithm } }: PrivateKey, message: Uint8Array): Uint8Array {
  if (algorithm === 'ed25519') return new Uint8Array(sign(undefined, message, object));
  const options = algorithm === 'rsa-pss' ? PSS : ({ dsaEncoding: 'der' } as const);
  return new Uint8Array(sign('sha256', message, { key: object, ...options }));
}

function read(pem: string, shown: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey(passphrase === undefined ? pem : { key: pem, passphrase });
  } catch (error) {
    if (passphrase === undefined) {
      throw invalid(`${shown} holds a damaged private key.`, 'Take it from your copy of it.', error);
    }
    // OpenSSL cannot always tell the two apart: a wrong passphrase gives bytes that may look like the beginning of a key.
    const message = `${shown} cannot be decrypted: the passphrase is wrong, or the file is damaged.`;
    throw invalid(message, `Look at ${PASSPHRASE_VARIABLE}.`, error);
  }
}

function invalid(message: string, hint: string, cause?: unknown): UserError {
  return new UserError('KEY_INVALID', message, { hint, cause });
}
