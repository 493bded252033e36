/** Builds one component: sources and requirements in, a package in the store out. */
import { join } from 'node:path';
import type { BuildDescription, BuildEnd } from '../executor/executor.ts';
import { executorFor } from '../executor/index.ts';
import { firstDifference } from '../host/compare-trees.ts';
import { addFiles } from '../host/add-files.ts';
import { temporaryFolder } from '../host/files.ts';
import { lock } from '../host/lock.ts';
import { LogFile } from '../host/log-file.ts';
import { normaliseTree } from '../host/normalise-tree.ts';
import { makeFolderNow } from '../host/make-folder.ts';
import { readTextNow, writeTextNow } from '../host/quick-files.ts';
import { pack } from '../host/tar-pack.ts';
import { throwCollected, UserError } from '../model/errors.ts';
import { unreachable } from '../model/unreachable.ts';
import { plural } from '../report/format.ts';
import { labelOf } from '../resolve/graph.ts';
import type { PlannedComponent } from '../resolve/plan.ts';
import type { Manifest } from '../store/manifest.ts';
import { activate } from './activate.ts';
import { checkResult } from './check-result.ts';
import { buildLock, logPath } from '../tree/folders.ts';
import { formatFullBuildInfo, formatPackageInfo, packageFacts } from './package-files.ts';
import { unpackedFolders } from './unpacked-folders.ts';
import { gatherLicences, NO_LICENCES, type GatheredLicences } from './licence-texts.ts';
import { requireUnchanged } from './recipe-unchanged.ts';
import type { RunContext } from './run-context.ts';
import { describeBuild, SOURCE_DATE_EPOCH } from './sandbox.ts';
import type { Grant } from './schedule.ts';
import type { TaskRun } from './task-run.ts';

/** Results up to this size are packed beside the next build; larger ones keep their slot, for packing uses all cores. */
const SMALL_RESULT_BYTES = 8 * 1024 * 1024;

export interface ComponentTask {
  readonly component: PlannedComponent;
  readonly task: TaskRun;
  readonly grant: Grant;
  readonly context: RunContext;
}

/** One build of one component. */
interface Attempt extends ComponentTask {
  /** Disposed of when the sandbox runs. */
  readonly starting: Disposable;
}

/**
 * Builds, packs and commits a component, unless another run has done so while this one waited for it.
 *
 * @throws UserError BUILD_FAILED, BUILD_NOT_REPRODUCIBLE, ACTIVATION_CONFLICT, and those of sources and store
 */
export async function buildComponent(wanted: ComponentTask): Promise<void> {
  const { component, task, context } = wanted;
  const { id } = component;
  using starting = context.starts.begin();
  const attempt: Attempt = { ...wanted, starting };
  using _held = await lock(buildLock(context.folders, id), {
    signal: context.signal,
    onWait: () => task.output('waits for another run that builds the same'),
  });
  const stored = context.packages.find(id);
  const isChecked = context.checked.has(id);
  if (stored !== undefined && !isChecked && !context.forced.has(id)) return await finish(attempt, 'reused', stored);

  await using work = await temporaryFolder(context.folders.work, id);
  if (stored !== undefined && isChecked) {
    const reference = await context.unpacked.open(context.packages, { ...stored, id }, { threads: context.cores });
    await compare(attempt, reference, await buildOnce(attempt, join(work.path, 'again')));
    return await finish(attempt, 'reused', stored);
  }
  const built = await buildOnce(attempt, join(work.path, 'build'));
  if (isChecked) await compare(attempt, built.folder, await buildOnce(attempt, join(work.path, 'again')));
  await finish(attempt, 'built', await keep(attempt, built, work.path));
}

interface Built {
  readonly folder: string;
  readonly bytes: number;
  /** What the sources say of their licences. */
  readonly licences: GatheredLicences['found'];
  /** Opens a shell where it was built. */
  readonly openShell: () => Promise<number>;
}

/** Makes the result in a folder of its own, with modes and times as its tarball will have them. */
async function buildOnce(attempt: Attempt, folder: string): Promise<Built> {
  const { component, task, context } = attempt;
  const { signal } = context;
  const [src, installRoot, result] = [join(folder, 'src'), join(folder, 'root'), join(folder, 'result')];
  makeFolderNow(src);
  // Before the build, which may write anything beside them.
  const licences =
    component.sources.size === 0
      ? NO_LICENCES
      : await task.phase('unpack', async () => {
          await context.sources.checkout(component, src, task, signal);
          return gatherLicences(src, component.sources.keys(), signal);
        });
  const requirements = await task.phase('activate', async () => {
    const folders = await unpackedFolders(component.closure, context);
    const packages = [...folders].map(([id, unpacked]) => ({ id, folder: unpacked }));
    const mountPoints = [...component.closure, component.id];
    await activate({ root: installRoot, packages, withUnits: true, mountPoints });
    writePackageFiles(component, src, result);
    return folders;
  });
  const description = describeBuild(
    component,
    { src, installRoot, result, requirements },
    { root: await context.builders.rootOf(component), cores: attempt.grant.cores, limits: context.limits },
  );
  await task.phase('build', () => runSandbox(attempt, description));
  requireUnchanged(component);
  addLicences(attempt, licences, result);
  const bytes = await acceptResult(attempt, result);
  return {
    folder: result,
    bytes,
    licences: licences.found,
    openShell: () => executorFor(description.root).shell(description),
  };
}

/** Into folders that count for nothing before the build has ended. */
function writePackageFiles(component: PlannedComponent, src: string, result: string): void {
  const full = formatFullBuildInfo(component);
  writeTextNow(join(src, 'buildinfo.full.json'), full);
  makeFolderNow(result);
  writeTextNow(join(result, 'buildinfo.full.json'), full);
  writeTextNow(join(result, 'pkginfo.json'), formatPackageInfo(component));
}

/** The licence texts of the sources, in `share/licenses/<component>/`; what the build has put there stays. */
function addLicences({ component, task }: Attempt, licences: GatheredLicences, result: string): void {
  const below = `share/licenses/${component.name}/`;
  const files = new Map(Array.from(licences.texts, ([path, text]) => [`${below}${path}`, text]));
  const kept = addFiles(result, files);
  const [first] = kept;
  const label = labelOf(component.key);
  if (first !== undefined) {
    task.note(
      `${label}: ${plural(kept.length, 'licence text')} not added, for the build has put something at ${first}`,
    );
  }
  for (const warning of licences.warnings) task.warn(`${label}: ${warning}`);
}

/** Gives the result the modes and times of its tarball, and refuses what can be no package; returns its size in bytes. */
async function acceptResult({ component, task, context }: Attempt, folder: string): Promise<number> {
  const { id, closure: requirements } = component;
  const entries = await normaliseTree(folder, { epoch: SOURCE_DATE_EPOCH, signal: context.signal });
  // Only a plain file: what a link leads to on this machine is no concern of a build.
  const textOf = (name: string): string | undefined =>
    entries.some(({ path, kind }) => path === name && kind === 'file') ? readTextNow(join(folder, name)) : undefined;
  const [packageInfo, fullBuildInfo] = [textOf('pkginfo.json'), textOf('buildinfo.full.json')];
  const { errors, warnings } = checkResult({ id, entries, packageInfo, fullBuildInfo, requirements });
  throwCollected(errors);
  for (const warning of warnings) task.warn(`${labelOf(component.key)}: ${warning}`);
  return entries.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function runSandbox(
  { component, task, context, starting }: Attempt,
  description: BuildDescription,
): Promise<void> {
  using log = new LogFile(logPath(context.folders, component.id), (line) => task.output(line));
  task.useLog(log);
  const executor = executorFor(description.root);
  using _entered = context.jobserver.enter();
  const running = executor.run(description, {
    onOutput: (chunk) => log.write(chunk),
    signal: context.signal,
    jobserver: context.jobserver.path,
  });
  setImmediate(() => starting[Symbol.dispose]());
  const end = await running;
  if (end.kind === 'exited' && end.code === 0) return;
  context.signal.throwIfAborted();
  await context.onFailedSandbox(() => executor.shell(description));
  throw new UserError('BUILD_FAILED', `The build of ${labelOf(component.key)} ${describeEnd(end)}.`, {
    hint: `Its log is ${log.path}; "dcos-build log ${component.name}" shows it.`,
  });
}

function describeEnd(end: BuildEnd): string {
  switch (end.kind) {
    case 'exited':
      return `failed with exit status ${end.code}`;
    case 'signalled':
      return `was ended by ${end.signal}`;
    case 'timeout':
      return `took longer than its limit of ${plural(Math.round(end.timeoutMs / 1000), 'second')}`;
    case 'memory':
      return `used more than its limit of ${Math.round(end.memoryBytes / 1024 / 1024)} MiB of memory`;
    case 'cancelled':
      return 'was cancelled';
    default:
      return unreachable(end);
  }
}

async function compare({ component, task, context }: Attempt, reference: string, again: Built): Promise<void> {
  const difference = firstDifference(reference, again.folder);
  if (difference === undefined) return task.note(`${labelOf(component.key)}: built again, byte for byte the same`);
  const path = difference.path === '' ? 'the folder itself' : difference.path;
  task.output(`not reproducible: ${path} ${difference.what}`);
  await context.onFailedSandbox(again.openShell);
  throw new UserError(
    'BUILD_NOT_REPRODUCIBLE',
    `Two builds of ${labelOf(component.key)} differ: ${path} ${difference.what}.`,
    { hint: 'Look for times, random names and build paths in that file; SOURCE_DATE_EPOCH is set in every build.' },
  );
}

/**
 * Lets those that need the package start on its folder, then packs it. The lock on the id is held, so nobody else commits
 * other bytes meanwhile.
 */
async function keep({ component, task, grant, context }: Attempt, built: Built, work: string): Promise<Manifest> {
  const { id } = component;
  const folder = await context.unpacked.stage(id, built.folder);
  context.staged.set(id, folder);
  grant.ready();
  if (built.bytes <= SMALL_RESULT_BYTES) grant.freeSlot();
  await context.starts.giveWay();
  return task.phase('pack', async () => {
    const { compression, cores: threads, signal } = context;
    const tarball = join(work, 'package.tar');
    const packed = await pack(folder, tarball, { compression, threads, signal, epoch: SOURCE_DATE_EPOCH });
    const replace = context.forced.has(id);
    const facts = packageFacts(component, {
      description: readTextNow(join(component.folder, 'component.json')),
      licences: built.licences,
    });
    const manifest = await context.packages.commit(id, { tarball, compression, ...packed, facts }, { replace });
    await context.unpacked.confirm(id, manifest.sha256);
    return manifest;
  });
}

async function finish(
  { component, task, context }: Attempt,
  outcome: 'built' | 'reused',
  manifest: Manifest,
): Promise<void> {
  await context.packages.writeLatest(component.variant, component.id);
  task.finish(outcome, manifest.bytes);
}
