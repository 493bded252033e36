/** What the actions of `key` do between their options and the keys. */
import { basename, resolve } from 'node:path';
import { UserError } from '../model/errors.ts';
import { readPublicKey, writeNewKey } from '../sign/key-file.ts';
import { readTrust } from '../sign/open-trust.ts';
import { PASSPHRASE_VARIABLE } from '../sign/private-key.ts';
import { addTrustedKey, revokeTrustedKey } from '../sign/trust-edit.ts';
import { keyEntry } from '../sign/trust-file.ts';
import { shortKeyId } from '../sign/trust.ts';
import { print, type Context } from './context.ts';
import { describeNewKey, describeTrust, keysAsData } from './key-text.ts';
import { trustPlace, type TrustArguments } from './trust.ts';

interface KeyArguments extends TrustArguments {
  readonly what: string | undefined;
  readonly name: string | undefined;
  readonly reason: string | undefined;
}

/** @returns the exit status */
type Action = (args: KeyArguments, context: Context) => Promise<number>;

export const ACTIONS: Readonly<Record<'new' | 'trust' | 'revoke' | 'ls', Action>> = { new: make, trust, revoke, ls };

async function make(args: KeyArguments, context: Context): Promise<number> {
  const file = needed(args, 'file', 'key new release.pem');
  const passphrase = passphraseOf(context);
  const publicKey = await writeNewKey(resolve(context.cwd, file), file, passphrase);
  const entry = keyEntry({ publicKey, name: args.name ?? nameOf(file) });
  const data = { keyid: publicKey.keyid, file, isEncrypted: passphrase !== undefined, entry };
  print(context, args.json, data, describeNewKey(data));
  return 0;
}

async function trust(args: KeyArguments, context: Context): Promise<number> {
  const file = needed(args, 'file', 'key trust release.pub');
  const publicKey = await readPublicKey(resolve(context.cwd, file), file, passphraseOf(context));
  const { keyid } = publicKey;
  const name = args.name ?? nameOf(file);
  const place = await trustPlace(args, context);
  const isAdded = await addTrustedKey(place, { publicKey, name });
  const text = isAdded
    ? `${place.shown} trusts the key ${keyid} (${name}).`
    : `${place.shown} has the key ${keyid} already.`;
  print(context, args.json, { keyid, name, file: place.shown, isAdded }, text);
  return 0;
}

async function revoke(args: KeyArguments, context: Context): Promise<number> {
  const keyid = needed(args, 'id of a key', 'key revoke 4f1e2c --reason "laptop stolen"');
  const reason = args.reason?.trim() ?? '';
  if (reason === '' || /\p{Cc}/u.test(reason)) {
    const hint = 'Say in one line why, with --reason: it is shown to those whose signatures are refused.';
    throw new UserError('USAGE', reason === '' ? 'No reason is given.' : 'The reason has more than one line.', {
      hint,
    });
  }
  const place = await trustPlace(args, context);
  const { publicKey, name, revoked } = await revokeTrustedKey(place, keyid, { reason, nowMs: Date.now() });
  const data = { keyid: publicKey.keyid, name, file: place.shown, revoked };
  const text = `${place.shown} refuses from now on what ${shortKeyId(publicKey.keyid)} (${name}) signed, whenever that was.`;
  print(context, args.json, data, text);
  return 0;
}

async function ls(args: KeyArguments, context: Context): Promise<number> {
  if (args.what !== undefined) {
    throw new UserError('USAGE', `"key ls" takes no "${args.what}".`, { hint: 'It lists all keys of the trust file.' });
  }
  const place = await trustPlace(args, context);
  const read = await readTrust(place.path, place.shown);
  const nowMs = Date.now();
  print(context, args.json, keysAsData(read, nowMs), describeTrust(read, nowMs));
  return 0;
}

function needed({ what }: KeyArguments, noun: string, example: string): string {
  if (what !== undefined) return what;
  throw new UserError('USAGE', `No ${noun} is named.`, { hint: `For example: dcos-build ${example}` });
}

function nameOf(file: string): string {
  return basename(file).replace(/\.(?:pem|key|pub)$/, '');
}

/** An empty one is none: that is how a shell unsets it for one command. */
function passphraseOf({ env }: Context): string | undefined {
  const { [PASSPHRASE_VARIABLE]: passphrase } = env;
  return passphrase === '' ? undefined : passphrase;
}
