/** Artifacts by name, whatever holds them: a directory, a read-only HTTP(S) base, later a Blob container. */
import type { HashedBytes } from '../host/hash-file.ts';

export interface TransferOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (bytes: number, totalBytes: number | undefined) => void;
}

export interface PutOptions extends TransferOptions {
  /** The local file stays where it is. */
  readonly keep?: boolean;
}

/** Names are relative paths with `/`, as in pkgpanda's repository layout (facts: pkgpanda 15). */
export interface ReadableStore {
  /** For messages: a path or URL, never with a credential in it. */
  readonly location: string;
  /** Whether there is an artifact of that name. @throws UserError REPOSITORY_UNAVAILABLE */
  has(name: string, options?: TransferOptions): Promise<boolean>;
  /**
   * The text of a small artifact, or undefined if there is none of that name.
   *
   * @throws UserError REPOSITORY_UNAVAILABLE: a store that does not answer is no store without artifacts
   */
  readText(name: string, options?: TransferOptions): Promise<string | undefined>;
  /**
   * Copies an artifact to a local file, which it creates or truncates, and tells what was received, for the caller to
   * verify before it gives the file its name; undefined if there is none of that name.
   *
   * @throws UserError REPOSITORY_UNAVAILABLE, DISK_FULL
   */
  get(name: string, path: string, options?: TransferOptions): Promise<HashedBytes | undefined>;
}

/** A name appears only when its content is whole. */
export interface ArtifactStore extends ReadableStore {
  /** Writes a small artifact, replacing one that is there. */
  writeText(name: string, text: string): Promise<void>;
  /** Takes a local file in under a name: by rename where it can, so the file at `path` is gone, unless it is to be kept. */
  put(name: string, path: string, options?: PutOptions): Promise<void>;
  /** Names with that prefix and their size in bytes. */
  list(prefix: string): Promise<ReadonlyMap<string, number>>;
}
