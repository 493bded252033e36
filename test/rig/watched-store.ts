/** A store that asks before each operation whether, and when, it may happen; and tells after it. */
import type {
  ArtifactStore,
  Condition,
  PutOptions,
  ReadableStore,
  TransferOptions,
  WriteOptions,
} from '../../src/store/artifact-store.ts';

export interface Operation {
  readonly kind: 'has' | 'read' | 'get' | 'write' | 'put' | 'list' | 'touch' | 'remove' | 'copy';
  readonly name: string;
}

export interface Watch {
  /** The operation happens when the promise resolves; never, if that never does. */
  before?(operation: Operation): Promise<void>;
  /** What it answered. */
  after?(operation: Operation, answer: unknown): Promise<void>;
}

export class WatchedStore implements ArtifactStore {
  readonly location: string;
  readonly #store: ArtifactStore;
  readonly #watch: Watch;

  constructor(store: ArtifactStore, watch: Watch) {
    this.location = store.location;
    this.#store = store;
    this.#watch = watch;
  }

  has(name: string, options?: TransferOptions) {
    return this.#do({ kind: 'has', name }, () => this.#store.has(name, options));
  }

  readText(name: string, options?: TransferOptions) {
    return this.#do({ kind: 'read', name }, () => this.#store.readText(name, options));
  }

  readVersion(name: string, options?: TransferOptions) {
    return this.#do({ kind: 'read', name }, () => this.#store.readVersion(name, options));
  }

  get(name: string, path: string, options?: TransferOptions) {
    return this.#do({ kind: 'get', name }, () => this.#store.get(name, path, options));
  }

  writeText(name: string, text: string, options?: WriteOptions) {
    return this.#do({ kind: 'write', name }, () => this.#store.writeText(name, text, options));
  }

  put(name: string, path: string, options?: PutOptions) {
    return this.#do({ kind: 'put', name }, () => this.#store.put(name, path, options));
  }

  list(prefix: string, options?: TransferOptions) {
    return this.#do({ kind: 'list', name: prefix }, () => this.#store.list(prefix, options));
  }

  touch(name: string, options?: TransferOptions) {
    return this.#do({ kind: 'touch', name }, () => this.#store.touch(name, options));
  }

  remove(name: string, options?: TransferOptions & { readonly condition?: Condition }) {
    return this.#do({ kind: 'remove', name }, () => this.#store.remove(name, options));
  }

  copyFrom(from: ReadableStore, name: string, to: string, options?: PutOptions) {
    return this.#do({ kind: 'copy', name: to }, () => this.#store.copyFrom(from, name, to, options));
  }

  async #do<Answer>(operation: Operation, act: () => Promise<Answer>): Promise<Answer> {
    await this.#watch.before?.(operation);
    const answer = await act();
    await this.#watch.after?.(operation, answer);
    return answer;
  }
}
