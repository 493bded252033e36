/** What asks one kind of place for the versions that there are. A driver is one file and one line in drivers/index.ts. */
import type { GitRefs } from '../host/git-refs.ts';
import type { ListedDeb, ListedSource } from '../host/apt-lookup.ts';
import type { Checksum } from '../model/source.ts';
import type { Version } from '../model/version-scheme.ts';
import type { PinnedItem } from './pinned-item.ts';

/** @throws UserError; DownloadError, GitFetchError from below */
export type Driver<Rule> = (item: PinnedItem, rule: Rule, context: LookContext) => Promise<Found>;

export interface Found {
  /** Where it was looked, as the end of a sentence: `git tags of https://…`. Without secrets. */
  readonly how: string;
  /** In no particular order. */
  readonly candidates: readonly Candidate[];
  /** The tip of the branch that is followed, in place of versions. */
  readonly tip?: { readonly branch: string; readonly commit: string };
  readonly refs?: GitRefs;
}

/** One version upstream, with what there is of it. */
export interface Candidate {
  readonly version: Version;
  /** Whether upstream itself calls it an early version. */
  readonly isPrerelease: boolean;
  readonly offer:
    | { readonly kind: 'deb'; readonly deb: ListedDeb }
    | { readonly kind: 'deb_source'; readonly listed: ListedSource }
    | { readonly kind: 'tag'; readonly tag: string; readonly commit: string }
    | { readonly kind: 'files'; readonly files: readonly OfferedFile[] };
}

export interface OfferedFile {
  readonly name: string;
  readonly url: string;
  /** The hash that upstream announces. */
  readonly checksum?: Checksum;
}

export interface LookContext {
  /** Debian's archive, asked for all packages of the run in one pass. */
  readonly archive: {
    readonly sources: (name: string) => Promise<readonly ListedSource[]>;
    readonly debs: (name: string) => Promise<readonly ListedDeb[]>;
  };
  /** Each address is asked once. */
  readonly refs: (url: string) => Promise<GitRefs>;
  /** The JSON at a URL; undefined: the server has nothing there. */
  readonly json: (url: URL) => Promise<unknown>;
  readonly bases: Bases;
  /** The base URL that npm is configured with on this machine. */
  readonly npmRegistry: () => Promise<string>;
}

/** Where the web drivers ask, when component.json names no base of its own. */
export interface Bases {
  readonly pypi: string;
  /** undefined: the registry that npm is configured with. */
  readonly npm?: string;
  readonly github: string;
}
