/** `release create`: builds what is missing of the trees, then publishes them. */
import { statePath } from '../../build/up-to-date.ts';
import { SOURCE_DATE_EPOCH } from '../../build/sandbox.ts';
import { gitUser } from '../../host/git.ts';
import { temporaryFolder } from '../../host/files.ts';
import { UserError } from '../../model/errors.ts';
import { composeRelease, type ComposedRelease, type ComposeRequest } from '../../publish/compose-release.ts';
import { createRelease } from '../../publish/create-release.ts';
import { channelFile, checkChannelName } from '../../publish/layout.ts';
import { planCreate } from '../../publish/plan-create.ts';
import { plain } from '../../publish/release-manifest.ts';
import { findRelease as findNamedRelease } from '../../tree/find-release.ts';
import { print, warn, type Context } from '../context.ts';
import { load, locate, type Loaded, type Located } from '../load.ts';
import { treeArguments, type ReleaseArguments } from './arguments.ts';
import { placeOf, storeOf, transferView } from './open.ts';
import { openSigners, signingBy } from './signing.ts';
import { describeCreated, describeUnbuilt, describeUploads } from './text.ts';

/** @returns the exit status */
export async function createFromTree(args: ReleaseArguments, context: Context): Promise<number> {
  const channel = checkChannelName(args.names[0] ?? '');
  const located = locate(treeArguments(args), context);
  const { store, name } = await storeOf(args, context);
  const signers = await openSigners(args, context);
  const loaded = await loadTrees(args, context, located);
  await using scratch = await temporaryFolder(located.folders.work, 'release');
  const head = await headOf(located.treeFolders.root, context);
  const composing = { loaded, located, head, scratch: scratch.path };
  let composed = await compose(args, context, composing);
  if ('missing' in composed) {
    if (args.dryRun) return tellUnbuilt(args, context, composed.missing);
    // That the store cannot be reached is better said before hours of building than after.
    await store.has(channelFile(channel), { signal: context.signal });
    const status = await buildTrees(args, context, loaded);
    if (status !== 0) return status;
    composed = await compose(args, context, composing);
    if ('missing' in composed) throw new Error(`not built: ${composed.missing.join(', ')}`);
  }
  const ids = [...composed.unattested.keys()];
  const request = {
    ...{ store, composed, channel, jobs: args.transfers, signal: context.signal, nowMs: Date.now },
    place: placeOf(store, name),
    signing: args.dryRun ? undefined : signingBy(signers, ids, args, context),
  };
  if (args.dryRun) {
    const plan = await planCreate({ ...request, onProgress: () => undefined });
    const { id } = composed.release;
    const data = {
      release: id,
      channel,
      uploaded: plan.put.map(plain),
      skipped: plan.skip.map(plain),
      updated: plan.update,
    };
    print(context, args.json, data, describeUploads(id, plan));
    return 0;
  }
  using view = transferView(args, context);
  const answer = await createRelease({ ...request, onProgress: (state) => view.report(state) });
  view[Symbol.dispose]();
  print(context, args.json, answer, describeCreated(answer, store.location));
  return 0;
}

async function loadTrees(args: ReleaseArguments, context: Context, located: Located): Promise<Loaded> {
  const variants = args.variant.length === 0 ? [undefined] : args.variant;
  const named = variants.map((variant) => (variant === 'default' ? undefined : variant));
  return await load(treeArguments(args), context, { variants: named }, located);
}

/** Builds what is missing, with a view on standard error. @returns the exit status: 0 if everything is there then */
export async function buildTrees(args: ReleaseArguments, context: Context, loaded: Loaded): Promise<number> {
  const { buildLoaded, BUILD_DEFAULTS } = await import('../run-build.ts');
  const options = { ...BUILD_DEFAULTS, ...treeArguments(args), ...pick(args), json: false };
  const state = statePath(loaded.folders, { release: args.variant, root: loaded.tree.folders.root });
  const { status } = await buildLoaded(options, { loaded, only: [], state }, context);
  return status;
}

function pick({ jobs, repository, mirror, offline, quiet, verbose, trace, trust }: ReleaseArguments) {
  return { jobs, repository, mirror, offline, quiet, verbose, trace, trust };
}

export interface Composing {
  readonly loaded: Loaded;
  readonly located: Located;
  readonly head: ComposeRequest['head'];
  /** A folder of our own; what is composed has files in it. */
  readonly scratch: string;
}

/** The release that the trees make, as far as everything is built. */
export async function compose(
  { tag }: Pick<ReleaseArguments, 'tag'>,
  context: Context,
  { loaded: { tree, folders }, located: { view, treeFolders }, head, scratch }: Composing,
): Promise<ComposedRelease | { readonly missing: readonly string[] }> {
  return await composeRelease({
    ...{ tree, folders, head, scratch, tag, epoch: SOURCE_DATE_EPOCH, signal: context.signal },
    named: findNamedRelease(view, treeFolders),
    warn: (warning) => warn(context, warning),
  });
}

/** What git says of the tree's folder; undefined if it is in no repository. DCOS_IMAGE_COMMIT is what pkgpanda asks first. */
async function headOf(root: string, context: Context): Promise<ComposeRequest['head']> {
  const { env, signal } = context;
  const { DCOS_IMAGE_COMMIT: given } = env;
  if (given !== undefined && given !== '') {
    if (/^[0-9a-f]{40}$/.test(given)) return { commit: given, isChanged: false };
    throw new UserError('USAGE', `DCOS_IMAGE_COMMIT is "${given}", which is no commit.`, {
      hint: 'Give 40 hex digits, or leave it unset.',
    });
  }
  const head = await gitUser(root, ['rev-parse', '--verify', '--quiet', 'HEAD'], { signal });
  if (head.status !== 0) return undefined;
  const changes = await gitUser(root, ['status', '--porcelain', '--untracked-files=no', '--', '.'], { signal });
  const isChanged = changes.stdout.trim() !== '';
  if (isChanged) {
    const hint = 'Commit first, so that the release can be made again from its commit.';
    warn(context, { message: 'The tree has changes that are not committed.', hint });
  }
  return { commit: head.stdout.trim(), isChanged };
}

function tellUnbuilt({ json }: ReleaseArguments, context: Context, missing: readonly string[]): number {
  print(context, json, { missing }, describeUnbuilt(missing));
  return 0;
}
