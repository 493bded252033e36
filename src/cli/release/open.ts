/** What the actions of `release`, `publish` and `fetch` work with: stores, keys, trust, and a view of what is under way. */
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '../../model/errors.ts';
import type { Place } from '../../publish/pkgpanda-files.ts';
import { TransferView } from '../../report/transfer.ts';
import type { TrustCheck } from '../../sign/open-trust.ts';
import type { ArtifactStore, Repository } from '../../store/artifact-store.ts';
import type { CommonArguments, Context } from '../context.ts';
import { locate, type Located, type TreeArguments } from '../load.ts';
import { surroundingsOf } from '../locations.ts';
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
  /** A folder that is not there is a mistake, and not a new store. */
  readonly mustExist?: boolean;
}

/** The store that `--to` names; else the preferred one of the configuration; else the repository of the work folder. */
export async function storeOf(args: StoreArguments, context: Context, options: OpenOptions = {}): Promise<NamedStore> {
  return await storeNamed(await wordOf(args.to, args, context), args, context, options);
}

/** A store to write to. @param word a location, or a name in the configuration */
export async function storeNamed(
  word: string,
  args: CommonArguments,
  context: Context,
  options: OpenOptions = {},
): Promise<NamedStore> {
  const { openNamedStore, storageName } = await import('../../store/named.ts');
  const surroundings = surroundingsOf(bare(args), context);
  return { store: await openNamedStore(word, surroundings, options), name: await storageName(word, surroundings) };
}

/** A store that is only read: what a web server shows will do, and one that is not there is a mistake. */
export async function repositoryOf(
  word: string | undefined,
  args: CommonArguments,
  context: Context,
): Promise<Repository> {
  const { openNamedRepository } = await import('../../store/named.ts');
  return await openNamedRepository(await wordOf(word, args, context), surroundingsOf(bare(args), context));
}

async function wordOf(word: string | undefined, args: CommonArguments, context: Context): Promise<string> {
  if (word !== undefined) return word;
  const { findStorageConfig } = await import('../../store/named.ts');
  const { treeFolders, folders } = locate(bare(args), context);
  const config = await findStorageConfig(treeFolders.root);
  const only = config?.storages.size === 1 ? [...config.storages.keys()][0] : undefined;
  return config?.preferred ?? only ?? folders.repository;
}

/** These commands take no variant and no builders where they only look for the tree. */
function bare(args: CommonArguments): TreeArguments {
  return { ...args, variant: undefined, builderIds: undefined };
}

/**
 * Whom releases have to be signed by: `--trust`, else what the configuration names, else trust.json of the tree.
 *
 * @throws UserError, UserErrors TRUST_INVALID, CONFIG_INVALID
 */
export async function openTrust(args: TrustArguments, context: Context): Promise<TrustCheck | undefined> {
  return await openTrustOf(args, locate(bare(args), context).treeFolders, context);
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
