/** What the actions of `release`, `publish` and `fetch` work with: stores, keys, trust, and a view of what is under way. */
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '../../model/errors.ts';
import type { PackageId } from '../../model/package-id.ts';
import type { Signing } from '../../publish/attest.ts';
import type { Place } from '../../publish/pkgpanda-files.ts';
import { TransferView } from '../../report/transfer.ts';
import type { TrustCheck } from '../../sign/open-trust.ts';
import { PASSPHRASE_VARIABLE } from '../../sign/private-key.ts';
import { keyFileSigner, type Signer } from '../../sign/signer.ts';
import type { ArtifactStore, ReadableStore } from '../../store/artifact-store.ts';
import { openRepository, openStore } from '../../store/index.ts';
import type { CommonArguments, Context } from '../context.ts';
import { locate, type Located } from '../load.ts';
import { openTrust as openTrustOf, type TrustArguments } from '../trust.ts';

export interface StoreArguments extends CommonArguments {
  readonly to: string | undefined;
}

export interface NamedStore {
  readonly store: ArtifactStore;
  /** What the configuration calls it, or its kind. */
  readonly name: string;
}

export interface OpenOptions {
  /** Nothing will be written: what does not exist is a mistake. */
  readonly isRead?: boolean;
}

/** The store that `--to` names; else the preferred one of the configuration; else the repository of the work folder. */
export async function storeOf(args: StoreArguments, context: Context, options: OpenOptions = {}): Promise<NamedStore> {
  const located = locateOf(args, context);
  return await storeNamed(args.to ?? located.folders.repository, args, context, options);
}

export async function storeNamed(
  word: string,
  _args: StoreArguments,
  context: Context,
  _options: OpenOptions = {},
): Promise<NamedStore> {
  const location = URL.canParse(word) ? word : resolve(context.cwd, word);
  return { store: openStore(location), name: 'local' };
}

function locateOf(args: CommonArguments, context: Context): Located {
  return locate({ ...args, variant: undefined, builderIds: undefined }, context);
}

export interface SigningArguments extends CommonArguments {
  readonly key: readonly string[];
  readonly keyless: boolean;
}

/** Who signs, as the options or the configuration say; undefined: nobody. @throws UserError KEY_INVALID */
export async function openSigning(
  args: SigningArguments,
  context: Context,
  _ids: readonly PackageId[],
): Promise<Signing | undefined> {
  const passphrase = context.env[PASSPHRASE_VARIABLE];
  const signers: Signer[] = [];
  for (const file of args.key) signers.push(await keyFileSigner(resolve(context.cwd, file), file, passphrase));
  return signers.length === 0 ? undefined : { signers, runs: new Map(), run: {} };
}

/** Whom releases have to be signed by, if that is said anywhere. @throws UserError, UserErrors TRUST_INVALID */
export async function openTrust(args: TrustArguments, context: Context): Promise<TrustCheck | undefined> {
  return await openTrustOf(args, locateOf(args, context).treeFolders, context);
}

/** A view that leaves the terminal clean when it is disposed. */
export function transferView({ quiet }: { readonly quiet: boolean }, { stderr, env }: Context): TransferView {
  const isTerminal = stderr.isTTY && env['TERM'] !== 'dumb';
  const write = quiet ? () => undefined : (text: string) => void stderr.write(text);
  return new TransferView({ write, isTerminal, now: () => performance.now() });
}

/** How pkgpanda's tools see the store. */
export function placeOf(store: ArtifactStore, name: string): Place {
  const base = URL.canParse(store.location) ? store.location : pathToFileURL(store.location).href;
  const url = base.replace(/\/+$/, '');
  const at = url.lastIndexOf('/') + 1;
  return { storage: name, url: url.slice(0, at), repository: decodeURIComponent(url.slice(at)) };
}

/** A folder that is the work folder's own repository has rules of its own. */
export function refuseOwnRepository(store: ArtifactStore, { folders }: Located): void {
  if (resolve(store.location) !== resolve(folders.repository)) return;
  throw new UserError('USAGE', `${store.location} is the store of the builds themselves.`, {
    hint: '"dcos-build store gc" cleans it; name another store with --to.',
  });
}

/** A folder below the work folder for what is on its way. */
export function workOf({ folders }: Located): string {
  return join(folders.work, 'release');
}

/** A store that is only read: what serves one over HTTP will do. @param word default: the preferred one */
export async function readableOf(
  word: string | undefined,
  args: CommonArguments,
  context: Context,
): Promise<ReadableStore & Partial<Pick<ArtifactStore, 'list'>>> {
  if (word !== undefined) return openRepository(URL.canParse(word) ? word : resolve(context.cwd, word));
  return (await storeOf({ ...args, to: undefined }, context, { isRead: true })).store;
}
