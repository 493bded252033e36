/** What is found when upstream is asked for something that is pinned, and what is needed to ask. */
import type { LimitFunction } from 'p-limit';
import type { Apt } from '../host/apt.ts';

/** How it is known that a pin still holds. */
export type Proof =
  /** All of its bytes came from upstream, and have the hash. */
  | 'fetched'
  /** The server says that it is the version whose bytes had the hash when they came. */
  | 'unchanged'
  /** The signed index of Debian's archive lists the hash, and the archive has a file of its size there. */
  | 'listed'
  /** The server gives the commit away; its files, which its id covers, are in the cache. */
  | 'given'
  /** It lies on this machine. */
  | 'local';

interface Checked {
  /** A file name, or the address of a repository. */
  readonly item: string;
  /** Its name in a mirror, such as `sha256/<hex>`. */
  readonly name: string;
  /** Bytes of files that came for it. */
  readonly bytes: number;
}

export type PinCheck = Checked &
  (
    | { readonly state: 'same'; readonly proof: Proof; readonly note?: string }
    /** Upstream gives something else under its address. Hashes have their algorithm in front. */
    | { readonly state: 'changed'; readonly expected: string; readonly actual: string; readonly reason: string }
    /** No server has it, by the recipe: only mirrors do. */
    | { readonly state: 'private' }
    /** It answered that it has no such thing, or could not be asked. */
    | { readonly state: 'gone' | 'unreached'; readonly reason: string }
  );

export interface CheckContext {
  /** `<component>: <source>`, for messages. */
  readonly label: string;
  /** Absolute path of the cache folder. */
  readonly cache: string;
  /** A folder for temporary files. */
  readonly scratch: string;
  /** Bounds what is asked at once, of all sources together. */
  readonly limit: LimitFunction;
  readonly apt: () => Promise<Apt>;
  /** Answers on files of Debian's archive by their name in a mirror: builders have many in common. */
  readonly answers: Map<string, Promise<PinCheck>>;
  /** First wait before another try, in milliseconds. */
  readonly retryBaseMs: number;
  readonly signal: AbortSignal;
  readonly onWarning: (message: string) => void;
}
