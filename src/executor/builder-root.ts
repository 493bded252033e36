/** Roots of builders, each made once from its lock and kept under its digest. */
import { dirname, join } from 'node:path';
import { makeFolder, remove, renameDurably, sizeIfThere, temporaryBeside } from '../host/files.ts';
import { lock as takeLock } from '../host/lock.ts';
import { run } from '../host/process.ts';
import { sorted } from '../model/order.ts';
import { builderDigest, type BuilderLock } from '../recipe/builder.ts';
import { fetchPackages, type PackagesOptions } from './builder-packages.ts';
import { makeRoot, type MakeOptions } from './mmdebstrap.ts';

export interface RootOptions extends PackagesOptions, MakeOptions {
  /** Called once if another process is making this root, and we wait for it. */
  readonly onWait?: () => void;
}

/** Where the root of a lock is, or would be. */
export function rootFolder(workFolder: string, lock: BuilderLock): string {
  return join(workFolder, 'cache/builders', builderDigest(lock), 'root');
}

/** Whether the root of a lock is here. A root has its name only when it is whole. */
export async function hasRoot(workFolder: string, lock: BuilderLock): Promise<boolean> {
  return (await sizeIfThere(rootFolder(workFolder, lock))) !== undefined;
}

/**
 * Returns the root of a lock, and makes it if it is not here; only one process at a time does.
 *
 * @returns the folder, and whether it was made by this call
 * @throws UserError SOURCE_MISSING, SOURCE_UNAVAILABLE, BUILD_FAILED, HOST_INCOMPLETE
 */
export async function buildRoot(
  lock: BuilderLock,
  options: RootOptions,
): Promise<{ readonly path: string; readonly made: boolean }> {
  const { workFolder, signal, onWait } = options;
  const path = rootFolder(workFolder, lock);
  if (await hasRoot(workFolder, lock)) return { path, made: false };
  using _held = await takeLock(join(workFolder, 'locks', `builder-${builderDigest(lock)}`), {
    ...(signal === undefined ? {} : { signal }),
    ...(onWait === undefined ? {} : { onWait }),
  });
  if (await hasRoot(workFolder, lock)) return { path, made: false };
  await remove(dirname(path)); // what a crash left: the lock is ours
  const packages = await fetchPackages(lock, options);
  const temporary = temporaryBeside(path);
  await makeFolder(temporary);
  try {
    await makeRoot(lock, packages, temporary, options);
    await checkPackages(lock, temporary);
    await run('sync', ['--file-system', temporary]);
    await renameDurably(temporary, path);
  } catch (error) {
    await remove(temporary);
    throw error;
  }
  return { path, made: true };
}

/** That apt installed what is locked, and all of it. */
async function checkPackages(lock: BuilderLock, root: string): Promise<void> {
  const format = '${Package} ${Version} ${Architecture}\n';
  const { stdout } = await run('dpkg-query', [`--admindir=${root}/var/lib/dpkg`, '--show', '--showformat', format]);
  const installed = sorted(stdout.trimEnd().split('\n'));
  const locked = sorted(lock.packages.map(({ name, version, architecture }) => `${name} ${version} ${architecture}`));
  if (installed.join('\n') === locked.join('\n')) return;
  const wrong = new Set(installed).symmetricDifference(new Set(locked));
  throw new Error(`the root differs from its lock: ${[...wrong].join(', ')}`);
}
