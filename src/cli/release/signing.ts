/** Who signs what is published: as the options say, or else the configuration of the tree. */
import { resolve } from 'node:path';
import { readBuildTimes } from '../../build/build-times.ts';
import type { PackageId } from '../../model/package-id.ts';
import type { Signing } from '../../publish/attest.ts';
import { readSigningConfig, type SigningConfig } from '../../recipe/signing-config.ts';
import { commandSigner } from '../../sign/command-signer.ts';
import { keylessSigner } from '../../sign/keyless-signer.ts';
import { PASSPHRASE_VARIABLE } from '../../sign/private-key.ts';
import { keyFileSigner, type Signer } from '../../sign/signer.ts';
import { findStorageConfig } from '../../store/named.ts';
import type { CommonArguments, Context } from '../context.ts';
import { locate, type Located } from '../load.ts';
import { ciRun } from './ci-run.ts';

export interface SigningArguments extends CommonArguments {
  readonly key: readonly string[];
  readonly keyless: boolean;
}

/** A token of the identity provider, where the CI service gives none by itself. */
const TOKEN_VARIABLE = 'SIGSTORE_ID_TOKEN';

/**
 * Who signs; nobody, if it is empty.
 *
 * @throws UserError KEY_INVALID, CONFIG_INVALID
 */
export async function openSigners(args: SigningArguments, context: Context): Promise<readonly Signer[]> {
  if (args.key.length > 0 || args.keyless) return await namedSigners(args, context);
  return await configuredSigners(locateBare(args, context).treeFolders.root, context);
}

/**
 * What they are to say.
 *
 * @param ids packages whose builds are to be told of
 * @returns undefined: nobody signs
 */
export function signingBy(
  signers: readonly Signer[],
  ids: readonly PackageId[],
  args: SigningArguments,
  context: Context,
): Signing | undefined {
  if (signers.length === 0) return undefined;
  const startedMs = Date.now() - performance.now();
  return {
    signers,
    runs: readBuildTimes(locateBare(args, context).folders, ids),
    run: () => ({ ...ciRun(context), startedMs, finishedMs: Date.now() }),
  };
}

function locateBare(args: SigningArguments, context: Context): Located {
  return locate({ ...args, variant: undefined, builderIds: undefined }, context);
}

async function namedSigners({ key, keyless }: SigningArguments, context: Context): Promise<readonly Signer[]> {
  const ofFiles = await Promise.all(key.map((file) => ofFile(resolve(context.cwd, file), file, context)));
  return [...ofFiles, ...(keyless ? [ofIdentity({ fulcioUrl: undefined, rekorUrl: undefined }, context)] : [])];
}

async function configuredSigners(root: string, context: Context): Promise<readonly Signer[]> {
  const config = await findStorageConfig(root);
  if (config?.signing === undefined) return [];
  const { keys, command, keyless } = readSigningConfig(config.signing, config.shown);
  const ofFiles = await Promise.all(keys.map((file) => ofFile(resolve(root, file), file, context)));
  const ofCommand = command === undefined ? [] : [await byCommand(command, root, context)];
  return [...ofFiles, ...ofCommand, ...(keyless === undefined ? [] : [ofIdentity(keyless, context)])];
}

async function ofFile(path: string, shown: string, { env }: Context): Promise<Signer> {
  return await keyFileSigner(path, shown, env[PASSPHRASE_VARIABLE]);
}

async function byCommand(
  { line, publicKey }: NonNullable<SigningConfig['command']>,
  root: string,
  { env }: Context,
): Promise<Signer> {
  return await commandSigner({ command: line, publicKey: resolve(root, publicKey), shown: publicKey, env });
}

function ofIdentity({ fulcioUrl, rekorUrl }: NonNullable<SigningConfig['keyless']>, { env }: Context): Signer {
  const token = env[TOKEN_VARIABLE];
  return keylessSigner({
    ...(fulcioUrl === undefined ? {} : { fulcioUrl }),
    ...(rekorUrl === undefined ? {} : { rekorUrl }),
    ...(token === undefined || token === '' ? {} : { identityToken: token }),
  });
}
