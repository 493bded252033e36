/** A store of texts in memory: each operation happens at one moment, so that a test can put the operations of many in any order. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { byCodePoint } from '../../src/model/order.ts';
import { sha256 } from '../../src/model/digest.ts';
import type {
  ArtifactStore,
  Condition,
  Listed,
  PutOptions,
  ReadableStore,
  VersionedText,
  WriteOptions,
} from '../../src/store/artifact-store.ts';
import type { HashedBytes } from '../../src/host/hash-file.ts';

interface Blob {
  readonly text: string;
  readonly listed: Listed;
}

export class MemoryStore implements ArtifactStore {
  readonly location = 'memory';
  /** Everything by name, for a test to look at between two operations. */
  readonly blobs = new Map<string, Blob>();
  /** In milliseconds since the epoch; stands still until a test moves it on. */
  nowMs = 1_000_000_000_000;
  #versions = 0;

  /** One with the same in it, which goes its own way from here on. */
  copy(): MemoryStore {
    const copy = new MemoryStore();
    for (const [name, blob] of this.blobs) copy.blobs.set(name, blob);
    copy.nowMs = this.nowMs;
    copy.#versions = this.#versions;
    return copy;
  }

  async has(name: string): Promise<boolean> {
    return this.blobs.has(name);
  }

  async readText(name: string): Promise<string | undefined> {
    return this.blobs.get(name)?.text;
  }

  async get(name: string, path: string): Promise<HashedBytes | undefined> {
    const text = this.blobs.get(name)?.text;
    if (text === undefined) return undefined;
    await writeFile(path, text);
    return { sha256: sha256(text), bytes: Buffer.byteLength(text) };
  }

  async readVersion(name: string): Promise<VersionedText | undefined> {
    const blob = this.blobs.get(name);
    return blob === undefined ? undefined : { text: blob.text, version: blob.listed.version };
  }

  async writeText(name: string, text: string, { condition }: WriteOptions = {}): Promise<boolean> {
    return this.#write(name, text, condition);
  }

  async put(name: string, path: string, { condition, keep = false }: PutOptions = {}): Promise<boolean> {
    const isWritten = this.#write(name, await readFile(path, 'utf8'), condition);
    if (isWritten && !keep) await rm(path);
    return isWritten;
  }

  async list(prefix: string): Promise<ReadonlyMap<string, Listed>> {
    const found = [...this.blobs].filter(([name]) => name.startsWith(prefix));
    return new Map(found.toSorted(([a], [b]) => byCodePoint(a, b)).map(([name, { listed }]) => [name, listed]));
  }

  async touch(name: string): Promise<boolean> {
    const blob = this.blobs.get(name);
    return blob !== undefined && this.#write(name, blob.text, undefined);
  }

  async remove(name: string, { condition }: { readonly condition?: Condition } = {}): Promise<boolean> {
    return this.#holds(name, condition) && this.blobs.delete(name);
  }

  async copyFrom(from: ReadableStore, name: string, to: string, { condition }: PutOptions = {}) {
    const text = await from.readText(name);
    return text === undefined ? undefined : this.#write(to, text, condition);
  }

  #write(name: string, text: string, condition: Condition | undefined): boolean {
    if (!this.#holds(name, condition)) return false;
    this.#versions += 1;
    const facts = { sha256: sha256(text), bytes: Buffer.byteLength(text), modifiedMs: this.nowMs };
    this.blobs.set(name, { text, listed: { ...facts, version: String(this.#versions) } });
    return true;
  }

  #holds(name: string, condition: Condition | undefined): boolean {
    if (condition === undefined) return true;
    const version = this.blobs.get(name)?.listed.version;
    return condition.kind === 'absent' ? version === undefined : version === condition.version;
  }
}
