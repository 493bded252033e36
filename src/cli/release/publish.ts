/** `publish`: what is built of a tree, or of named components, to a store. */
import { UserError } from '../../model/errors.ts';
import { parsePackageId, type PackageId } from '../../model/package-id.ts';
import { publishPackages } from '../../publish/publish-packages.ts';
import { DirectoryStore } from '../../store/directory.ts';
import { PackageStore } from '../../store/package-store.ts';
import { print, type Context } from '../context.ts';
import { findComponent, load, type Loaded, type TreeArguments } from '../load.ts';
import { checkCounts } from '../option-values.ts';
import { storeOf, transferView, type StoreArguments } from './open.ts';
import { openSigners, signingBy, type SigningArguments } from './signing.ts';
import { describePublished } from './text.ts';

export interface PublishArguments extends TreeArguments, StoreArguments, SigningArguments {
  readonly names: readonly string[];
  readonly dryRun: boolean;
  readonly transfers: number;
  readonly quiet: boolean;
}

/** @returns the exit status */
export async function publishBuilt(args: PublishArguments, context: Context): Promise<number> {
  checkCounts({ transfers: args.transfers });
  const loaded = await load(args, context);
  const { folders } = loaded;
  const packages = new PackageStore(new DirectoryStore(folders.repository), folders.locks);
  const ids = args.names.length === 0 ? builtOf(loaded, packages) : args.names.map((name) => idOf(name, loaded));
  const { store } = await storeOf(args, context);
  using view = transferView(args, context);
  const answer = await publishPackages({
    ...{ packages, ids, to: store, isDryRun: args.dryRun, jobs: args.transfers, signal: context.signal },
    signing: args.dryRun ? undefined : signingBy(await openSigners(args, context), ids, args, context),
    onProgress: (state) => view.report(state),
  });
  view[Symbol.dispose]();
  print(context, args.json, answer, describePublished(answer, store.location, args.dryRun));
  return 0;
}

function builtOf({ tree }: Loaded, packages: PackageStore): readonly PackageId[] {
  const ids = [...tree.plan.components.values()].map(({ id }) => id);
  const built = ids.filter((id) => packages.find(id) !== undefined);
  if (built.length > 0) return built;
  throw new UserError('BUILD_UNKNOWN', 'Nothing of this tree is built.', { hint: 'Build it first: dcos-build build.' });
}

function idOf(name: string, { tree }: Loaded): PackageId {
  if (name.includes('--')) return parsePackageId(name);
  const id = tree.plan.components.get(findComponent(tree.plan, name))?.id;
  if (id === undefined) throw new Error(`${name} is in the plan, but has no id`);
  return id;
}
