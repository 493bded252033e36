/** Artifacts by name, whatever holds them: a directory, a read-only HTTP(S) base, later a Blob container. */

/** `mode` immutable: the name holds the content's id, and a blob that is there already is left alone. */
export interface PutOptions {
  readonly signal?: AbortSignal;
}

export interface GetOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (bytes: number, totalBytes: number | undefined) => void;
}

/**
 * Names are relative paths with `/`, as in pkgpanda's repository layout (facts: pkgpanda 15). A name appears only when
 * its content is whole.
 */
export interface ArtifactStore {
  /** For messages: a path or URL, never with a credential in it. */
  readonly location: string;
  /** The text of a small artifact, or undefined if there is none of that name. */
  readText(name: string): Promise<string | undefined>;
  /** Writes a small artifact, replacing one that is there. */
  writeText(name: string, text: string): Promise<void>;
  /** Copies an artifact to a local file (which it creates or truncates; the caller renames once it is verified). */
  get(name: string, path: string, options?: GetOptions): Promise<void>;
  /** Takes a local file in under a name: by rename where it can, so the file at `path` may be gone afterwards. */
  put(name: string, path: string, options?: PutOptions): Promise<void>;
  /** Names with that prefix and their size in bytes. */
  list(prefix: string): Promise<ReadonlyMap<string, number>>;
}
