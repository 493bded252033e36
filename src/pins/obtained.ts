/** What was got for a pin, and who gets it. */
import type { Downloaded } from '../host/network.ts';
import type { Source } from '../model/source.ts';
import type { PinnedItem } from './pinned-item.ts';
import type { Spellings } from './spelled.ts';

/** What the cache can get. */
export interface Fetcher {
  /** Fetches and verifies a source whose hash is known. */
  readonly fetch: (item: PinnedItem, source: Source) => Promise<void>;
  /** Downloads what a URL holds. */
  readonly takeIn: (item: PinnedItem, url: string) => Promise<Downloaded>;
}

/** What a pin says after it was moved. */
export interface Obtained {
  /** Texts by the keys of the item's object. */
  readonly values: Readonly<Record<string, string>>;
  readonly spellings: Spellings;
  readonly from: string;
  readonly to: string;
  /** Whether it is the very version that was pinned; then its hash must be what it was. */
  readonly isSame: boolean;
  /** What the bytes were known by, and are: a sha256, a sha1 or a commit. */
  readonly hash: { readonly name: string; readonly was: string; readonly is: string };
}
