/** A stream of chunks read by count of bytes. */
import { ArchiveRefusal } from './archive-entry.ts';

/** Padding after the end mark is a few blocks; what has more is not padding. */
const MOST_TRAILING_BYTES = 64 * 2 ** 20;

export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #chunk: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#source = chunks[Symbol.asyncIterator]();
  }

  /** Exactly so many bytes, or undefined at the end of the stream. */
  async read(count: number): Promise<Buffer | undefined> {
    if (this.#chunk.length < count) {
      const parts = [this.#chunk];
      for (let have = this.#chunk.length; have < count && (await this.#next()); have += this.#chunk.length) {
        parts.push(this.#chunk);
      }
      this.#chunk = Buffer.concat(parts);
      if (this.#chunk.length === 0 && count > 0) return undefined;
      if (this.#chunk.length < count) throw cutShort();
    }
    return this.#take(count);
  }

  /** At least one byte and at most so many. */
  async readUpTo(count: number): Promise<Buffer> {
    if (this.#chunk.length === 0 && !(await this.#next())) throw cutShort();
    return this.#take(Math.min(count, this.#chunk.length));
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0;) left -= (await this.readUpTo(left)).length;
  }

  /** Reads to the end of the stream, so that its own checks are made. */
  async drain(): Promise<void> {
    for (let seen = this.#chunk.length; await this.#next(); seen += this.#chunk.length) {
      if (seen > MOST_TRAILING_BYTES) throw new ArchiveRefusal('it goes on after its end mark');
    }
  }

  #take(count: number): Buffer {
    const taken = this.#chunk.subarray(0, count);
    this.#chunk = this.#chunk.subarray(count);
    return taken;
  }

  /** Replaces the chunk, which has been used up or kept by the caller, by the next one that is not empty. */
  async #next(): Promise<boolean> {
    for (;;) {
      const { done, value } = await this.#source.next();
      this.#chunk = Buffer.alloc(0);
      if (done === true) return false;
      if (value.length === 0) continue;
      this.#chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      return true;
    }
  }
}

function cutShort(): ArchiveRefusal {
  return new ArchiveRefusal('it ends in the middle of an entry');
}
