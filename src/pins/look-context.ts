/** What the drivers look with: apt, git and HTTP, each place asked once in a run. */
import { join } from 'node:path';
import { listedDebs, type ListedDeb, listedSources, type ListedSource } from '../host/apt-lookup.ts';
import { openApt } from '../host/apt.ts';
import { gitRefs } from '../host/git-refs.ts';
import { fetchText } from '../host/http-text.ts';
import { npmRegistry } from '../host/npm-registry.ts';
import { UserError } from '../model/errors.ts';
import { redactUrls } from '../model/url.ts';
import type { Bases, LookContext } from './driver.ts';
import type { PinnedItem } from './pinned-item.ts';

export interface LookOptions {
  /** Absolute path of the cache folder: `apt/` and `git/` in it are used. */
  readonly cache: string;
  readonly bases: Bases;
  /** What will be looked for: the indexes of the archive are read once for all of it. */
  readonly items: readonly PinnedItem[];
  readonly onWarning: (message: string) => void;
  readonly signal: AbortSignal;
  /** First wait before another try, in milliseconds. */
  readonly retryBaseMs?: number;
}

export const PUBLIC_BASES: Bases = {
  pypi: 'https://pypi.org/',
  github: 'https://api.github.com/',
};

/** Age in milliseconds from which on the indexes of the archive are fetched anew: what is out of date is asked now. */
const MAX_INDEX_AGE_MS = 10 * 60_000;
const STALL_MS = 30_000;

export function openLookContext({
  cache,
  bases,
  items,
  onWarning,
  signal,
  retryBaseMs = 500,
}: LookOptions): LookContext {
  const apt = once(() =>
    openApt({ folder: join(cache, 'apt'), maxAgeMs: MAX_INDEX_AGE_MS, retryBaseMs, signal, onWarning }),
  );
  const names = archiveNames(items);
  const sources = once(async () => await (await apt()).list('Sources', names.sources));
  const debs = once(async () => await (await apt()).list('Packages', names.debs));
  const refs = new Map<string, ReturnType<typeof gitRefs>>();
  return {
    archive: {
      sources: async (name): Promise<ListedSource[]> => listedSources((await sources()).get(name) ?? []),
      debs: async (name): Promise<ListedDeb[]> => listedDebs((await debs()).get(name) ?? []),
    },
    refs: async (url) => {
      const asked = refs.get(url) ?? gitRefs(join(cache, 'git'), url, { signal, retryBaseMs });
      refs.set(url, asked);
      return await asked;
    },
    json: async (url) => {
      const text = await fetchText(url, { signal, attempts: 3, retryBaseMs, stallMs: STALL_MS });
      return text === undefined ? undefined : parseJson(text, url);
    },
    bases,
    npmRegistry: once(() => npmRegistry(signal)),
  };
}

/** Names of the packages that will be asked for, in each kind of index. */
function archiveNames(items: readonly PinnedItem[]): { readonly sources: Set<string>; readonly debs: Set<string> } {
  const sources = new Set<string>();
  const debs = new Set<string>();
  for (const { pin, rule } of items) {
    if (pin.kind === 'deb') debs.add(pin.package);
    else if (pin.kind === 'deb_source') sources.add(pin.package);
    else if (rule?.kind === 'debian') sources.add(rule.source);
  }
  return { sources, debs };
}

/** @returns the same promise each time, and does the work at the first */
function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let begun: Promise<Result> | undefined;
  return () => (begun ??= work());
}

function parseJson(text: string, url: URL): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError('SOURCE_UNAVAILABLE', `${redactUrls(url.href)} answers no JSON.`, {
      hint: 'Check that the base URL is that of such a server, and no page of a proxy.',
      cause: error,
    });
  }
}
