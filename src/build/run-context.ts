/** What every task of one run works with. */
import type { Compression } from '../host/compression.ts';
import type { Jobserver } from '../host/jobserver.ts';
import type { BuildRoot } from '../executor/executor.ts';
import type { PackageId } from '../model/package-id.ts';
import type { Plan, PlannedComponent } from '../resolve/plan.ts';
import type { BootstrapStore } from '../store/bootstrap-store.ts';
import type { PackageStore } from '../store/package-store.ts';
import type { Repositories } from '../store/repositories.ts';
import type { UnpackedCache } from '../store/unpacked-cache.ts';
import type { Folders } from '../tree/folders.ts';
import type { History } from './history.ts';
import type { Starts } from './starts.ts';
import type { Emit, TaskRun } from './task-run.ts';

export interface Limits {
  readonly timeoutMs: number;
  readonly memoryBytes: number;
}

export interface RunContext {
  readonly plan: Plan;
  readonly folders: Folders;
  readonly packages: PackageStore;
  readonly bootstraps: BootstrapStore;
  readonly unpacked: UnpackedCache;
  readonly repositories: Repositories;
  readonly history: History;
  readonly sources: SourceAccess;
  readonly builders: BuilderAccess;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly cores: number;
  /** Shares the cores among the makes of all builds. */
  readonly jobserver: Jobserver;
  readonly starts: Starts;
  readonly compression: Compression;
  readonly limits: Limits;
  /** Folders of what this run has built, before it is packed. */
  readonly staged: Map<PackageId, string>;
  /** Components that are built though the store has them. */
  readonly forced: ReadonlySet<PackageId>;
  /** Components that are built once more and compared. */
  readonly checked: ReadonlySet<PackageId>;
  /** Called when a build has failed and its sandbox still stands; it is removed when the promise resolves. */
  readonly onFailedSandbox: (open: () => Promise<number>) => Promise<void>;
}

/** The sources of components, as the run needs them. */
export interface SourceAccess {
  /** @throws UserError SOURCE_MISSING, offline, naming everything that the components need and the cache lacks */
  refuseMissing(components: readonly PlannedComponent[]): Promise<void>;
  /** Fetches what the cache lacks, and returns the components for which something could not be had. */
  unobtainable(components: readonly PlannedComponent[], signal: AbortSignal): Promise<readonly PlannedComponent[]>;
  /** Whether something has to be downloaded before it can be built. */
  lacks(component: PlannedComponent): Promise<boolean>;
  /** Downloads and verifies what the cache lacks. */
  fetch(component: PlannedComponent, task: TaskRun, signal: AbortSignal): Promise<void>;
  /** Unpacks every source into `<folder>/<source name>`. */
  checkout(component: PlannedComponent, folder: string, task: TaskRun, signal: AbortSignal): Promise<void>;
}

/** The builders of components, as the run needs them. */
export interface BuilderAccess {
  /** Names of the builders of these components whose root is ours and not made yet. */
  missing(components: readonly PlannedComponent[]): Promise<ReadonlySet<string>>;
  make(name: string, task: TaskRun, signal: AbortSignal): Promise<void>;
  /** The root that a component builds on; made by then, if it is ours. */
  rootOf(component: PlannedComponent): Promise<BuildRoot>;
}
