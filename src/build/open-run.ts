/** Opens what a run works with: store, caches, history, repositories. */
import { availableParallelism } from 'node:os';
import type { Compression } from '../host/compression.ts';
import { makeFolder, temporaryFolder } from '../host/files.ts';
import { Jobserver } from '../host/jobserver.ts';
import { lock } from '../host/lock.ts';
import { sweepLeftovers } from '../host/leftovers.ts';
import type { PackageId } from '../model/package-id.ts';
import type { Plan } from '../resolve/plan.ts';
import { BootstrapStore } from '../store/bootstrap-store.ts';
import type { TrustCheck } from '../sign/open-trust.ts';
import { DirectoryStore, openRepository, type ReadableStore } from '../store/index.ts';
import { PackageStore } from '../store/package-store.ts';
import { Repositories } from '../store/repositories.ts';
import { UnpackedCache } from '../store/unpacked-cache.ts';
import { builderAccess } from './builder-access.ts';
import { useLock, type Folders } from '../tree/folders.ts';
import { History } from './history.ts';
import type { Limits, RunContext } from './run-context.ts';
import { sourceAccess } from './source-access.ts';
import { Starts } from './starts.ts';
import type { Emit } from './task-run.ts';

export interface RunOptions {
  /** Root of the tree: holds `builders/`. */
  readonly root: string;
  readonly folders: Folders;
  readonly plan: Plan;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Directories and URLs, or what is open already; asked in order. */
  readonly repositories: readonly (string | ReadableStore)[];
  /** Whom what is fetched has to be signed by; undefined: it need not be signed. */
  readonly trust?: TrustCheck | undefined;
  readonly mirrors: readonly string[];
  readonly offline: boolean;
  readonly downloads: number;
  readonly compression: Compression;
  readonly limits: Limits;
  readonly forced: ReadonlySet<PackageId>;
  readonly checked: ReadonlySet<PackageId>;
  readonly onFailedSandbox: RunContext['onFailedSandbox'];
}

export interface OpenRun extends RunContext, AsyncDisposable {}

/** @throws UserError USAGE for a repository that is none */
export async function openRun(options: RunOptions): Promise<OpenRun> {
  const { folders, emit, mirrors, offline, downloads } = options;
  await Promise.all([folders.work, folders.state, folders.repository].map(makeFolder));
  await sweepLeftovers(folders.work);
  const cores = availableParallelism();
  const store = new DirectoryStore(folders.repository);
  const warn = (message: string): void => emit({ type: 'notice', level: 'warning', message });
  const repositories = options.repositories.map((each) => (typeof each === 'string' ? openRepository(each) : each));
  await using opened = new AsyncDisposableStack();
  opened.use(
    await lock(useLock(folders), {
      shared: true,
      signal: options.signal,
      onWait: () => warn('Another process is cleaning the store; this run waits for it.'),
    }),
  );
  const ownFolder = opened.use(await temporaryFolder(folders.work, 'run'));
  const history = opened.use(await History.open(folders.history));
  const jobserver = opened.use(await Jobserver.open(ownFolder.path, cores));
  const open = opened.move();
  return {
    ...options,
    packages: new PackageStore(store, folders.locks),
    bootstraps: new BootstrapStore(store, folders.locks),
    unpacked: new UnpackedCache({ folder: folders.unpacked, locks: folders.locks }),
    repositories: new Repositories(repositories, ({ message, hint }) => warn(`${message} ${hint}`), options.trust),
    history,
    sources: sourceAccess({ cache: folders.sourceCache, mirrors, offline, jobs: downloads, onWarning: warn }),
    builders: builderAccess({ root: options.root, folders, offline, mirrors }),
    cores,
    jobserver,
    starts: new Starts(),
    staged: new Map(),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
