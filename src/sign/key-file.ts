/** Keys in files of this machine. */
import { hasCode, readTextIfThere } from '../host/files.ts';
import { createFile } from '../host/new-file.ts';
import { UserError } from '../model/errors.ts';
import { isPrivateKey, newPrivateKey, parsePrivateKey, type PrivateKey } from './private-key.ts';
import { parsePublicKey, type PublicKey } from './public-key.ts';

const OWNER_ONLY = 0o600;

/**
 * Makes an ed25519 key and writes its private half, for its owner alone to read.
 *
 * @param shown the path as messages name it
 * @param passphrase encrypts the file; undefined: it is not encrypted
 * @throws UserError KEY_INVALID if there is a file of that name, which could be the only copy of a key
 */
export async function writeNewKey(path: string, shown: string, passphrase: string | undefined): Promise<PublicKey> {
  const { pem, publicKey } = newPrivateKey(passphrase);
  try {
    if (await createFile(path, pem, OWNER_ONLY)) return publicKey;
  } catch (error) {
    if (!hasCode(error, 'ENOENT') && !hasCode(error, 'ENOTDIR') && !hasCode(error, 'EACCES')) throw error;
    const hint = 'Name a file in a folder that is there, and that you may write to.';
    throw new UserError('KEY_INVALID', `${shown} cannot be written.`, { hint, cause: error });
  }
  throw new UserError('KEY_INVALID', `There is a file ${shown} already, and no key is ever overwritten.`, {
    hint: 'Name another file, or move that one away.',
  });
}

/** The private key in a file. @throws UserError KEY_INVALID */
export async function readPrivateKey(path: string, shown: string, passphrase: string | undefined): Promise<PrivateKey> {
  return parsePrivateKey(await readKeyText(path, shown), shown, passphrase);
}

/** The public key in a file, which may hold the private one instead. @throws UserError KEY_INVALID */
export async function readPublicKey(path: string, shown: string, passphrase: string | undefined): Promise<PublicKey> {
  const text = await readKeyText(path, shown);
  return isPrivateKey(text) ? parsePrivateKey(text, shown, passphrase).publicKey : parsePublicKey(text, shown);
}

async function readKeyText(path: string, shown: string): Promise<string> {
  const problem = (what: string, hint: string): UserError =>
    new UserError('KEY_INVALID', `${shown} ${what}.`, { hint });
  try {
    const text = await readTextIfThere(path);
    if (text !== undefined) return text;
  } catch (error) {
    if (hasCode(error, 'EISDIR')) throw problem('is a folder, not a key', 'Name the file of the key.');
    if (hasCode(error, 'EACCES')) throw problem('may not be read', 'Run this as the one whose key it is.');
    throw error;
  }
  throw problem('is not there', 'Look at the path, or make a key with "dcos-build key new FILE".');
}
