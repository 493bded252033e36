/** The .deb files of a builder lock, kept by content beside the sources of components. */
import { join } from 'node:path';
import { openApt, type Apt } from '../host/apt.ts';
import { isMissing, remove, renameDurably, temporaryBeside } from '../host/files.ts';
import { hashFile } from '../host/hash-file.ts';
import { inParallel } from '../host/in-parallel.ts';
import { download, DownloadError, removePartial } from '../host/network.ts';
import { UserError } from '../model/errors.ts';
import type { BuilderLock, LockedPackage } from '../recipe/builder.ts';

export interface PackagesOptions {
  /** The work folder (`out`). */
  readonly workFolder: string;
  readonly offline?: boolean;
  readonly signal?: AbortSignal;
  /** Bytes that are here, of all bytes of the lock. */
  readonly onDownload?: (bytes: number, totalBytes: number) => void;
}

const DOWNLOADS_AT_ONCE = 8;

/**
 * Makes sure that every package of the lock is here, verified by its sha256, and returns where.
 *
 * @throws UserError SOURCE_MISSING offline, SOURCE_UNAVAILABLE; each names all packages that are not to be had
 */
export async function fetchPackages(
  lock: BuilderLock,
  options: PackagesOptions,
): Promise<ReadonlyMap<LockedPackage, string>> {
  const cancel = options.signal === undefined ? {} : { signal: options.signal };
  const paths = new Map(
    lock.packages.map((each) => [each, join(options.workFolder, 'cache/sources/sha256', each.sha256)]),
  );
  const here = await inParallel([...paths], { jobs: 2, ...cancel }, ([each, path]) => isHere(each, path));
  const missing = [...paths].filter((_, index) => !here[index]);
  if (missing.length === 0) return paths;
  if (options.offline === true) throw missingOffline(missing.map(([each]) => each));
  const apt = await openApt({ folder: join(options.workFolder, 'cache/apt'), suite: lock.suite, ...cancel });
  const progress = new Progress(lock, options);
  for (const [each] of [...paths].filter((_, index) => here[index])) progress.have(each, each.bytes);
  const failures = await inParallel(missing, { jobs: DOWNLOADS_AT_ONCE, ...cancel }, ([each, path], signal) =>
    fetchOne(apt, each, path, { signal, onProgress: (bytes) => progress.have(each, bytes) }),
  );
  const why = failures.filter((failure) => failure !== undefined);
  if (why.length > 0) throw unavailable(why);
  return paths;
}

/** A file that is not what its name says is taken away. */
async function isHere(wanted: LockedPackage, path: string): Promise<boolean> {
  try {
    if ((await hashFile(path)).sha256 === wanted.sha256) return true;
    await remove(path);
    return false;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

interface Fetching {
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number) => void;
}

/** Tries every archive of this machine's apt; returns why none served the file, or undefined. */
async function fetchOne(apt: Apt, wanted: LockedPackage, path: string, options: Fetching): Promise<string | undefined> {
  const failures: string[] = [];
  for (const url of apt.poolUrls(wanted.file)) {
    const partial = temporaryBeside(path);
    try {
      const { sha256 } = await download(url, partial, options);
      if (sha256 === wanted.sha256) {
        await renameDurably(partial, path);
        return undefined;
      }
      failures.push(`${url} has sha256 ${sha256}, not ${wanted.sha256}`);
    } catch (error) {
      if (!(error instanceof DownloadError)) throw error;
      failures.push(`${url}: ${error.message}`);
    } finally {
      await removePartial(partial);
    }
  }
  return `${wanted.name} ${wanted.version} (${failures.join('; ')})`;
}

class Progress {
  readonly #here = new Map<LockedPackage, number>();
  readonly #total: number;
  readonly #options: PackagesOptions;

  constructor(lock: BuilderLock, options: PackagesOptions) {
    this.#total = lock.packages.reduce((total, { bytes }) => total + bytes, 0);
    this.#options = options;
  }

  have(each: LockedPackage, bytes: number): void {
    this.#here.set(each, bytes);
    const sum = [...this.#here.values()].reduce((total, value) => total + value, 0);
    this.#options.onDownload?.(sum, this.#total);
  }
}

function missingOffline(packages: readonly LockedPackage[]): UserError {
  const names = packages.map(({ name, version }) => `${name} ${version}`).join(', ');
  return new UserError('SOURCE_MISSING', `The builder needs packages that are not here: ${names}.`, {
    hint: 'Run "dcos-build builder build" once without --offline.',
  });
}

function unavailable(why: readonly string[]): UserError {
  return new UserError('SOURCE_UNAVAILABLE', `Packages of the builder cannot be fetched: ${why.join(', ')}.`, {
    hint: 'Check the network; a version that left the archive is replaced by "dcos-build builder lock".',
  });
}
