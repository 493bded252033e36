/** What a command may be asked to look at, as a word of the command line: a tree, a revision of it, a release, a bill in a file. */
import { join, resolve } from 'node:path';
import type { AnyBill, AnyComponent } from '../bom/any-bill.ts';
import type { BillComponent } from '../bom/bill.ts';
import { RecordingFileView } from '../host/file-view.ts';
import { readTextIfThere, temporaryFolder } from '../host/files.ts';
import { gitComplaint, gitUser } from '../host/git.ts';
import { objectsFolder, writeTree } from '../host/git-tree.ts';
import { isFolderNow, sizeNow } from '../host/quick-files.ts';
import { UserError } from '../model/errors.ts';
import type { Warning } from '../store/repositories.ts';
import { findTree } from '../tree/find-tree.ts';
import type { Folders } from '../tree/folders.ts';

export interface SideOptions {
  /** What relative paths are relative to. */
  readonly cwd: string;
  /** The tree's variant where the word names none. */
  readonly variant: string | undefined;
  /** Reads a tree and makes its bill. */
  readonly readTree: (root: string, variant: string | undefined, out?: string) => Promise<AnyBill>;
  /** The tree that the command stands in, whose git history revisions are of. @throws UserError TREE_NOT_FOUND */
  readonly here: () => { readonly root: string; readonly folders: Folders };
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Told of what is not known of a release. */
  readonly warn: (warning: Warning) => void;
}

/**
 * Reads what the word names: a folder of a tree or of a repository, a file with a bill, the `http(s)://` address of a
 * repository or a `.json`, or else a git revision of the tree. `#base` behind it is the variant.
 *
 * @throws UserError USAGE if it is nothing of that, and those of what it is
 */
export async function readSide(word: string, options: SideOptions): Promise<AnyBill> {
  if (/^https?:\/\//i.test(word)) return await readAddress(word, options);
  const path = resolve(options.cwd, word);
  // The name of a file may have a # in it.
  if (sizeNow(path) !== undefined || isFolderNow(path)) return await readPath(path, word, options, options.variant);
  const { name, variant } = splitVariant(word, options.variant);
  const folder = resolve(options.cwd, name);
  if (isFolderNow(folder)) return await readPath(folder, name, options, variant);
  return await readRevision(name, variant, options);
}

function splitVariant(
  word: string,
  otherwise: string | undefined,
): { readonly name: string; readonly variant: string | undefined } {
  const [, name = word, variant] = /^(.+)#([^#/]+)$/.exec(word) ?? [];
  return { name, variant: variant === undefined ? otherwise : variant === 'default' ? undefined : variant };
}

async function readAddress(word: string, options: SideOptions): Promise<AnyBill> {
  const { name, variant } = splitVariant(word, options.variant);
  if (!/\.json(?:\?.*)?$/.test(name)) return await readRelease(name, variant, options);
  const { fetchBom } = await import('./fetch-bom.ts');
  return await fetchBom(name, options.signal);
}

async function readRelease(
  location: string,
  variant: string | undefined,
  { signal, warn, env = {} }: SideOptions,
): Promise<AnyBill> {
  const { readPublishedBill } = await import('./read-published-bill.ts');
  const bill = await readPublishedBill(location, { variant, signal, warn, env });
  return { ...bill, components: bill.components.map(withoutGuesses) };
}

/** Of a package without a manifest, as pkgpanda publishes them, nothing is known but the id. */
function withoutGuesses(component: BillComponent): AnyComponent {
  if (component.package !== undefined) return component;
  return { ...component, availability: undefined, requires: undefined, sources: undefined, builder: undefined };
}

/** A repository has a packages folder just as a tree has; what tells it is that it names complete builds. */
async function readPath(
  path: string,
  word: string,
  options: SideOptions,
  variant: string | undefined,
): Promise<AnyBill> {
  if (!isFolderNow(path)) {
    const { readBom } = await import('../bom/read-bom.ts');
    return readBom(word, (await readTextIfThere(path)) ?? '');
  }
  if (isFolderNow(join(path, 'complete')) && isFolderNow(join(path, 'bootstrap'))) {
    return await readRelease(path, variant, options);
  }
  return await options.readTree(findTree(new RecordingFileView(), path, { exact: true }).root, variant);
}

/** The tree as it was then, written out for as long as it is read; its packages are those of the tree as it is now. */
async function readRevision(word: string, variant: string | undefined, options: SideOptions): Promise<AnyBill> {
  const { signal, here, readTree } = options;
  const notFound = (cause?: unknown): UserError =>
    new UserError('USAGE', `"${word}" is no folder, no file and no git revision of the tree.`, {
      hint: 'Give a tree or a repository, a file or URL with a bill, or a revision such as HEAD~3.',
      cause,
    });
  const { root, folders } = standsIn(here, notFound);
  const found = await gitUser(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${word}^{commit}`], {
    signal,
  });
  if (found.status !== 0) throw notFound();
  const prefix = await gitUser(root, ['rev-parse', '--show-prefix'], { signal });
  if (prefix.status !== 0) throw new Error(`git rev-parse in ${root}: ${gitComplaint(prefix)}`);
  await using scratch = await temporaryFolder(folders.work, 'revision');
  const checkout = join(scratch.path, 'tree');
  await writeTree(await objectsFolder(root, { signal }), found.stdout.trim(), checkout, { signal });
  const then = join(checkout, prefix.stdout.trim());
  if (!isFolderNow(then)) {
    throw new UserError('TREE_NOT_FOUND', `There is no tree in revision ${word}: the folder did not exist then.`, {
      hint: 'Give a later revision.',
    });
  }
  return await readTree(findTree(new RecordingFileView(), then, { exact: true }).root, variant, folders.out);
}

function standsIn(here: SideOptions['here'], notFound: (cause: unknown) => UserError): ReturnType<SideOptions['here']> {
  try {
    return here();
  } catch (error) {
    if (error instanceof UserError && error.code === 'TREE_NOT_FOUND') throw notFound(error);
    throw error;
  }
}
