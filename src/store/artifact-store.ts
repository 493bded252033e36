/** Artifacts by name, whatever holds them: a directory, a Blob container, a read-only HTTP(S) base. */
import type { HashedBytes } from '../host/hash-file.ts';
import type { Sha256 } from '../model/digest.ts';
import { UserError, type UserErrorOptions } from '../model/errors.ts';

export interface TransferOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (bytes: number, totalBytes: number | undefined) => void;
}

/** A text with the version of it that was read. */
export interface VersionedText {
  readonly text: string;
  /** Opaque: an ETag, or what stands for one. Differs whenever the artifact was written or touched in between. */
  readonly version: string;
}

/** What is known of an artifact without its bytes. */
export interface Listed {
  readonly bytes: number;
  /** Of its content, as whoever wrote it said; undefined: the store keeps no such note. */
  readonly sha256: Sha256 | undefined;
  readonly version: string;
  /** When it was last written or touched, by the clock of the store, in milliseconds since the epoch. */
  readonly modifiedMs: number;
}

/** What has to hold for a write or removal to happen: nothing of that name, or exactly that version of it. */
export type Condition = { readonly kind: 'absent' } | { readonly kind: 'version'; readonly version: string };

/** How an artifact is to be served. Stores that serve nothing themselves pass over it. */
export interface Attributes {
  /** A media type; default: by the ending of the name. */
  readonly contentType?: string;
  /** `immutable`: named by its content, good for ever; `no-cache`: to be asked for anew each time. Default: immutable. */
  readonly cache?: 'immutable' | 'no-cache';
  /** Notes for people who look at the store with other tools, such as the release that brought it. Keys of `[a-z_]`, values ASCII. */
  readonly notes?: Readonly<Record<string, string>>;
}

export interface WriteOptions extends TransferOptions, Attributes {
  /** Default: whatever is there is replaced. */
  readonly condition?: Condition;
}

export interface PutOptions extends WriteOptions {
  /** The local file stays where it is. */
  readonly keep?: boolean;
  /** Of the file, if the caller knows it; it is kept with the artifact where the store can. */
  readonly sha256?: Sha256;
}

/** What is there is not what whoever wrote it said, also when it is fetched again: STORE_CORRUPT. */
export class DamagedArtifact extends UserError {
  /** A hash with its algorithm, such as `sha256 <hex>`. */
  readonly expected: string;
  readonly actual: string;

  constructor(message: string, options: UserErrorOptions & { readonly expected: string; readonly actual: string }) {
    super('STORE_CORRUPT', message, options);
    this.expected = options.expected;
    this.actual = options.actual;
  }
}

/** Names are relative paths with `/`, as in pkgpanda's repository layout (facts: pkgpanda 15). */
export interface ReadableStore {
  /** For messages: a path or URL, never with a credential in it. */
  readonly location: string;
  /** Whether there is an artifact of that name. @throws UserError REPOSITORY_UNAVAILABLE, STORE_FORBIDDEN */
  has(name: string, options?: TransferOptions): Promise<boolean>;
  /**
   * The text of a small artifact, or undefined if there is none of that name.
   *
   * @throws UserError REPOSITORY_UNAVAILABLE, STORE_FORBIDDEN: a store that does not answer is no store without artifacts;
   *   DamagedArtifact by a store that knows the hash
   */
  readText(name: string, options?: TransferOptions): Promise<string | undefined>;
  /**
   * Copies an artifact to a local file, which it creates or truncates, and tells what was received, for the caller to
   * verify before it gives the file its name; undefined if there is none of that name.
   *
   * @throws UserError REPOSITORY_UNAVAILABLE, STORE_FORBIDDEN, DISK_FULL; DamagedArtifact as above
   */
  get(name: string, path: string, options?: TransferOptions): Promise<HashedBytes | undefined>;
}

/** What a location opens for reading: what a web server shows cannot be listed. */
export type Repository = ReadableStore & Partial<Pick<ArtifactStore, 'list'>>;

/** A name appears only when its content is whole. Everything throws as {@link ReadableStore} does. */
export interface ArtifactStore extends ReadableStore {
  /** The text of a small artifact with its version, by which it can be replaced only if nobody else did. */
  readVersion(name: string, options?: TransferOptions): Promise<VersionedText | undefined>;
  /** Writes a small artifact. @returns whether it was written; false: the condition did not hold */
  writeText(name: string, text: string, options?: WriteOptions): Promise<boolean>;
  /**
   * Takes a local file in under a name: by rename where it can, so the file at `path` is gone, unless it is to be kept.
   *
   * @returns whether it was written; false: the condition did not hold, and the file is still at `path`
   */
  put(name: string, path: string, options?: PutOptions): Promise<boolean>;
  /** Names with that prefix, sorted, and what is known of them. */
  list(prefix: string, options?: TransferOptions): Promise<ReadonlyMap<string, Listed>>;
  /** Gives an artifact a new version, so that whoever saw the old one cannot remove it. @returns false: there is none */
  touch(name: string, options?: TransferOptions): Promise<boolean>;
  /** @returns whether it was removed; false: there is none, or not that version of it */
  remove(name: string, options?: TransferOptions & { readonly condition?: Condition }): Promise<boolean>;
  /**
   * Copies an artifact of another store here, beside the bytes of this machine where the two stores can do that.
   *
   * @returns whether it was copied; false: the condition did not hold; undefined: these two stores cannot, so that the
   *   caller has to fetch it and put it
   */
  copyFrom(from: ReadableStore, name: string, to: string, options?: PutOptions): Promise<boolean | undefined>;
  /** Makes a link by which others can read the store for a while; undefined: it can only be read by who may anyway. */
  share?(options: ShareOptions): Promise<SharedStore>;
}

export interface ShareOptions {
  /** How long the link is to be good, in milliseconds. */
  readonly forMs: number;
  /** Now, in milliseconds since the epoch. */
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

export interface SharedStore {
  /** A secret: whoever has it can read. */
  readonly url: string;
  /** In milliseconds since the epoch. */
  readonly expiresMs: number;
}
