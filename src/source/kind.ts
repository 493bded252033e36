/** What each kind of source can do. A kind is one file beside this one and one line in `index.ts`. */
import type { LimitFunction } from 'p-limit';
import type { Apt } from '../host/apt.ts';

export interface SourceKind<Kind> {
  /** What the cache lacks, as it is to be named to a person; looks at the cache only, never at the network. */
  readonly missing: (source: Kind, context: SourceContext) => Promise<readonly string[]>;
  /** Brings everything into the cache, verified. */
  readonly fetch: (source: Kind, context: SourceContext) => Promise<void>;
  /** Makes the folder `destination` out of the cache; its parent is there, itself it is not. */
  readonly checkout: (source: Kind, destination: string, context: SourceContext) => Promise<void>;
}

/** What the kinds share: where things are kept, and what happens on the way. */
export interface SourceContext {
  /** `<component>: <source name>`, for messages. */
  readonly label: string;
  /** Absolute path of the cache folder. */
  readonly cache: string;
  /** Base URLs (a query, such as a SAS, goes with each request) that are asked by hash before upstream is, in this order. */
  readonly mirrors: readonly string[];
  /** Those of them that this process could not reach. */
  readonly unreached: Set<string>;
  /** Nothing but what lies on this machine may be asked. */
  readonly offline: boolean;
  /** Bounds the downloads of all components together. */
  readonly limit: LimitFunction;
  /** Debian's archive; opened by the first source that needs it. */
  readonly apt: () => Promise<Apt>;
  /** Files of the cache whose hash was looked at by this process. */
  readonly verified: Set<string>;
  /** First wait before another try, in milliseconds. */
  readonly retryBaseMs: number;
  readonly onWarning: (message: string) => void;
  readonly onProgress: (item: string, bytes: number, totalBytes: number | undefined) => void;
  /** Time that checked-out files get, or beyond which their own is cut, in seconds since the epoch. */
  readonly epoch: number | undefined;
  readonly signal: AbortSignal | undefined;
}
