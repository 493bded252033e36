/**
 * What is in a sparse file, without its zeros: which pages are to be written, and a hash that takes only them, so that 30
 * GiB of virtual disk with 1 GiB of content cost 1 GiB.
 *
 * The hash is the SHA-256 of a text: the line `pages 1`, a line with the size of the file, for each run of pages that are
 * not zero its start and its length in a line, and a line with the SHA-256 of the bytes of all runs, one after another.
 * Numbers are decimal, in bytes; a run is as long as it can be.
 */
import type { PieceReader } from '../host/file-pieces.ts';
import { Sha256Stream, type Sha256 } from '../model/digest.ts';
import type { TransferOptions } from './artifact-store.ts';
import { WRITE_SIZES } from './azure-limits.ts';
import { endOf, PAGE_BYTES, planWrites, sumOf, toPages, type PageRange, type WriteSizes } from './page-ranges.ts';

export interface PageContent {
  /** Size of the whole, zeros included. */
  readonly bytes: number;
  /** By which contents are told apart: not that of the bytes in a row. */
  readonly sha256: Sha256;
  /** Runs of pages that are not zero. */
  readonly runs: readonly PageRange[];
  /** One request each; everything but the footer. */
  readonly writes: readonly PageRange[];
  /** The last page, which is written last; undefined: it is zero. */
  readonly footer: PageRange | undefined;
}

const PIECE = 2 ** 20;

/**
 * Reads what is allocated of a file, once.
 *
 * @param allocated where the file has bytes on the disk; all else is taken for zeros
 */
export async function readPageContent(
  reader: Pick<PieceReader, 'bytes' | 'fill'>,
  allocated: readonly PageRange[],
  options: TransferOptions & { readonly sizes?: WriteSizes } = {},
): Promise<PageContent> {
  const { sizes = WRITE_SIZES, signal, onProgress } = options;
  const size = reader.bytes;
  const hash = new PageHash(size);
  const piece = Buffer.allocUnsafeSlow(PIECE);
  const runs: PageRange[] = [];
  const writes: PageRange[] = [];
  const ranges = toPages(allocated, size);
  const total = sumOf(ranges);
  let read = 0;
  for (const range of ranges) {
    const first = hash.runs.length;
    for (let start = range.start; start < endOf(range); start += PIECE) {
      signal?.throwIfAborted();
      const bytes = piece.subarray(0, Math.min(PIECE, endOf(range) - start));
      await reader.fill(bytes, start);
      hash.update(bytes, start);
      onProgress?.((read += bytes.length), total);
    }
    hash.endRun();
    const found = hash.runs.slice(first);
    runs.push(...found);
    // Zeros are sent along within what is allocated only: in holes they would be more than the file has.
    writes.push(...planWrites(withoutFooter(found, size), sizes));
  }
  const last = runs.at(-1);
  const hasFooter = last !== undefined && endOf(last) === size;
  const footer = hasFooter ? { start: size - PAGE_BYTES, bytes: PAGE_BYTES } : undefined;
  return { bytes: size, sha256: hash.digest(), runs, writes, footer };
}

/** What is sent in all. */
export function bytesOf({ writes, footer }: PageContent): number {
  return sumOf(writes) + (footer?.bytes ?? 0);
}

function withoutFooter(runs: readonly PageRange[], size: number): readonly PageRange[] {
  const last = runs.at(-1);
  if (last === undefined || endOf(last) < size) return runs;
  const rest = { start: last.start, bytes: last.bytes - PAGE_BYTES };
  return [...runs.slice(0, -1), ...(rest.bytes === 0 ? [] : [rest])];
}

/** Takes bytes in the order of their starts, and finds the runs in them. What is never given is zeros. */
export class PageHash {
  readonly runs: PageRange[] = [];
  readonly #layout = new Sha256Stream();
  readonly #data = new Sha256Stream();
  #run: { start: number; bytes: number } | undefined;

  /** @param size of the whole */
  constructor(size: number) {
    this.#layout.update(Buffer.from(`pages 1\n${size}\n`));
  }

  /** @param bytes whole pages, at a multiple of 4 in memory */
  update(bytes: Buffer, start: number): void {
    const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / WORD);
    for (let at = 0; at < bytes.length;) {
      const isZero = isZeroPage(words, at / WORD);
      let end = at + PAGE_BYTES;
      while (end < bytes.length && isZeroPage(words, end / WORD) === isZero) end += PAGE_BYTES;
      if (!isZero) this.#add(bytes.subarray(at, end), start + at);
      at = end;
    }
  }

  /** Whatever comes next is not allocated. */
  endRun(): void {
    const run = this.#run;
    this.#run = undefined;
    if (run === undefined) return;
    this.runs.push(run);
    this.#layout.update(Buffer.from(`${run.start} ${run.bytes}\n`));
  }

  digest(): Sha256 {
    this.endRun();
    this.#layout.update(Buffer.from(`${this.#data.digest()}\n`));
    return this.#layout.digest();
  }

  #add(bytes: Buffer, start: number): void {
    this.#data.update(bytes);
    if (this.#run !== undefined && endOf(this.#run) === start) {
      this.#run.bytes += bytes.length;
      return;
    }
    this.endRun();
    this.#run = { start, bytes: bytes.length };
  }
}

const WORD = Int32Array.BYTES_PER_ELEMENT;
const PAGE_WORDS = PAGE_BYTES / WORD;

function isZeroPage(words: Int32Array, from: number): boolean {
  for (let at = from; at < from + PAGE_WORDS; at += 1) if (words[at] !== 0) return false;
  return true;
}
