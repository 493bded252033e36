/** `fetch`: packages and releases from a store into the store of this machine. */
import { relative } from 'node:path';
import { fetchArtifacts } from '../../publish/fetch-release.ts';
import { BootstrapStore } from '../../store/bootstrap-store.ts';
import { DirectoryStore } from '../../store/directory.ts';
import { PackageStore } from '../../store/package-store.ts';
import { print, type CommonArguments, type Context } from '../context.ts';
import { locate } from '../load.ts';
import { checkCounts } from '../option-values.ts';
import { openTrust, repositoryOf, transferView } from './open.ts';
import { describeFetched } from './text.ts';

export interface FetchArguments extends CommonArguments {
  readonly names: readonly string[];
  readonly from: string | undefined;
  readonly trust: string | undefined;
  readonly replace: boolean;
  readonly transfers: number;
  readonly quiet: boolean;
}

/** @returns the exit status */
export async function fetchNamed(args: FetchArguments, context: Context): Promise<number> {
  checkCounts({ transfers: args.transfers });
  const { folders } = locate({ ...args, variant: undefined, builderIds: undefined }, context);
  const store = new DirectoryStore(folders.repository);
  const from = await repositoryOf(args.from, args, context);
  using view = transferView(args, context);
  const answer = await fetchArtifacts({
    ...{ from, words: args.names, replace: args.replace, jobs: args.transfers, signal: context.signal },
    packages: new PackageStore(store, folders.locks),
    bootstraps: new BootstrapStore(store, folders.locks),
    trust: await openTrust(args, context),
    onProgress: (state) => view.report(state),
  });
  view[Symbol.dispose]();
  print(context, args.json, answer, describeFetched(answer, relative(context.cwd, folders.repository) || '.'));
  return 0;
}
