/**
 * Debian's archive as this machine's apt knows it. The machine's own lists, caches and status are never touched: apt
 * runs on a folder of ours that names only Debian's stanzas of /etc/apt, with their sources added.
 *
 *     const apt = await openApt({ folder: '<cache>/apt', suite: 'bookworm' });
 *     await apt.findDeb({ package: 'curl', version: '7.88.1-10', architecture: 'amd64', sha256 }); // where it may be had
 *     await apt.findSource({ package: 'curl', version: '7.88.1-10', file: 'curl_7.88.1.orig.tar.gz', sha256 });
 *     await apt.resolve(['build-essential', 'bison']); // every .deb of a fresh root, exact
 *     apt.poolUrls('pool/main/c/curl/curl_7.88.1-10_amd64.deb'); // where a locked path may still be
 */
import { join } from 'node:path';
import { sha256 } from '../model/digest.ts';
import { UserError } from '../model/errors.ts';
import { byCodePoint } from '../model/order.ts';
import { redactUrls } from '../model/url.ts';
import { findEntries, type IndexEntry, type IndexKind } from './apt-index.ts';
import * as lookup from './apt-lookup.ts';
import type { AptCandidates, AptPackage, DebQuery, SourceQuery } from './apt-lookup.ts';
import { aptErrors, type AptScratch, openScratch } from './apt-scratch.ts';
import { MACHINE_SOURCES, readDebianStanzas, renderStanzas, rootsOf } from './apt-sources.ts';

export interface AptOptions {
  /** Absolute path below which each set of stanzas gets its scratch folder, such as `<cache>/apt`; processes share it. */
  readonly folder: string;
  /** Debian codename; default: whatever the machine's stanzas name. */
  readonly suite?: string;
  /** Debian's name of the architecture; default: this machine's. */
  readonly architecture?: string;
  /** Files and folders to read stanzas from; default: the machine's. */
  readonly sources?: readonly string[];
  /** Age in milliseconds at which lookups fetch the indexes again; default: 12 hours. */
  readonly maxAgeMs?: number;
  /** First wait before the indexes are fetched again after a failure, in milliseconds. Default: 1000. */
  readonly retryBaseMs?: number;
  readonly signal?: AbortSignal;
  readonly onWarning?: (message: string) => void;
}

interface ResolveOptions {
  /** What every root has; default: all packages that are Essential or of priority required. */
  readonly base?: readonly string[];
}

export interface Apt {
  /** Debian's name of the architecture that packages are resolved for. */
  readonly architecture: string;
  /** Where one file of a Debian source package may be had. A miss refreshes the indexes once per process. */
  readonly findSource: (query: SourceQuery) => Promise<AptCandidates>;
  /** Where one binary package may be had. A miss refreshes the indexes once per process. */
  readonly findDeb: (query: DebQuery) => Promise<AptCandidates>;
  /** What the archive lists of these packages, by name, on indexes that are no older than `maxAgeMs`. */
  readonly list: (kind: IndexKind, names: ReadonlySet<string>) => Promise<ReadonlyMap<string, readonly IndexEntry[]>>;
  /** The same of many, in the order given, by one look at the indexes. */
  readonly findDebs: (queries: readonly DebQuery[]) => Promise<AptCandidates[]>;
  /**
   * The exact packages of a fresh root that holds these: apt's own resolution on an empty status, without recommended
   * packages, on indexes fetched by this process. Sorted by name.
   *
   * @throws UserError APT_UNRESOLVED with apt's words
   */
  readonly resolve: (packages: readonly string[], options?: ResolveOptions) => Promise<AptPackage[]>;
  /** URLs of a pool path on every archive root. */
  readonly poolUrls: (path: string) => string[];
  /**
   * Has apt fetch a file, for what only apt's own configuration can reach: its proxies, credentials and methods.
   *
   * @throws UserError SOURCE_UNAVAILABLE with apt's words, those on a wrong hash included
   */
  readonly download: (url: string, path: string, sha256Hex: string) => Promise<void>;
}

const MAX_AGE_MS = 12 * 3_600_000;
const BASE = ['?essential', '?priority(required)'];
/** Node's name of an architecture to Debian's, where they differ. */
const DEBIAN_NAMES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: 'i386', ppc64: 'ppc64el' };

/** @throws UserError HOST_INCOMPLETE if the machine's apt names no Debian archive */
export async function openApt(options: AptOptions): Promise<Apt> {
  const stanzas = await readDebianStanzas(options.sources ?? MACHINE_SOURCES, options.suite);
  if (stanzas.length === 0) throw noArchive();
  const roots = [...new Set((await Promise.all(stanzas.map(({ uri }) => rootsOf(uri)))).flat())];
  const architecture = options.architecture ?? DEBIAN_NAMES[process.arch] ?? process.arch;
  const text = renderStanzas(stanzas);
  const folder = join(options.folder, sha256(`${architecture}\n${text}`).slice(0, 16));
  const scratch = await openScratch(folder, text, { ...options, architecture });
  const maxAgeMs = options.maxAgeMs ?? MAX_AGE_MS;
  const find = finder(scratch, maxAgeMs);
  return {
    architecture,
    list: async (kind, names) => {
      if ((await scratch.age()) > maxAgeMs) await scratch.refresh();
      return await findEntries(await scratch.indexes(kind), names);
    },
    findSource: async (query) => (await find('Sources', [query], lookup.sourceCandidates))[0] ?? NOWHERE,
    findDeb: async (query) => (await find('Packages', [query], lookup.debCandidates))[0] ?? NOWHERE,
    findDebs: (queries) => find('Packages', queries, lookup.debCandidates),
    resolve: (packages, { base = BASE } = {}) => resolve(scratch, base, packages),
    poolUrls: (path) => roots.map((root) => lookup.poolUrl(root, path)),
    download: (url, path, sha256Hex) => download(scratch, url, [path, `SHA256:${sha256Hex}`]),
  };
}

const NOWHERE: AptCandidates = { urls: [], path: undefined, bytes: undefined, listed: false, versions: [] };

type Find = <Query extends { readonly package: string }>(
  kind: IndexKind,
  queries: readonly Query[],
  look: (entries: readonly IndexEntry[], query: Query) => AptCandidates,
) => Promise<AptCandidates[]>;

/** Lookups of one process: the age is looked at once, and one scan runs at a time, since each holds 50 MB. */
function finder(scratch: AptScratch, maxAgeMs: number): Find {
  let opened: Promise<void> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const open = async (): Promise<void> => {
    if ((await scratch.age()) > maxAgeMs) await scratch.refresh();
  };
  const scan = async (kind: IndexKind, names: ReadonlySet<string>): Promise<Map<string, IndexEntry[]>> => {
    const next = last.then(async () => await findEntries(await scratch.indexes(kind), names));
    last = next.catch(() => undefined);
    return await next;
  };
  return async (kind, queries, look) => {
    await (opened ??= open());
    const names = new Set(queries.map((query) => query.package));
    const lookAll = async (): Promise<AptCandidates[]> => {
      const entries = await scan(kind, names);
      return queries.map((query) => look(entries.get(query.package) ?? [], query));
    };
    const found = await lookAll();
    if (found.every(({ listed }) => listed) || scratch.isFresh()) return found;
    await scratch.refresh();
    return await lookAll();
  };
}

async function resolve(
  scratch: AptScratch,
  base: readonly string[],
  packages: readonly string[],
): Promise<AptPackage[]> {
  await scratch.refresh();
  const options = ['-qq', '-y', '--print-uris', '--no-install-recommends'];
  const { status, stdout, stderr } = await scratch.apt(['install', ...options, ...base, ...packages]);
  if (status !== 0) {
    throw new UserError('APT_UNRESOLVED', `apt cannot install ${packages.join(', ')}: ${aptErrors(stderr)}`, {
      hint: 'Check the names of the packages and the suite.',
    });
  }
  const chosen = [...stdout.matchAll(/^'[^']*' ([^\s_]+)_([^\s_]+)_([^\s_]+)\.deb /gm)].map(
    ([, name = '', version = '', architecture = '']) => ({ name, version: decodeURIComponent(version), architecture }),
  );
  const names = new Set(chosen.map(({ name }) => name));
  const entries = await findEntries(await scratch.indexes('Packages'), names);
  return chosen
    .map((one) => lookup.packageOf(entries.get(one.name) ?? [], one))
    .toSorted((a, b) => byCodePoint(a.package, b.package));
}

async function download(scratch: AptScratch, url: string, target: readonly string[]): Promise<void> {
  const { status, stdout, stderr } = await scratch.helper(['download-file', url, ...target]);
  if (status === 0) return;
  throw new UserError('SOURCE_UNAVAILABLE', `apt cannot fetch ${redactUrls(url)}: ${aptErrors(stderr + stdout)}`, {
    hint: "Check the network and apt's own settings in /etc/apt.",
  });
}

function noArchive(): UserError {
  return new UserError('HOST_INCOMPLETE', "This machine's apt names no archive of Debian.", {
    hint: 'Add a stanza with "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg" to /etc/apt/sources.list.d.',
  });
}
