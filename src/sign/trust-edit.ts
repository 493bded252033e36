/** Changes of trust.json, in place: order and style of the file stay. */
import { resolve } from 'node:path';
import { hasCode, readTextIfThere } from '../host/files.ts';
import { createFile } from '../host/new-file.ts';
import { FileChanged, replaceFiles } from '../host/replace-files.ts';
import { UserError } from '../model/errors.ts';
import { isJsonArray, member } from '../model/json.ts';
import { editJson, type JsonChange } from '../recipe/json-edit.ts';
import { RecipeFile } from '../recipe/recipe-file.ts';
import { keyEntry, parseTrust, TRUST_SCHEMA } from './trust-file.ts';
import { shortKeyId, type Trust, type TrustedKey } from './trust.ts';

export interface TrustPlace {
  /** Absolute. */
  readonly path: string;
  /** The path as messages name it. */
  readonly shown: string;
}

export type NewKey = Pick<TrustedKey, 'publicKey' | 'name'>;

const READABLE = 0o644;

/**
 * Adds a key to a trust file, which is made if there is none.
 *
 * @returns false: it is there already, and nothing was changed
 * @throws UserError TRUST_INVALID, for a key that was revoked too
 */
export async function addTrustedKey(place: TrustPlace, key: NewKey): Promise<boolean> {
  const text = await readTextIfThere(place.path);
  if (text === undefined) {
    await create(place, key);
    return true;
  }
  // An empty list of keys is no trust yet, but a file that one may begin with.
  const file = RecipeFile.parse(place.shown, text, 'TRUST_INVALID');
  const listed = member(file.value, 'keys');
  const count = isJsonArray(listed) ? listed.length : 0;
  if (count > 0) {
    const there = findById(parseTrust(text, place.path, place.shown), key.publicKey.keyid);
    if (there !== undefined) return refuseRevoked(there, place);
  }
  await change(place, text, { path: ['keys', count], value: keyEntry(key) });
  return true;
}

/**
 * Marks a key as revoked: whatever it signed, at whatever time, is refused from then on.
 *
 * @param keyid the id, or its first digits
 * @throws UserError TRUST_INVALID if the file does not name that key, or it is revoked already
 */
export async function revokeTrustedKey(
  place: TrustPlace,
  keyid: string,
  { reason, nowMs }: { readonly reason: string; readonly nowMs: number },
): Promise<TrustedKey> {
  const text = await readTextIfThere(place.path);
  if (text === undefined) throw invalid(`${place.shown} is not there.`, 'Name the trust file with --trust.');
  const trust = parseTrust(text, place.path, place.shown);
  const key = findKey(trust, keyid);
  if (key.revoked !== undefined) {
    const message = `The key ${shortKeyId(key.publicKey.keyid)} (${key.name}) was revoked on ${key.revoked.at} already.`;
    throw invalid(message, `The reason that was given: ${key.revoked.reason}.`);
  }
  const revoked = { at: `${new Date(nowMs).toISOString().slice(0, 19)}Z`, reason };
  await change(place, text, { path: ['keys', trust.keys.indexOf(key), 'revoked'], value: revoked });
  return { ...key, revoked };
}

function findKey({ keys, shown }: Trust, prefix: string): TrustedKey {
  const found = keys.filter(({ publicKey }) => publicKey.keyid.startsWith(prefix.toLowerCase()));
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0 && prefix !== '') return only;
  const message =
    only === undefined
      ? `${shown} names no key whose id begins with "${prefix}".`
      : `${shown} names several keys whose ids begin with "${prefix}".`;
  const names = keys.map(({ publicKey, name }) => `${shortKeyId(publicKey.keyid)} (${name})`).join(', ');
  throw invalid(message, names === '' ? 'It names none at all.' : `It names ${names}.`);
}

function findById({ keys }: Trust, keyid: string): TrustedKey | undefined {
  return keys.find(({ publicKey }) => publicKey.keyid === keyid);
}

function refuseRevoked({ name, revoked, publicKey }: TrustedKey, { shown }: TrustPlace): false {
  if (revoked === undefined) return false;
  throw invalid(
    `The key ${shortKeyId(publicKey.keyid)} (${name}) was revoked on ${revoked.at}: ${revoked.reason}.`,
    `Make another key. If it was revoked by mistake, remove "revoked" from its entry in ${shown}.`,
  );
}

async function create({ path, shown }: TrustPlace, key: NewKey): Promise<void> {
  const text = `${JSON.stringify({ schema: TRUST_SCHEMA, threshold: 1, keys: [keyEntry(key)] }, undefined, 2)}\n`;
  try {
    if (await createFile(path, text, READABLE)) return;
  } catch (error) {
    if (!hasCode(error, 'ENOENT') && !hasCode(error, 'EACCES')) throw error;
    throw invalid(`${shown} cannot be written.`, 'Name a file in a folder that is there, and that you may write to.');
  }
  throw changedMeanwhile(shown);
}

async function change({ path, shown }: TrustPlace, before: string, what: JsonChange): Promise<void> {
  const after = editJson(RecipeFile.parse(shown, before, 'TRUST_INVALID'), [what], 'TRUST_INVALID');
  parseTrust(after, path, shown);
  try {
    await replaceFiles([{ path: resolve(path), before, after }]);
  } catch (error) {
    if (error instanceof FileChanged) throw changedMeanwhile(shown);
    throw error;
  }
}

function changedMeanwhile(shown: string): UserError {
  return invalid(`${shown} was changed by somebody else meanwhile.`, 'Run the same command again.');
}

function invalid(message: string, hint: string): UserError {
  return new UserError('TRUST_INVALID', message, { hint });
}
