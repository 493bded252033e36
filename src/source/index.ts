/** Sources: fetched into a cache, verified, and laid out for a build. The table of kinds is here. */
import { join } from 'node:path';
import pLimit from 'p-limit';
import { type Apt, openApt } from '../host/apt.ts';
import { remove } from '../host/files.ts';
import { throwCollected, UserError } from '../model/errors.ts';
import { mirrorUrl } from '../model/mirror.ts';
import type { Source } from '../model/source.ts';
import { unreachable } from '../model/unreachable.ts';
import { deb } from './deb.ts';
import { debSource } from './deb-source.ts';
import { git } from './git.ts';
import { gitLocal } from './git-local.ts';
import type { SourceContext, SourceKind } from './kind.ts';
import { url, urlExtract } from './url.ts';

export interface SourcesOptions {
  /** Absolute path of the cache folder. Used below it: `sources/`, `git/`, `apt/`, `locks/`. */
  readonly cache: string;
  /** Folders and http(s) URLs that hold files as `sha256/<hex>`; asked in this order, and before upstream. */
  readonly mirrors?: readonly string[];
  /** Ask nothing but folders of this machine: what they lack is an error at once. */
  readonly offline?: boolean;
  /** Downloads at once, of all components together. Default: 6. */
  readonly jobs?: number;
  /** Where Debian's archive is looked up: its codename, and other apt sources than the machine's. */
  readonly apt?: { readonly suite?: string; readonly sources?: readonly string[] };
  /** First wait between tries in milliseconds. Default: 500. */
  readonly retryBaseMs?: number;
  readonly onWarning?: (message: string) => void;
}

/** One source of one component. */
export interface SourceRequest {
  /** What a person calls the component. */
  readonly owner: string;
  /** The source's name in the recipe, and of its folder in the build. */
  readonly name: string;
  readonly source: Source;
}

interface MissingSource extends SourceRequest {
  /** Files or commits that the cache lacks. */
  readonly items: readonly string[];
}

interface FetchOptions {
  readonly signal?: AbortSignal;
  /** Bytes of one file so far. */
  readonly onProgress?: (request: SourceRequest, item: string, bytes: number, totalBytes: number | undefined) => void;
}

interface CheckoutOptions {
  readonly signal?: AbortSignal;
  /**
   * SOURCE_DATE_EPOCH in seconds: the time of files out of git, and the latest time of files out of archives. Without
   * it these have the time of the commit, and the archive's own.
   */
  readonly epoch?: number;
}

export interface Sources {
  /** What a fetch would have to get over the network; looks at the cache and at folders only. */
  readonly missing: (requests: readonly SourceRequest[]) => Promise<MissingSource[]>;
  /**
   * Brings everything into the cache, verified. All failures are reported together.
   *
   * @throws UserError SOURCE_MISSING when offline, SOURCE_MISMATCH, SOURCE_UNAVAILABLE, SOURCE_INVALID; or UserErrors
   */
  readonly fetch: (requests: readonly SourceRequest[], options?: FetchOptions) => Promise<void>;
  /**
   * Makes `<folder>/<name>` out of the cache; the folder is there. Equal sources give equal trees: names, bytes, modes
   * and times. Files out of git come without `.git`.
   *
   * @throws UserError ARCHIVE_REFUSED; then there is no `<folder>/<name>`
   */
  readonly checkout: (request: SourceRequest, folder: string, options?: CheckoutOptions) => Promise<void>;
  /** Fetches the tree that upstream.json names and makes `destination` of it, replacing what is there. */
  readonly checkoutUpstream: (source: Source, destination: string, options?: FetchOptions) => Promise<void>;
}

/** Sources of one run: downloads share a bound, apt is opened once, each cached file is verified once. */
export function openSources(options: SourcesOptions): Sources {
  const contextOf = contexts(options);
  const sources: Sources = {
    missing: async (requests) => {
      const all = await Promise.all(
        requests.map(async (request) => ({ ...request, items: await actionsOf(request).missing(contextOf(request)) })),
      );
      return all.filter(({ items }) => items.length > 0);
    },
    fetch: async (requests, { signal, onProgress } = {}) => {
      if (options.offline === true) refuseMissing(await sources.missing(requests));
      const ends = await Promise.allSettled(
        requests.map((request) => {
          const progress: SourceContext['onProgress'] = (...args) => onProgress?.(request, ...args);
          return actionsOf(request).fetch({ ...contextOf(request), signal, onProgress: progress });
        }),
      );
      signal?.throwIfAborted();
      const failed = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
      const bug = failed.find((error) => !(error instanceof UserError));
      if (bug !== undefined) throw bug;
      throwCollected(failed.filter((error) => error instanceof UserError));
    },
    checkout: async (request, folder, { signal, epoch } = {}) => {
      await actionsOf(request).checkout(join(folder, checkName(request)), { ...contextOf(request), signal, epoch });
    },
    checkoutUpstream: async (source, destination, { signal, ...rest } = {}) => {
      const request = { owner: 'upstream.json', name: 'checkout', source };
      if (source.kind !== 'git' && source.kind !== 'git_local') throw noUpstream(source);
      await sources.fetch([request], { ...rest, ...(signal === undefined ? {} : { signal }) });
      await remove(destination);
      await actionsOf(request).checkout(destination, { ...contextOf(request), signal });
    },
  };
  return sources;
}

interface Actions {
  readonly missing: (context: SourceContext) => Promise<readonly string[]>;
  readonly fetch: (context: SourceContext) => Promise<void>;
  readonly checkout: (destination: string, context: SourceContext) => Promise<void>;
}

/** The table of kinds: to add one, write its file and its line. */
function actionsOf({ source }: SourceRequest): Actions {
  switch (source.kind) {
    case 'git':
      return actions(git, source);
    case 'git_local':
      return actions(gitLocal, source);
    case 'url':
      return actions(url, source);
    case 'url_extract':
      return actions(urlExtract, source);
    case 'deb_source':
      return actions(debSource, source);
    case 'deb':
      return actions(deb, source);
    default:
      return unreachable(source);
  }
}

function actions<Kind>(kind: SourceKind<Kind>, source: Kind): Actions {
  return {
    missing: (context) => kind.missing(source, context),
    fetch: (context) => kind.fetch(source, context),
    checkout: (destination, context) => kind.checkout(source, destination, context),
  };
}

function contexts({
  cache,
  mirrors = [],
  jobs = 6,
  ...options
}: SourcesOptions): (request: SourceRequest) => SourceContext {
  const onWarning = options.onWarning ?? (() => undefined);
  const retry = options.retryBaseMs === undefined ? {} : { retryBaseMs: options.retryBaseMs };
  let apt: Promise<Apt> | undefined;
  const shared = {
    cache,
    mirrors: mirrors.map(mirrorUrl),
    unreached: new Set<string>(),
    offline: options.offline === true,
    limit: pLimit(jobs),
    apt: () => (apt ??= openApt({ folder: join(cache, 'apt'), onWarning, ...retry, ...options.apt })),
    verified: new Set<string>(),
    retryBaseMs: options.retryBaseMs ?? 500,
    onWarning,
    onProgress: () => undefined,
    epoch: undefined,
    signal: undefined,
  };
  return ({ owner, name }) => ({ ...shared, label: `${owner}: ${name}` });
}

function refuseMissing(missing: readonly MissingSource[]): void {
  if (missing.length === 0) return;
  const lines = missing.flatMap(({ owner, name, items }) => items.map((item) => `\n  ${owner}: ${name}: ${item}`));
  throw new UserError(
    'SOURCE_MISSING',
    `Offline, and the cache lacks ${lines.length === 1 ? '1 file' : `${lines.length} files`}:${lines.join('')}`,
    {
      hint: 'Run the same command once without --offline, or name a mirror folder that has them.',
    },
  );
}

/** The name becomes a folder, and recipes come from others. */
function checkName({ owner, name }: SourceRequest): string {
  if (name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name)) return name;
  throw new UserError('SOURCE_INVALID', `${owner}: "${name}" cannot be the name of a source.`, {
    hint: 'The name becomes a folder below /pkg/src: use letters, digits, "-", "_" and ".".',
  });
}

function noUpstream({ kind }: Source): UserError {
  return new UserError('SOURCE_INVALID', `upstream.json names a source of kind "${kind}".`, {
    hint: 'An upstream is a tree in a repository: use kind "git" or "git_local".',
  });
}
