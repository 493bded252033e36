/** What dcos-build.config.json says of signing, and of whom to trust. */
import { nearest } from '../model/did-you-mean.ts';
import { UserError } from '../model/errors.ts';
import { isJsonArray, member, type Json, type JsonObject } from '../model/json.ts';

/** Who signs what is published, where no option says it. Paths are relative to the root of the tree. */
export interface SigningConfig {
  /** Files with private keys. */
  readonly keys: readonly string[];
  /** A program with its arguments that signs, and the file with its public key. */
  readonly command: { readonly line: readonly [string, ...string[]]; readonly publicKey: string } | undefined;
  /** By a certificate; undefined: not so. */
  readonly keyless: { readonly fulcioUrl: string | undefined; readonly rekorUrl: string | undefined } | undefined;
}

const KEYS = ['keys', 'command', 'publicKey', 'keyless', 'fulcioUrl', 'rekorUrl'];

/**
 * @param shown the file, as messages name it
 * @throws UserError CONFIG_INVALID
 */
export function readSigningConfig(json: JsonObject, shown: string): SigningConfig {
  refuseUnknown(json, KEYS, { shown, under: 'signing' });
  const fail = (key: string, hint: string): UserError => mistake(`signing.${key}`, hint, shown);
  const keys = textsOf(member(json, 'keys') ?? []);
  if (keys === undefined) throw fail('keys', 'Give a list of files with private keys.');
  const line = textsOf(member(json, 'command') ?? []);
  if (line === undefined) throw fail('command', 'Give a list: the program, then its arguments.');
  const publicKey = textOf(json, 'publicKey', fail);
  const keyless = member(json, 'keyless') ?? false;
  if (typeof keyless !== 'boolean') throw fail('keyless', 'Give true or false.');
  const [program, ...args] = line;
  if ((program === undefined) !== (publicKey === undefined)) {
    throw fail('publicKey', 'A "command" needs the "publicKey" of what it signs with, and the other way round.');
  }
  return {
    keys,
    command: program === undefined || publicKey === undefined ? undefined : { line: [program, ...args], publicKey },
    keyless: keyless
      ? { fulcioUrl: textOf(json, 'fulcioUrl', fail), rekorUrl: textOf(json, 'rekorUrl', fail) }
      : undefined,
  };
}

/** The trust file that the configuration names, relative to the root of the tree. @throws UserError CONFIG_INVALID */
export function readTrustConfig(json: JsonObject, shown: string): string | undefined {
  refuseUnknown(json, ['file'], { shown, under: 'trust' });
  return textOf(json, 'file', (key, hint) => mistake(`trust.${key}`, hint, shown));
}

function refuseUnknown(
  json: JsonObject,
  known: readonly string[],
  { shown, under }: { readonly shown: string; readonly under: string },
): void {
  const unknown = Object.keys(json).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const guess = nearest(unknown, known);
  throw new UserError('CONFIG_INVALID', `${shown} has the unknown key "${under}.${unknown}".`, {
    hint: guess === undefined ? `The keys are ${known.join(', ')}.` : `Did you mean "${guess}"?`,
    place: { file: shown, key: `${under}.${unknown}` },
  });
}

function textOf(json: JsonObject, key: string, fail: (key: string, hint: string) => UserError): string | undefined {
  const value = member(json, key);
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw fail(key, 'Give a text.');
}

function textsOf(value: Json): readonly string[] | undefined {
  if (!isJsonArray(value)) return undefined;
  const texts = value.flatMap((item) => (typeof item === 'string' && item !== '' ? [item] : []));
  return texts.length === value.length ? texts : undefined;
}

function mistake(key: string, hint: string, shown: string): UserError {
  const place = { file: shown, key };
  return new UserError('CONFIG_INVALID', `${shown} has a "${key}" that cannot be used.`, { hint, place });
}
