/** What `image lock`, `bake`, `ls` and `diff` do between their options and the workflow. */
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { bake as bakeImage, stageStates, type BakeOptions } from '../../bake/bake.ts';
import { replacedInputs } from '../../bake/replaced-image.ts';
import { planBake, readHooks, type BakePlan } from '../../bake/bake-plan.ts';
import { builtTree, releasedTree, type DcosSource, type Stores } from '../../bake/dcos-source.ts';
import { diffImages } from '../../bake/diff-images.ts';
import { readDefinition, readLock, relockImage, type ReadDefinition } from '../../bake/image-definitions.ts';
import { listImages, outputFolder } from '../../bake/image-outputs.ts';
import { checkRolesEarly } from '../../bake/roles.ts';
import { findImage } from '../../gallery/image-files.ts';
import { RecordingFileView } from '../../host/file-view.ts';
import { UserError, UserErrors } from '../../model/errors.ts';
import { mirrorUrl } from '../../model/mirror.ts';
import { eventTime } from '../../report/clock.ts';
import { BootstrapStore } from '../../store/bootstrap-store.ts';
import { DirectoryStore } from '../../store/directory.ts';
import { PackageStore } from '../../store/package-store.ts';
import { UnpackedCache } from '../../store/unpacked-cache.ts';
import { findRelease } from '../../tree/find-release.ts';
import { print, type Context } from '../context.ts';
import { errorsToJson } from '../errors.ts';
import { checksToday } from '../image-ignores.ts';
import { locate, type Located } from '../load.ts';
import { usableMirrors } from '../locations.ts';
import { locateIfThere } from '../read-side.ts';
import { openTrust, repositoryOf, transferView } from '../release/open.ts';
import { openView } from '../view.ts';
import type { BakeArguments } from './options.ts';
import { refusalOf } from './refusal.ts';
import { RULE_IDS } from './rule-ids.ts';
import { describeBaked, describeBakePlan, describeImageDiff, describeImages, describeLocked } from './text.ts';

/** As a shell tells of Ctrl-C. */
const CANCELLED = 130;

/** @returns the exit status */
export async function lock(args: BakeArguments, context: Context): Promise<number> {
  const { folders, treeFolders } = locateTree(args, context);
  const read = await readDefinition(treeFolders.root, named(args, 'lock'), RULE_IDS);
  const answer = await relockImage(treeFolders.root, read, {
    ...{ out: folders.out, now: Math.floor(Date.now() / 1000), signal: context.signal },
    onWarning: (text) => void context.stderr.write(`warning: ${text}\n`),
  });
  print(context, args.json, answer, describeLocked(answer));
  return 0;
}

/** @returns the exit status @throws UserError IMAGE_REFUSED, once the image that fails a rule has been told of; under --json what failed */
export async function bake(args: BakeArguments, context: Context): Promise<number> {
  const located = locateTree(args, context);
  const { folders, treeFolders } = located;
  const read = await readDefinition(treeFolders.root, named(args, 'bake'), RULE_IDS);
  const stores = storesOf(located);
  const plan = planBake({
    definition: read,
    lock: await readLock(treeFolders.root, read),
    hooks: hooksOf(args, read, { context, root: treeFolders.root }),
    source: await sourceOf(args, read, { context, located, stores }),
    version: args.version,
  });
  const unpacked = new UnpackedCache({ folder: folders.unpacked, locks: folders.locks });
  const options: Omit<BakeOptions, 'emit'> = {
    ...{ root: treeFolders.root, folders, stores, signal: context.signal, offline: args.offline },
    mirrors: (await usableMirrors(bare(args), context)).map(mirrorUrl),
    ...{ unpacked, areRolesChecked: checkRolesEarly(read, plan.source, unpacked) },
  };
  if (args.dryRun) return await tellPlan(plan, options, args, context);
  // Standard output is for the answer.
  using view = await openView(args, context, args.json ? 'warnings' : undefined);
  const started = performance.now();
  const answer = await bakeImage(plan, { ...options, emit: (event) => view.report({ ...event, at: eventTime() }) });
  view[Symbol.dispose]();
  if ('failure' in answer) return endWith(answer.failure, args, context);
  const { record } = answer;
  const findings = checksToday(record, context);
  const refusal = refusalOf(record, findings);
  const error = refusal === undefined ? {} : errorsToJson(refusal);
  const told = { ...answer, record: { ...record, checks: findings }, ...error };
  const text = describeBaked({ ...answer, findings }, performance.now() - started, context.cwd);
  print(context, args.json, told, text);
  if (refusal === undefined) return 0;
  // One document is the whole answer.
  if (args.json) return refusal.exitCode;
  throw refusal;
}

/** The view has told it, where no JSON does; what is none of a person's making is a bug, and is told with its stack. */
function endWith(failure: unknown, { json }: BakeArguments, { signal }: Context): number {
  if (json) signal.throwIfAborted();
  if (json) throw failure;
  if (signal.aborted) return CANCELLED;
  if (failure instanceof UserError || failure instanceof UserErrors) return failure.exitCode;
  throw failure;
}

/** @returns the exit status */
export async function ls(args: BakeArguments, context: Context): Promise<number> {
  if (args.file !== undefined) {
    throw new UserError('USAGE', `"image ls" takes no name, and "${args.file}" is one.`, {
      hint: 'Leave it out: all images are listed.',
    });
  }
  const images = await listImages(locateTree(args, context).folders, {
    shown: (path) => relative(context.cwd, path),
    onBroken: ({ message, hint }) => void context.stderr.write(`warning: ${message}\n  hint: ${hint}\n`),
  });
  print(context, args.json, images, describeImages(images, context.cwd));
  return 0;
}

/** @returns the exit status */
export async function diff(args: BakeArguments, context: Context): Promise<number> {
  // Folders of images can be compared where there is no tree.
  const images = locateIfThere(bare(args), context)?.folders.images;
  if (args.file === undefined || args.to === undefined) {
    throw new UserError('USAGE', '"image diff" compares two images.', {
      hint: 'Name both, as NAME, NAME@VERSION or a folder: dcos-build image diff node@1.7.0 node@1.7.1.',
    });
  }
  const find = async (word: string) => {
    const { record, path } = await findImage(word, { cwd: context.cwd, images });
    return { record, folder: dirname(path) };
  };
  const answer = await diffImages(await find(args.file), await find(args.to));
  print(context, args.json, answer, describeImageDiff(answer));
  return 0;
}

function named({ file, to }: BakeArguments, action: string): string {
  if (file !== undefined && to === undefined) return file;
  const what = file === undefined ? 'needs the name of an image definition' : `takes one name, and "${to}" is too many`;
  throw new UserError('USAGE', `"image ${action}" ${what}.`, {
    hint: `Those of pipelines/images/ can be named, such as: dcos-build image ${action} node.`,
  });
}

/** These actions take a variant for what is in the image, not for the tree that they look for. */
function bare(args: BakeArguments) {
  return { ...args, variant: undefined, builderIds: undefined };
}

function locateTree(args: BakeArguments, context: Context): Located {
  return locate(bare(args), context);
}

function storesOf({ folders }: Located): Stores {
  const store = new DirectoryStore(folders.repository);
  return {
    packages: new PackageStore(store, folders.locks),
    bootstraps: new BootstrapStore(store, folders.locks),
  };
}

function hooksOf(
  { hook }: BakeArguments,
  { definition }: ReadDefinition,
  { context, root }: { readonly context: Context; readonly root: string },
) {
  const own = definition.hooks.map((name) => ({ name, path: join(root, name) }));
  return readHooks([
    ...own,
    ...hook.map((name) => ({ name, path: isAbsolute(name) ? name : resolve(context.cwd, name) })),
  ]);
}

interface Sourcing {
  readonly context: Context;
  readonly located: Located;
  readonly stores: Stores;
}

/** What was built here, unless a release is named by an option or the definition. */
async function sourceOf(
  args: BakeArguments,
  { definition }: ReadDefinition,
  { context, located, stores }: Sourcing,
): Promise<DcosSource> {
  const given = args.variant ?? definition.variant;
  const variant = given === 'default' ? undefined : given;
  const word = args.release ?? (args.variant === undefined ? definition.release : undefined);
  if (word === undefined) {
    refuseWithoutRelease(args);
    const release = findRelease(new RecordingFileView(), located.treeFolders);
    return builtTree(variant, stores, release?.version);
  }
  using view = transferView(args, context);
  return await releasedTree(word, variant, {
    ...{ stores, signal: context.signal, trust: await openTrust(args, context) },
    from: await repositoryOf(args.from ?? definition.from, args, context),
    onProgress: (state) => view.report(state),
  });
}

function refuseWithoutRelease({ from, trust }: BakeArguments): void {
  const [option, what] = from === undefined ? ['trust', 'who signed a release'] : ['from', 'where a release is'];
  if ((from ?? trust) === undefined) return;
  throw new UserError('USAGE', `--${option} says ${what}, and none is named.`, {
    hint: 'Add --release: without it the image holds what was built here.',
  });
}

async function tellPlan(
  plan: BakePlan,
  options: Omit<BakeOptions, 'emit'>,
  { json }: BakeArguments,
  context: Context,
): Promise<number> {
  const stages = await stageStates(plan, { ...options, emit: () => undefined });
  const { name, version, source } = plan;
  const packages = source.packages.map(({ id }) => id);
  const replaces = replacedInputs(plan, outputFolder(options.folders, name, version));
  const dcos = { variant: source.variant ?? null, packages, release: source.release };
  print(
    context,
    json,
    { name, version, stages, replaces, dcos },
    describeBakePlan({ name, version, stages, replaces }),
  );
  return 0;
}
