/**
 * What is in a disk, as an upload sends it. It is noted in the state folder: a disk that was read once and has not changed
 * since costs a stat, so that a bake's own disk goes up at once, and a killed upload goes on without reading all anew.
 */
import { join } from 'node:path';
import { PieceReader } from '../host/file-pieces.ts';
import { observe, settle, unchanged } from '../host/observations.ts';
import { statIfThere } from '../host/stat.ts';
import { readState, writeState } from '../host/state-file.ts';
import { dataRanges } from '../image/data-ranges.ts';
import { sha256, toSha256 } from '../model/digest.ts';
import type { TransferOptions } from '../store/artifact-store.ts';
import { WRITE_SIZES } from '../store/azure-limits.ts';
import { readPageContent, type PageContent } from '../store/page-content.ts';
import type { PageRange } from '../store/page-ranges.ts';

export interface DiskContentOptions extends TransferOptions {
  /** Where notes are kept (`out/state`); undefined: nowhere, and all is read. */
  readonly state: string | undefined;
}

/** @param path absolute */
export async function diskContent(path: string, { state, ...options }: DiskContentOptions): Promise<PageContent> {
  const note = state === undefined ? undefined : notePath(state, path);
  const noted = note === undefined ? undefined : readNote(note, path);
  if (noted !== undefined) return noted;
  // A bake's own disk got its name just now: a little later its time can be trusted, and nothing is read twice.
  if (note !== undefined) await settle(statIfThere(path), options.signal);
  const before = statsOf(path, Infinity);
  const ranges = await dataRanges(path, options.signal);
  const startedMs = Date.now();
  await using reader = await PieceReader.open(path);
  const content = await readPageContent(reader, ranges, options);
  const isQuiet = unchanged({ paths: [path], stats: before });
  if (note !== undefined && isQuiet) writeState(note, toNote(content, statsOf(path, startedMs)));
  return content;
}

/** @param startedMs when reading begins: what was changed just before may change again, and look the same */
function statsOf(path: string, startedMs: number): readonly number[] {
  const stats: number[] = [];
  observe(stats, statIfThere(path), startedMs);
  return stats;
}

function notePath(state: string, path: string): string {
  return join(state, `disk-${sha256(path).slice(0, 16)}.json`);
}

/** Ranges are numbers in a row: there are thousands. */
interface Note {
  readonly stats: readonly (number | null)[];
  /** Of the requests that it was cut for: another size would be another plan. */
  readonly sizes: readonly number[];
  readonly bytes: number;
  readonly sha256: string;
  readonly runs: readonly number[];
  readonly writes: readonly number[];
  readonly footer: readonly number[];
}

const SIZES = [WRITE_SIZES.mostBytes, WRITE_SIZES.bridgeBytes];

function toNote({ bytes, sha256: digest, runs, writes, footer }: PageContent, stats: readonly number[]): Note {
  const flat = (ranges: readonly PageRange[]): number[] => ranges.flatMap((range) => [range.start, range.bytes]);
  const parts = { runs: flat(runs), writes: flat(writes), footer: footer === undefined ? [] : flat([footer]) };
  return { stats, sizes: SIZES, bytes, sha256: digest, ...parts };
}

/** undefined: there is none, it is not whole, or the disk has changed. */
function readNote(note: string, path: string): PageContent | undefined {
  const found = readState(note);
  if (!isNote(found) || found.sizes.join() !== SIZES.join()) return undefined;
  const digest = toSha256(found.sha256);
  if (digest === undefined || !unchanged({ paths: [path], stats: found.stats })) return undefined;
  const [footer] = toRanges(found.footer);
  return {
    ...{ bytes: found.bytes, sha256: digest },
    ...{ runs: toRanges(found.runs), writes: toRanges(found.writes), footer },
  };
}

function toRanges(numbers: readonly number[]): PageRange[] {
  const ranges: PageRange[] = [];
  for (let at = 0; at + 1 < numbers.length; at += 2) {
    ranges.push({ start: numbers[at] ?? 0, bytes: numbers[at + 1] ?? 0 });
  }
  return ranges;
}

/** A file of ours is whole or not there, so that its kind is all there is to look at. */
function isNote(found: unknown): found is Note {
  const lists = ['stats', 'sizes', 'runs', 'writes', 'footer'];
  return (
    typeof found === 'object' &&
    found !== null &&
    lists.every((name) => Array.isArray(Reflect.get(found, name))) &&
    'sha256' in found &&
    typeof found.sha256 === 'string' &&
    'bytes' in found &&
    typeof found.bytes === 'number'
  );
}
