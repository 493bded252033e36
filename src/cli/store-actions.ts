/** What the actions of `store` do between their options and the workflow. */
import { cleanStore, listStore, verifyStore } from '../build/tend-store.ts';
import { throwCollected } from '../model/errors.ts';
import { print, type Context } from './context.ts';
import { load, locate, type TreeArguments } from './load.ts';
import { parseAge, parseSize } from './quantities.ts';
import { describeCleaning, describeListing, describeVerdicts } from './store-text.ts';

export interface StoreArguments extends TreeArguments {
  readonly dryRun?: boolean | undefined;
  readonly maxSize?: string | undefined;
  readonly maxAge?: string | undefined;
}

/** @returns the exit status, as all of these */
export async function ls(args: StoreArguments, context: Context): Promise<number> {
  const items = await listStore(locate(args, context).folders);
  print(context, args.json, { items }, describeListing(items));
  return 0;
}

export async function verify(args: StoreArguments, context: Context): Promise<number> {
  const verdicts = await verifyStore(locate(args, context).folders, context.signal);
  print(context, args.json, { verdicts }, describeVerdicts(verdicts));
  return verdicts.some(({ kind }) => kind === 'damaged') ? 1 : 0;
}

/** Whatever any tree needs stays, so all of them are read, whatever `--variant` says. */
export async function gc(args: StoreArguments, context: Context): Promise<number> {
  const { dryRun = false, maxSize, maxAge } = args;
  const limits = {
    ...(maxSize === undefined ? {} : { maxBytes: parseSize(maxSize, '--max-size') }),
    ...(maxAge === undefined ? {} : { maxAgeMs: parseAge(maxAge, '--max-age') }),
  };
  const { tree, folders } = await load(args, context, { variants: 'all' });
  throwCollected(tree.errors);
  const result = await cleanStore(folders, {
    root: tree.folders.root,
    plan: tree.plan,
    limits,
    dryRun,
    nowMs: Date.now(),
    signal: context.signal,
    onWait: () => context.stderr.write('waits for a run that uses the store …\n'),
  });
  print(context, args.json, { dryRun, ...result }, describeCleaning(result, { dryRun, limits }));
  return 0;
}
