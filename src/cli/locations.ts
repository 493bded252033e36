/** Mirrors and repositories of the command line, as what they stand for: folders, URLs, `az://`, names of storages. */
import { statSync } from 'node:fs';
import { redactUrls } from '../model/url.ts';
import type { ReadableStore } from '../store/artifact-store.ts';
import { warn, type Context } from './context.ts';
import { locate, type TreeArguments } from './load.ts';

interface NamingArguments extends TreeArguments {
  readonly offline?: boolean;
}

/** A build may take long, and fetches its sources when their turn comes. */
const MIRROR_SAS_MS = 24 * 3_600_000;

/**
 * Mirrors as plain downloads reach them: folders, and URLs that hold the right to read. Told of are those that are not
 * asked: a folder that is not there, and offline what is not on this machine.
 *
 * @throws UserError USAGE, CONFIG_INVALID, STORE_FORBIDDEN, REPOSITORY_UNAVAILABLE
 */
export async function usableMirrors(
  args: NamingArguments & { readonly mirror: readonly string[] },
  context: Context,
): Promise<readonly string[]> {
  const { mirror: mirrors, offline = false } = args;
  if (mirrors.length === 0) return [];
  const { surroundings, locationOf } = await naming(args, context);
  const usable: string[] = [];
  for (const mirror of mirrors) {
    const location = await locationOf(mirror, surroundings);
    if (location.kind !== 'directory' && offline) {
      context.stderr.write(`warning: offline, so ${redactUrls(mirror)} is not asked\n`);
    } else if (location.kind === 'http') usable.push(location.url);
    else if (location.kind === 'directory' && isFolder(location.folder)) usable.push(location.folder);
    else if (location.kind === 'directory') {
      const hint = 'Look whether the path is right and its disk is mounted.';
      warn(context, { message: `The mirror ${location.folder} is no folder, and is not asked.`, hint });
    } else {
      const { AzureBlobStore } = await import('../store/azure-blob.ts');
      usable.push(await new AzureBlobStore(location.place).readableUrl(MIRROR_SAS_MS, context.signal));
    }
  }
  return usable;
}

/**
 * Repositories, opened. Offline, only folders of this machine.
 *
 * @throws UserError USAGE, CONFIG_INVALID
 */
export async function usableRepositories(
  args: NamingArguments & { readonly repository: readonly string[] },
  context: Context,
): Promise<readonly ReadableStore[]> {
  const { repository: repositories, offline = false } = args;
  if (repositories.length === 0) return [];
  const { surroundings, locationOf } = await naming(args, context);
  const { openToRead } = await import('../store/index.ts');
  const usable: ReadableStore[] = [];
  for (const repository of repositories) {
    const location = await locationOf(repository, surroundings);
    if (location.kind === 'directory' || !offline) usable.push(openToRead(location));
    else context.stderr.write(`warning: offline, so ${redactUrls(repository)} is not asked\n`);
  }
  return usable;
}

/** Loaded by who names something: most runs name nothing. */
async function naming(args: TreeArguments, context: Context) {
  const { locationOf } = await import('../store/named.ts');
  return { locationOf, surroundings: surroundingsOf(args, context) };
}

/** Where names are looked up: the tree that the command works on, and the environment. @throws UserError TREE_NOT_FOUND */
export function surroundingsOf(args: TreeArguments, context: Context) {
  const { treeFolders } = locate(args, context);
  return { treeRoot: treeFolders.root, cwd: context.cwd, env: context.env };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
