/** The .deb files of a lock, of a builder or an image, kept by content beside the sources of components. */
import { join } from 'node:path';
import { openApt } from '../host/apt.ts';
import { isMissing, remove, renameDurably, temporaryBeside } from '../host/files.ts';
import { hashFile } from '../host/hash-file.ts';
import { inParallel } from '../host/in-parallel.ts';
import { download, DownloadError, removePartial } from '../host/network.ts';
import { UserError } from '../model/errors.ts';
import { isLocalUrl, mirrorAddress } from '../model/mirror.ts';
import { redactUrls } from '../model/url.ts';
import type { BuilderLock, LockedPackage } from '../recipe/builder.ts';

export interface PackagesOptions {
  /** The work folder (`out`). */
  readonly workFolder: string;
  readonly offline?: boolean;
  /** URLs of folders and servers that have packages as `sha256/<hex>`; asked before the archive is. */
  readonly mirrors?: readonly string[];
  readonly signal?: AbortSignal;
  /** Bytes that are here, of all bytes of the lock. */
  readonly onDownload?: (bytes: number, totalBytes: number) => void;
  /** What the packages are for, for messages. Default: a builder. */
  readonly purpose?: 'builder' | 'image';
  /** Told of mirrors that have something wrong, or do not answer. */
  readonly onWarning?: (message: string) => void;
}

const DOWNLOADS_AT_ONCE = 8;
/** Tries at an address that others can stand in for. */
const MIRROR_ATTEMPTS = 2;

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
  const absent = [...paths].filter((_, index) => !here[index]);
  if (absent.length === 0) return paths;
  const progress = new Progress(lock, options);
  for (const [each] of [...paths].filter((_, index) => here[index])) progress.have(each, each.bytes);
  const fetchAll = async (wanted: Wanted, urlsOf: UrlsOf): Promise<readonly (string | undefined)[]> =>
    inParallel(wanted, { jobs: DOWNLOADS_AT_ONCE, ...cancel }, ([each, path], signal) =>
      fetchOne(urlsOf(each), each, path, { signal, onProgress: (bytes) => progress.have(each, bytes) }),
    );
  const missing = await fetchFromMirrors(absent, options, fetchAll);
  if (missing.length === 0) return paths;
  if (options.offline === true)
    throw missingOffline(
      missing.map(([each]) => each),
      options,
    );
  const apt = await openApt({ folder: join(options.workFolder, 'cache/apt'), suite: lock.suite, ...cancel });
  const failures = await fetchAll(missing, (each) => ({ urls: apt.poolUrls(each.file) }));
  const why = failures.filter((failure) => failure !== undefined);
  if (why.length > 0) throw unavailable(why, options);
  return paths;
}

type Wanted = readonly (readonly [LockedPackage, string])[];
type UrlsOf = (each: LockedPackage) => Addresses;

interface Addresses {
  readonly urls: readonly string[];
  readonly attempts?: number;
  /** Told of an address that gave something else, or could not be reached. */
  readonly onFailure?: (url: string, reason: string, isReached: boolean) => void;
}

/** Asks one mirror after another for all that is still missing, and returns what none of them has. */
async function fetchFromMirrors(
  absent: Wanted,
  { mirrors = [], offline = false, onWarning }: PackagesOptions,
  fetchAll: (wanted: Wanted, urlsOf: UrlsOf) => Promise<readonly (string | undefined)[]>,
): Promise<Wanted> {
  let missing = absent;
  for (const mirror of mirrors.filter((each) => !offline || isLocalUrl(each))) {
    let isUsable = true;
    const failures = await fetchAll(missing, ({ sha256 }) => ({
      urls: isUsable ? [mirrorAddress(mirror, `sha256/${sha256}`)] : [],
      attempts: MIRROR_ATTEMPTS,
      onFailure: (url, reason, isReached) => {
        isUsable = isReached;
        onWarning?.(`mirror ${redactUrls(url)}: ${reason}.`);
      },
    }));
    missing = missing.filter((_, index) => failures[index] !== undefined);
  }
  return missing;
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

/** Tries one address after another; returns why none served the file, or undefined. */
async function fetchOne(
  { urls, attempts, onFailure }: Addresses,
  wanted: LockedPackage,
  path: string,
  options: Fetching,
): Promise<string | undefined> {
  const failures: string[] = [];
  for (const url of urls) {
    const partial = temporaryBeside(path);
    try {
      const { sha256 } = await download(url, partial, { ...options, ...(attempts === undefined ? {} : { attempts }) });
      if (sha256 === wanted.sha256) {
        await renameDurably(partial, path);
        return undefined;
      }
      failures.push(`${redactUrls(url)} has sha256 ${sha256}, not ${wanted.sha256}`);
      onFailure?.(url, `a file with another hash came (${sha256})`, true);
    } catch (error) {
      if (!(error instanceof DownloadError)) throw error;
      failures.push(`${redactUrls(url)}: ${error.message}`);
      if (!error.isAbsent) onFailure?.(url, error.message, false);
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

function missingOffline(packages: readonly LockedPackage[], { purpose = 'builder' }: PackagesOptions): UserError {
  const names = packages.map(({ name, version }) => `${name} ${version}`).join(', ');
  const command = purpose === 'builder' ? 'dcos-build builder build' : 'dcos-build image bake';
  return new UserError('SOURCE_MISSING', `The ${purpose} needs packages that are not here: ${names}.`, {
    hint: `Run "${command}" once without --offline, or name a mirror folder that has them.`,
  });
}

function unavailable(why: readonly string[], { purpose = 'builder' }: PackagesOptions): UserError {
  return new UserError('SOURCE_UNAVAILABLE', `Packages of the ${purpose} cannot be fetched: ${why.join(', ')}.`, {
    hint: `Check the network; a version that left the archive is replaced by "dcos-build ${purpose} lock".`,
  });
}
