/** What the actions of `source` do between their options and the workflows. */
import { keepHeapSmall } from '../host/heap.ts';
import { throwCollected, UserError, UserErrors } from '../model/errors.ts';
import { print, type Context } from './context.ts';
import { errorsToJson } from './errors.ts';
import { findComponent, load, type TreeArguments } from './load.ts';
import { surroundingsOf, usableMirrors } from './locations.ts';
import { checkCounts } from './option-values.ts';
import { describeMirror, describeMirroring, describeSources } from './source-text.ts';

export interface SourceArguments extends TreeArguments {
  readonly place?: string | undefined;
  readonly components: readonly string[];
  readonly mirror: readonly string[];
  readonly offline: boolean;
  readonly jobs: number;
}

/** @returns the exit status, as all of these */
export async function ls(args: SourceArguments, context: Context): Promise<number> {
  const { listSources } = await import('../pins/list-sources.ts');
  const { tree, folders } = await load(args, context);
  const names = args.place === undefined ? [] : [args.place, ...args.components];
  const only = names.map((name) => findComponent(tree.plan, name));
  const sources = await listSources(tree, only, folders);
  print(context, args.json, { sources }, describeSources(sources));
  return 0;
}

export async function mirror(given: SourceArguments, context: Context): Promise<number> {
  const place = placeOf(given, 'source mirror /srv/mirror');
  const [{ mirrorSources }, { openNamedStore }] = await Promise.all([
    import('../pins/mirror-sources.ts'),
    import('../store/named.ts'),
  ]);
  keepHeapSmall();
  const to = await openNamedStore(place, surroundingsOf(given, context));
  const args = { ...given, mirror: await usableMirrors(given, context) };
  const { tree, folders } = await load(args, context);
  const answer = await mirrorSources({
    tree,
    folders,
    to,
    only: args.components.map((name) => findComponent(tree.plan, name)),
    mirrors: args.mirror,
    offline: args.offline,
    jobs: args.jobs,
    signal: context.signal,
    say: (text) => void context.stderr.write(`${text}\n`),
  });
  const { failures, ...done } = answer;
  const [first] = failures;
  const errors = first === undefined ? {} : errorsToJson(failures.length === 1 ? first : new UserErrors(failures));
  print(context, args.json, { ...done, ...errors }, describeMirroring(answer));
  if (!args.json) throwCollected(failures);
  return failures.reduce((status, { exitCode }) => Math.max(status, exitCode), 0);
}

export async function verify(args: SourceArguments, context: Context): Promise<number> {
  const place = placeOf(args, 'source verify /srv/mirror');
  const [{ verifyMirror }, { openNamedRepository }] = await Promise.all([
    import('../pins/verify-mirror.ts'),
    import('../store/named.ts'),
  ]);
  const store = await openNamedRepository(place, surroundingsOf(args, context));
  const { tree, folders } = await load(args, context);
  const verdicts = await verifyMirror({
    tree,
    folders,
    mirror: store,
    only: args.components.map((name) => findComponent(tree.plan, name)),
    jobs: args.jobs,
    signal: context.signal,
  });
  print(context, args.json, { location: store.location, verdicts }, describeMirror(store.location, verdicts));
  return verdicts.every(({ state }) => state === 'whole') ? 0 : 1;
}

function placeOf({ place, jobs }: SourceArguments, example: string): string {
  checkCounts({ jobs });
  if (place !== undefined) return place;
  throw new UserError('USAGE', 'No mirror is named.', { hint: `For example: dcos-build ${example}` });
}
