/** Ranges of a page blob, and of the file that it is to hold: pages of 512 bytes, in order, apart from each other. */

/** In bytes; both are multiples of {@link PAGE_BYTES}. */
export interface PageRange {
  readonly start: number;
  readonly bytes: number;
}

export const PAGE_BYTES = 512;

export interface WriteSizes {
  /** The most that one request carries. */
  readonly mostBytes: number;
  /** Zeros up to this many are sent along, where a request more would take longer than they do. */
  readonly bridgeBytes: number;
}

/** The ranges as whole pages within a file of that size, sorted, and those that touch as one. */
export function toPages(ranges: Iterable<PageRange>, fileBytes: number): readonly PageRange[] {
  const pages: { start: number; bytes: number }[] = [];
  for (const range of [...ranges].toSorted((a, b) => a.start - b.start)) {
    const start = Math.floor(range.start / PAGE_BYTES) * PAGE_BYTES;
    const end = Math.min(Math.ceil(endOf(range) / PAGE_BYTES) * PAGE_BYTES, fileBytes);
    const last = pages.at(-1);
    if (end <= start) continue;
    if (last === undefined || start > endOf(last)) pages.push({ start, bytes: end - start });
    else last.bytes = Math.max(endOf(last), end) - last.start;
  }
  return pages;
}

/**
 * The requests that write these runs: runs that are close go together, and what is too large is cut. Each begins and ends
 * with a page of a run.
 *
 * @param runs sorted, apart from each other
 */
export function planWrites(runs: Iterable<PageRange>, { mostBytes, bridgeBytes }: WriteSizes): PageRange[] {
  const writes: { start: number; bytes: number }[] = [];
  for (const run of runs) {
    for (let start = run.start; start < endOf(run);) {
      const bytes = Math.min(endOf(run) - start, mostBytes);
      const last = writes.at(-1);
      const isNear = last !== undefined && start - endOf(last) <= bridgeBytes;
      if (isNear && start + bytes - last.start <= mostBytes) last.bytes = start + bytes - last.start;
      else writes.push({ start, bytes });
      start += bytes;
    }
  }
  return writes;
}

/** What of these ranges is in none of those. Both are sorted and apart from each other. */
export function subtract(ranges: readonly PageRange[], those: readonly PageRange[]): PageRange[] {
  const rest: PageRange[] = [];
  let at = 0;
  for (const range of ranges) {
    let { start } = range;
    for (; at < those.length; at += 1) {
      const other = those[at];
      if (other === undefined || other.start >= endOf(range)) break;
      if (other.start > start) rest.push({ start, bytes: other.start - start });
      start = Math.max(start, endOf(other));
      // It may reach into the next range.
      if (endOf(other) > endOf(range)) break;
    }
    if (start < endOf(range)) rest.push({ start, bytes: endOf(range) - start });
  }
  return rest;
}

export function endOf({ start, bytes }: PageRange): number {
  return start + bytes;
}

export function sumOf(ranges: readonly PageRange[]): number {
  return ranges.reduce((sum, { bytes }) => sum + bytes, 0);
}
