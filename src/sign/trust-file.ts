/** trust.json: the keys and identities whose signatures count. It stands beside treeinfo.json, or where --trust says. */
import { dirname, resolve } from 'node:path';
import { throwCollected } from '../model/errors.ts';
import type { JsonObject } from '../model/json.ts';
import { RecipeFile } from '../recipe/recipe-file.ts';
import { parsePublicKey } from './public-key.ts';
import type { Trust, TrustedIdentity, TrustedKey } from './trust.ts';
import { TrustFields } from './trust-fields.ts';

/** Changes when a reader of the old form would misunderstand the new one. */
export const TRUST_SCHEMA = 'dcos-build trust 1';

const KEYS = ['schema', 'threshold', 'keys', 'identities', 'trustedRoot'];
const KEY_KEYS = ['keyid', 'name', 'publicKey', 'notBefore', 'notAfter', 'revoked'];

/**
 * Reads the file's text.
 *
 * @param path absolute: a trusted root is named relative to its folder
 * @param shown how messages name it
 * @throws UserError, UserErrors TRUST_INVALID: all mistakes at once, each with its place
 */
export function parseTrust(text: string, path: string, shown: string): Trust {
  const file = RecipeFile.parse(shown, text, 'TRUST_INVALID');
  const fields = new TrustFields(file);
  fields.checkKeys(KEYS);
  const schema = fields.text('schema');
  if (schema !== undefined && schema !== TRUST_SCHEMA) {
    fields.fail(['schema'], `has ${JSON.stringify(schema)} as "schema"`, `This version reads "${TRUST_SCHEMA}".`);
  }
  const keys = fields.objects('keys').flatMap((each) => readKey(each) ?? []);
  const identities = fields.objects('identities').flatMap((each) => readIdentity(each) ?? []);
  const threshold = readThreshold(fields, keys.length + identities.length);
  const root = fields.optionalText('trustedRoot');
  checkTwice(fields, keys);
  throwCollected(fields.mistakes);
  return {
    shown,
    threshold,
    keys,
    identities,
    trustedRoot: root === undefined ? undefined : resolve(dirname(path), root),
  };
}

/** One entry of `keys`, as trust.json has it. */
export function keyEntry({ publicKey: { keyid, pem }, name }: Pick<TrustedKey, 'publicKey' | 'name'>): JsonObject {
  return { keyid, name, publicKey: pem };
}

function readKey(fields: TrustFields): TrustedKey | undefined {
  fields.checkKeys(KEY_KEYS);
  const name = fields.line('name');
  const keyid = fields.text('keyid');
  const pem = fields.text('publicKey');
  const notBeforeMs = fields.time('notBefore');
  const notAfterMs = fields.time('notAfter');
  const revoked = readRevocation(fields);
  if (notBeforeMs !== undefined && notAfterMs !== undefined && notBeforeMs >= notAfterMs) {
    fields.fail(['notAfter'], 'has a "notAfter" that is not after its "notBefore"', 'Correct one of the two.');
  }
  const publicKey =
    pem === undefined ? undefined : fields.parse('publicKey', () => parsePublicKey(pem, fields.titleOf('publicKey')));
  if (publicKey === undefined || name === undefined) return undefined;
  if (keyid !== undefined && keyid !== publicKey.keyid) {
    const hint = `Correct it to ${publicKey.keyid}, if that is the key that was meant.`;
    fields.fail(['keyid'], 'has a "keyid" that is not that of its "publicKey"', hint);
  }
  return {
    publicKey,
    name,
    ...(notBeforeMs === undefined ? {} : { notBeforeMs }),
    ...(notAfterMs === undefined ? {} : { notAfterMs }),
    ...(revoked === undefined ? {} : { revoked }),
  };
}

/** A revocation that cannot be read is one still: the mistake is told, and the file is not used. */
function readRevocation(fields: TrustFields): TrustedKey['revoked'] {
  const revoked = fields.object('revoked');
  if (revoked === undefined) return undefined;
  revoked.checkKeys(['at', 'reason']);
  const at = revoked.text('at');
  if (at !== undefined) revoked.time('at');
  return { at: at ?? '', reason: revoked.line('reason') ?? '' };
}

function readIdentity(fields: TrustFields): TrustedIdentity | undefined {
  fields.checkKeys(['issuer', 'subject']);
  const issuer = fields.line('issuer');
  const subject = fields.line('subject');
  if (issuer !== undefined && !URL.canParse(issuer)) {
    const hint = 'Give it as its certificates have it, such as https://token.actions.githubusercontent.com.';
    fields.fail(['issuer'], `has ${JSON.stringify(issuer)} as "issuer", which is no URL`, hint);
  }
  return issuer === undefined || subject === undefined ? undefined : { issuer, subject };
}

function readThreshold(fields: TrustFields, most: number): number {
  const threshold = fields.optionalWhole('threshold') ?? 1;
  if (threshold < 1) {
    const hint = 'Give the number of signatures that there have to be: 1, or more.';
    fields.fail(['threshold'], `has ${threshold} as "threshold"`, hint);
  } else if (fields.mistakes.length === 0 && threshold > most) {
    const what = `asks for ${threshold} signatures, but names ${most} keys and identities`;
    fields.fail(['threshold'], what, most === 0 ? 'Add a key: dcos-build key trust FILE.' : 'Lower it, or add keys.');
  }
  return threshold;
}

/** The second one would count as another. */
function checkTwice(fields: TrustFields, keys: readonly TrustedKey[]): void {
  if (fields.mistakes.length > 0) return;
  for (const [index, { publicKey }] of keys.entries()) {
    const first = keys.findIndex((key) => key.publicKey.keyid === publicKey.keyid);
    if (first < index) fields.fail(['keys', index], `has the key ${publicKey.keyid} twice`, 'Remove one of the two.');
  }
}
