/** Which trust file a command goes by. */
import { join, relative, resolve } from 'node:path';
import { UserError } from '../model/errors.ts';
import type { TrustCheck } from '../sign/open-trust.ts';
import type { TrustPlace } from '../sign/trust-edit.ts';
import type { TreeFolders } from '../tree/find-tree.ts';
import { startFolder, type CommonArguments, type Context } from './context.ts';

export interface TrustArguments extends CommonArguments {
  /** `--trust FILE`. */
  readonly trust?: string | undefined;
}

export const TRUST_OPTION = {
  type: 'string',
  describe: 'file with the keys that are trusted (default: trust.json beside treeinfo.json)',
} as const;

/**
 * Where trust is configured: what was named, what the tree's configuration names, or else the tree's own file, whether it is
 * there or not. The same file that is read: a key that is revoked in another one would go on to be trusted.
 *
 * @throws UserError TREE_NOT_FOUND if nothing was named and there is no tree; UserError, UserErrors CONFIG_INVALID
 */
export async function trustPlace(args: TrustArguments, context: Context): Promise<TrustPlace> {
  if (args.trust !== undefined) return { path: resolve(context.cwd, args.trust), shown: args.trust };
  const [{ findTree }, { RecordingFileView }] = await Promise.all([
    import('../tree/find-tree.ts'),
    import('../host/file-view.ts'),
  ]);
  try {
    const exact = args.tree !== undefined;
    const treeFolders = findTree(new RecordingFileView(), startFolder(context, args), { exact });
    return (await ofConfig(treeFolders, context)) ?? ofTree(treeFolders, context);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'TREE_NOT_FOUND') throw error;
    const { message, place } = error;
    const hint = 'Name the trust file with --trust, or go to a folder of the tree.';
    throw new UserError('TREE_NOT_FOUND', message, { hint, ...(place === undefined ? {} : { place }) });
  }
}

/**
 * What packages that are fetched have to be signed by; not read where nothing can be fetched and no file was named.
 *
 * @throws UserError, UserErrors TRUST_INVALID
 */
export async function trustInRepositories(
  args: TrustArguments & { readonly repository: readonly string[] },
  treeFolders: Pick<TreeFolders, 'treeinfos' | 'root'>,
  context: Context,
): Promise<TrustCheck | undefined> {
  if (args.repository.length === 0 && args.trust === undefined) return undefined;
  return await openTrust(args, treeFolders, context);
}

/**
 * What packages and releases are to be signed by, if that is said anywhere: by `--trust`, by dcos-build.config.json, or by a
 * trust.json beside treeinfo.json.
 *
 * @throws UserError, UserErrors TRUST_INVALID, also if the file that was named is not there
 */
export async function openTrust(
  args: TrustArguments,
  treeFolders: Pick<TreeFolders, 'treeinfos' | 'root'>,
  context: Context,
): Promise<TrustCheck | undefined> {
  const { sizeNow } = await import('../host/quick-files.ts');
  const named = args.trust === undefined ? await ofConfig(treeFolders, context) : await trustPlace(args, context);
  const own = ofTree(treeFolders, context);
  if (named === undefined && sizeNow(own.path) === undefined) return undefined;
  const { path, shown } = named ?? own;
  const { readTrust, trustCheck } = await import('../sign/open-trust.ts');
  return trustCheck(await readTrust(path, shown), Date.now());
}

/** What dcos-build.config.json names. @throws UserError, UserErrors CONFIG_INVALID */
async function ofConfig({ root }: Pick<TreeFolders, 'root'>, { cwd }: Context): Promise<TrustPlace | undefined> {
  const { findStorageConfig } = await import('../store/named.ts');
  const config = await findStorageConfig(root);
  if (config?.trust === undefined) return undefined;
  const { readTrustConfig } = await import('../recipe/signing-config.ts');
  const file = readTrustConfig(config.trust, config.shown);
  return file === undefined ? undefined : { path: resolve(root, file), shown: relative(cwd, resolve(root, file)) };
}

function ofTree({ treeinfos }: Pick<TreeFolders, 'treeinfos'>, { cwd }: Context): TrustPlace {
  const path = join(treeinfos, 'trust.json');
  return { path, shown: relative(cwd, path) };
}
