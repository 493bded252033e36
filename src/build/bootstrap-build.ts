/** Makes the bootstrap of one tree, when all packages of the tree are there. */
import { join } from 'node:path';
import { temporaryFolder } from '../host/files.ts';
import { lock } from '../host/lock.ts';
import { TOOL } from '../model/tool.ts';
import type { PlannedTree } from '../resolve/plan.ts';
import { packBootstrap } from './bootstrap.ts';
import type { RunContext } from './run-context.ts';
import type { TaskRun } from './task-run.ts';
import { unpackedFolders } from './unpacked-folders.ts';

/** @throws UserError ACTIVATION_CONFLICT if two packages do not fit together */
export async function buildBootstrap(tree: PlannedTree, task: TaskRun, context: RunContext): Promise<void> {
  const { bootstraps, unpacked, folders, compression, cores: threads, signal } = context;
  const id = tree.bootstrap;
  using _held = await lock(join(folders.locks, 'bootstrap', id), { signal });
  const stored = bootstraps.find(id);
  const replace = isForced(tree, context);
  if (stored !== undefined && !replace) return task.finish('reused', stored.bytes);
  await using work = await temporaryFolder(folders.work, 'bootstrap');
  await task.phase('unpack', () => unpackedFolders(tree.active, context));
  const tarball = join(work.path, 'bootstrap.tar');
  const packed = await task.phase('pack', () =>
    packBootstrap({ packages: tree.active, unpacked: unpacked.folder, tarball, compression, threads, signal }),
  );
  const made = { tarball, compression, ...packed, active: tree.active, tool: TOOL };
  const manifest = await bootstraps.commit(id, made, { replace });
  task.finish('built', manifest.bytes);
}

/** Whether it is made though the store has it, because packages in it are. */
export function isForced({ active }: PlannedTree, { forced }: RunContext): boolean {
  return active.some((id) => forced.has(id));
}
