/** What `log` does between its options and the workflow. */
import { buildEnd, findLog, type FoundLog, type WantedLog } from '../build/find-log.ts';
import { followFile, readChunks } from '../host/follow-file.ts';
import { UserError } from '../model/errors.ts';
import { variantKey } from '../recipe/names.ts';
import { formatDuration } from '../report/format.ts';
import { labelOf } from '../resolve/graph.ts';
import { print, type Context } from './context.ts';
import { findComponent, load, locate, type Located, type TreeArguments } from './load.ts';
import { formatWhen } from './when.ts';

export interface LogArguments extends TreeArguments {
  readonly component: string;
  readonly path: boolean;
  readonly follow: boolean;
}

/** @throws UserError LOG_MISSING, COMPONENT_UNKNOWN */
export async function showLog(args: LogArguments, context: Context): Promise<void> {
  const located = locate(args, context);
  const found = await findLog(located.folders, await wanted(args, context, located));
  if (found === undefined) throw await missing(args, context, located);
  if (args.path) return print(context, args.json, found, found.path);
  if (args.json) return print(context, true, { ...found, text: await textOf(found.path) }, '');
  context.stderr.write(`${headline(found)}\n`);
  const write = (chunk: Uint8Array): Promise<void> => writeChunk(context, chunk);
  if (!args.follow) return readChunks(found.path, write);
  await followFile(found.path, buildEnd(located.folders, found.id, context.signal), write);
}

/** A tree with a mistake must not keep a log from being read, so it is only asked when it has to tell the variant. */
async function wanted(args: LogArguments, context: Context, located: Located): Promise<WantedLog> {
  const [name = '', ...variant] = args.component.split('/');
  if (variant.length > 0) return { name, key: variantKey(name, variant.join('/')) };
  if (args.variant === undefined) return { name, key: undefined };
  const { tree } = await load(args, context, {}, located);
  return { name, key: findComponent(tree.plan, name) };
}

async function missing(args: LogArguments, context: Context, located: Located): Promise<UserError> {
  const { tree } = await load(
    args,
    context,
    { variants: args.variant === undefined ? 'all' : [located.variant] },
    located,
  );
  const component = labelOf(findComponent(tree.plan, args.component));
  return new UserError('LOG_MISSING', `There is no log of ${component}: it was never built here.`, {
    hint: `"dcos-build build --only ${component}" builds it.`,
  });
}

function headline({ id, path, state, at = 0, durationMs = 0, laterFailureAt }: FoundLog): string {
  const end = {
    built: `built on ${formatWhen(at)} in ${formatDuration(durationMs)}`,
    failed: `failed on ${formatWhen(at)} after ${formatDuration(durationMs)}`,
    running: 'is being built now',
    interrupted: 'its build was interrupted',
  }[state];
  const later =
    laterFailureAt === undefined
      ? ''
      : `\nA later build, of ${formatWhen(laterFailureAt)}, failed before its script began.`;
  return `${id}: ${end}\n${path}${later}`;
}

async function textOf(path: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  await readChunks(path, async (chunk) => void chunks.push(Buffer.from(chunk)));
  return Buffer.concat(chunks).toString('utf8');
}

async function writeChunk({ stdout, signal }: Context, chunk: Uint8Array): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    stdout.write(chunk, (error) => (error === null || error === undefined ? resolve() : reject(error)));
  });
}
