/** Bakes an image: stage after stage, each taken from the cache if it is there. */
import { join } from 'node:path';
import type { PackagesOptions } from '../executor/builder-packages.ts';
import { TaskRun, type Emit } from '../build/task-run.ts';
import { explainDiskFull } from '../host/disk-space.ts';
import { makeFolder } from '../host/files.ts';
import { sweepLeftovers } from '../host/leftovers.ts';
import { inParallel } from '../host/in-parallel.ts';
import { lock as takeLock } from '../host/lock.ts';
import { LogFile } from '../host/log-file.ts';
import type { Action, Task } from '../model/event.ts';
import type { ImageRecord } from '../recipe/image-record.ts';
import type { UnpackedCache } from '../store/unpacked-cache.ts';
import { useLock, type Folders } from '../tree/folders.ts';
import { openBase } from './base-stage.ts';
import { stagesOf, type BakePlan } from './bake-plan.ts';
import type { Stores } from './dcos-source.ts';
import { openDcos } from './dcos-stage.ts';
import { makeDisk, withoutNewDisk, writeRecord } from './disk-stage.ts';
import { openHooked } from './hook-stage.ts';
import { outputFolder } from './image-outputs.ts';
import { describeReplaced, replacedInputs } from './replaced-image.ts';
import { hasStage, type StageName } from './stage.ts';
import { upToDateRecord } from './up-to-date-image.ts';

export interface BakeOptions extends Pick<PackagesOptions, 'mirrors' | 'offline'> {
  /** Root of the tree, for the headline. */
  readonly root: string;
  readonly folders: Folders;
  readonly stores: Stores;
  readonly unpacked: UnpackedCache;
  /** As checkRolesEarly said. */
  readonly areRolesChecked: boolean;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

export interface StageState {
  readonly name: StageName;
  readonly id: string;
  /** `reuse`: it is in the cache; of the disk: the image is there already. */
  readonly action: Action;
}

/** A stage has failed, or was cancelled; told already. */
export interface BakeFailure {
  readonly failure: unknown;
}

export interface BakeAnswer {
  readonly folder: string;
  readonly record: ImageRecord;
  readonly stages: readonly StageState[];
}

/** Which stages are there, and which would be made. */
export async function stageStates(plan: BakePlan, options: BakeOptions): Promise<readonly StageState[]> {
  const folder = outputFolder(options.folders, plan.name, plan.version);
  const record = await upToDateRecord(plan, folder, options);
  return stagesOf(plan).map(([name, id]) => {
    const isThere = name === 'disk' ? record !== undefined : hasStage(options.folders, name, id);
    return { name, id, action: isThere || record !== undefined ? 'reuse' : 'build' };
  });
}

/** What fails in a stage is told as an event and returned; what fails before that is thrown. */
export async function bake(plan: BakePlan, options: BakeOptions): Promise<BakeAnswer | BakeFailure> {
  const { folders, signal, emit } = options;
  const folder = outputFolder(folders, plan.name, plan.version);
  const onWait = (): void =>
    emit({ type: 'notice', level: 'info', message: 'Another process bakes the same; this one waits for it.' });
  using _used = await takeLock(useLock(folders), { shared: true, signal, onWait });
  using _held = await takeLock(join(folders.locks, 'images', `${plan.name}-${plan.version}`), { signal, onWait });
  const stages = await stageStates(plan, options);
  const replaced = replacedInputs(plan, folder);
  if (replaced !== undefined) {
    emit({ type: 'notice', level: 'warning', message: describeReplaced(plan, replaced) });
  }
  if (stages.some(({ action }) => action === 'build')) await prepareCache(folders);
  const start = performance.now();
  emit({
    ...{ type: 'run-started', tree: options.root, variant: `image ${plan.name} ${plan.version}`, jobs: 2 },
    tasks: stages.map((stage) => taskOf(stage, stages)),
  });
  try {
    const record = await runStages(plan, { ...options, folder, stages, onWait });
    emit({ type: 'run-finished', outcome: 'succeeded', durationMs: performance.now() - start });
    return { folder, record, stages };
  } catch (failure) {
    const outcome = signal.aborted ? 'cancelled' : 'failed';
    emit({ type: 'run-finished', outcome, durationMs: performance.now() - start });
    return { failure };
  }
}

/** Before a stage begins, so that what stands in the way is no failure of one. */
async function prepareCache({ imageCache }: Folders): Promise<void> {
  for (const name of ['base', 'hook', 'bootstrap']) {
    await makeFolder(join(imageCache, name));
    await sweepLeftovers(join(imageCache, name));
  }
}

function taskOf({ name, action }: StageState, stages: readonly StageState[]): Task {
  const needs = NEEDS[name].filter((need) => stages.some((stage) => stage.name === need));
  return {
    ...{ key: `image:${name}`, label: `${name} stage`, kind: 'stage', action },
    needs: needs.map((need) => `image:${need}`),
  };
}

const NEEDS: Readonly<Record<StageName, readonly StageName[]>> = {
  base: [],
  hook: ['base'],
  bootstrap: [],
  disk: ['base', 'hook', 'bootstrap'],
};

interface Running extends BakeOptions {
  readonly folder: string;
  readonly stages: readonly StageState[];
  readonly onWait: () => void;
}

async function runStages(plan: BakePlan, running: Running): Promise<ImageRecord> {
  const { folders, stores, signal, emit, folder } = running;
  const there = await upToDateRecord(plan, folder, running);
  if (there !== undefined) {
    for (const { name } of running.stages) new TaskRun(`image:${name}`, emit).finish('reused', undefined);
    const record = withoutNewDisk(plan, there);
    if (JSON.stringify(record) !== JSON.stringify(there)) await writeRecord(folder, record);
    return record;
  }
  // The one waits for dpkg, the other for the disk and hashes.
  const [system = '', bootstrap = ''] = await inParallel([systemStage, dcosStage], { jobs: 2, signal }, (stage, each) =>
    stage(plan, { ...running, signal: each }),
  );
  const task = new TaskRun('image:disk', emit);
  return await failing(task, running, async () => {
    const record = await makeDisk(plan, {
      ...{ base: system, bootstrap, folder, state: folders.state, store: stores.packages.store, signal },
      warn: (message) => task.warn(message),
    });
    task.finish('built', record.disk.dataBytes);
    return record;
  });
}

/** Debian, and what the hooks make of it. @returns the folder of the last of both stages */
async function systemStage(plan: BakePlan, running: Running): Promise<string> {
  const { folders, signal, onWait } = running;
  const common = { folders, signal, onWait };
  const base = await runStage('base', plan, running, async (task, log) =>
    openBase(plan.lock.lock, {
      ...{ ...common, out: folders.out, mirrors: running.mirrors ?? [], offline: running.offline ?? false },
      onOutput: (chunk) => log.write(chunk),
      onDownload: (bytes, total) => task.progress('packages', bytes, total),
      onWarning: (message) => task.warn(message),
    }),
  );
  const { hook } = plan.ids;
  if (hook === undefined) return base;
  return await runStage('hook', plan, running, async (_, log) =>
    openHooked(hook, plan.hooks, { ...common, base, epoch: plan.epoch, onOutput: (chunk) => log.write(chunk) }),
  );
}

async function dcosStage(plan: BakePlan, running: Running): Promise<string> {
  const { folders, signal, onWait, stores, unpacked, areRolesChecked } = running;
  return await runStage('bootstrap', plan, running, async (task) =>
    openDcos(plan.source, {
      ...{ folders, signal, onWait, packages: stores.packages, unpacked },
      ...{ definition: plan.definition, areRolesChecked, threads: plan.threads },
      onPackage: (done, all) => task.progress('packages', done, all),
    }),
  );
}

/** Runs a stage with its log. @returns its folder */
async function runStage(
  name: StageName,
  plan: BakePlan,
  running: Running,
  open: (task: TaskRun, log: LogFile) => Promise<{ readonly folder: string; readonly made: boolean }>,
): Promise<string> {
  const { folders, emit } = running;
  const task = new TaskRun(`image:${name}`, emit);
  return await failing(task, running, async () => {
    using log = new LogFile(join(folders.logs, 'images', `${plan.name}-${name}.log`), (line) => task.output(line));
    task.useLog(log);
    const { folder, made } = await open(task, log);
    task.finish(made ? 'built' : 'reused', undefined);
    return folder;
  });
}

/** A stage that is given up, since another failed or somebody pressed Ctrl-C, has not failed itself. */
async function failing<Result>(
  task: TaskRun,
  { signal, emit, folders }: Pick<Running, 'signal' | 'emit' | 'folders'>,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    const error = explainDiskFull(cause, folders.out);
    if (signal.aborted) emit({ type: 'task-skipped', task: task.key, because: undefined });
    else task.fail(error);
    throw error;
  }
}
