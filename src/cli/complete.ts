/** Shell completion: names of components where a command takes one, variants after `--variant`. */
import { resolve } from 'node:path';
import { findTree } from '../tree/find-tree.ts';
import { RecordingFileView } from '../host/file-view.ts';
import { sorted } from '../model/order.ts';
import { findVariants } from '../recipe/variant-files.ts';
import { commandWord } from './command-word.ts';
import type { Context } from './context.ts';

/** Where names of components may stand: after these options, and as arguments of these commands. */
const COMPONENT_OPTIONS = ['--of', '--requires', '--only'];
const COMPONENT_COMMANDS = ['build', 'log', 'outdated', 'pin', 'why'];

/**
 * The names that may stand where the cursor is, or undefined to leave it to yargs, which knows commands and options. It
 * looks at names of files only, and never fails: what is wrong with a tree, the next command will say.
 *
 * @param words the command line up to the cursor, without the program; the last one is being typed
 */
export function completeNames(words: readonly string[], context: Pick<Context, 'cwd'>): string[] | undefined {
  const current = words.at(-1) ?? '';
  const wanted = wantedAt(words);
  if (wanted === undefined) return undefined;
  try {
    const names = wanted === 'variant' ? variantNames(words, context) : componentNames(words, context);
    return names.filter((name) => name.startsWith(current));
  } catch {
    return undefined;
  }
}

function wantedAt(words: readonly string[]): 'variant' | 'component' | undefined {
  const [current = '', previous = ''] = words.toReversed();
  if (previous === '--variant') return 'variant';
  if (COMPONENT_OPTIONS.includes(previous)) return 'component';
  if (current.startsWith('-') || previous.startsWith('-')) return undefined;
  const command = commandWord(words.slice(0, -1));
  return command !== undefined && COMPONENT_COMMANDS.includes(command) ? 'component' : undefined;
}

function variantNames(words: readonly string[], context: Pick<Context, 'cwd'>): string[] {
  const { view, treeinfos } = tree(words, context);
  const { variants } = findVariants(view.names(treeinfos) ?? [], 'treeinfo.json');
  return sorted(variants.filter((variant) => variant !== undefined));
}

/** A component is called by its name, and a variant of it by `name/variant`. */
function componentNames(words: readonly string[], context: Pick<Context, 'cwd'>): string[] {
  const { view, packages } = tree(words, context);
  const [name = '', ...variant] = (words.at(-1) ?? '').split('/');
  if (variant.length === 0) {
    return sorted(view.names(packages) ?? []).filter(
      (each) => each.startsWith(name) && isComponent(view, `${packages}/${each}`),
    );
  }
  const { variants } = findVariants(view.names(`${packages}/${name}`) ?? [], 'buildinfo.json');
  return sorted(variants.filter((each) => each !== undefined)).map((each) => `${name}/${each}`);
}

function isComponent(view: RecordingFileView, folder: string): boolean {
  return findVariants(view.names(folder) ?? [], 'buildinfo.json').variants.length > 0;
}

function tree(words: readonly string[], { cwd }: Pick<Context, 'cwd'>) {
  const view = new RecordingFileView();
  const given = words[words.lastIndexOf('--tree') + 1];
  const isGiven = words.includes('--tree') && given !== undefined;
  return { view, ...findTree(view, isGiven ? resolve(cwd, given) : cwd, { exact: isGiven }) };
}
