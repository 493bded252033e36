/** Loads the bill of materials that a command works on: of the tree, or of what a repository published. */
import { join, resolve } from 'node:path';
import type { Argv } from 'yargs';
import type { Bill } from '../bom/bill.ts';
import { findKept, keep } from '../audit/kept-text.ts';
import { statePath } from '../build/up-to-date.ts';
import type { RecordingFileView } from '../host/file-view.ts';
import type { Warning } from '../store/repositories.ts';
import { warn, type CommonArguments, type Context } from './context.ts';
import { load, locate, treeOptions, type Located, type TreeArguments, type TreeOptions } from './load.ts';

/** As they are declared. */
export type BillOptions = TreeOptions & { readonly published: string | undefined };

export interface BillArguments extends TreeArguments {
  readonly published: string | undefined;
}

/** A text that is made of a bill. */
export interface TextOfBill {
  /** Whatever decides about it beside the tree, as plain JSON. */
  readonly request: object;
  /** @param root of the tree; undefined: the bill is that of a repository */
  readonly make: (bill: Bill, root: string | undefined) => Promise<string> | string;
}

/** Declares `--published`, and the options by which a tree is found. */
export function billOptions(parser: Argv<CommonArguments>): Argv<BillOptions> {
  return treeOptions(parser).option('published', {
    type: 'string',
    describe: 'of what this repository published last, a directory or URL, instead of the tree',
  });
}

/** @throws UserError, UserErrors; warnings go to standard error */
export async function loadBill(args: BillArguments, context: Context): Promise<Bill> {
  return JSON.parse(
    await textOfBill(args, context, { request: { what: 'bill' }, make: (bill) => JSON.stringify(bill) }),
  );
}

/**
 * The text, made anew only if something in the tree or in the store has changed since the last time.
 *
 * @throws UserError, UserErrors; warnings go to standard error
 */
export async function textOfBill(args: BillArguments, context: Context, wanted: TextOfBill): Promise<string> {
  const { published } = args;
  if (published !== undefined) {
    const { readPublishedBill } = await import('../audit/read-published-bill.ts');
    const variant = args.variant === 'default' ? undefined : args.variant;
    const tell = (warning: Warning): void => warn(context, warning);
    return wanted.make(
      await readPublishedBill(published, { variant, signal: context.signal, warn: tell, env: context.env }),
      undefined,
    );
  }
  const located = locate(args, context);
  const { root } = located.treeFolders;
  const builderIds = args.builderIds === undefined ? undefined : resolve(context.cwd, args.builderIds);
  const request = { ...wanted.request, root, variant: located.variant, builderIds };
  const path = statePath(located.folders, request);
  const kept = findKept(path);
  if (kept === undefined) return makeAndKeep(path, located, { args, context, wanted });
  for (const line of kept.warnings) context.stderr.write(line);
  return kept.text;
}

/** Another version of this program may make another text: the module itself, and from source those that write it. */
function noteProgram(view: RecordingFileView): void {
  const formats = join(import.meta.dirname, '../bom');
  view.kind(import.meta.filename);
  for (const name of view.names(formats) ?? []) view.kind(join(formats, name));
}

interface Making {
  readonly args: BillArguments;
  readonly context: Context;
  readonly wanted: TextOfBill;
}

async function makeAndKeep(path: string, located: Located, { args, context, wanted }: Making): Promise<string> {
  const warnings: string[] = [];
  const write = (line: string): boolean => (warnings.push(line), context.stderr.write(line));
  const noting: Context = { ...context, stderr: Object.assign(Object.create(context.stderr), { write }) };
  const { tree, folders } = await load(args, noting, {}, located);
  const { readBill } = await import('../audit/read-bill.ts');
  const bill = readBill(tree, folders, { warn: (warning) => warn(noting, warning), view: located.view });
  const text = await wanted.make(bill, tree.folders.root);
  noteProgram(located.view);
  if (!tree.dependsOnMore) keep(folders, path, located.view.observations, { text, warnings });
  return text;
}
