/**
 * A sparse file to a page blob: only what is not zero is sent, the footer last, and metadata say when it is whole. Whoever
 * uploads the same content again goes on where the last one was killed.
 */
import { PieceReader } from '../host/file-pieces.ts';
import { inParallel } from '../host/in-parallel.ts';
import { crc64 } from '../model/crc64.ts';
import { UserError } from '../model/errors.ts';
import type { TransferOptions } from './artifact-store.ts';
import { Buffers } from './azure-buffers.ts';
import { checkPageBlobSize } from './azure-limits.ts';
import {
  pageMetadata,
  readPageRanges,
  readState,
  shownBlob,
  type PageBlob,
  type PageState,
} from './azure-page-state.ts';
import { verifyPages } from './azure-page-verify.ts';
import { conditionsOf, headersOf, isConditionFailure, newWrite, writeOnce } from './azure-write.ts';
import { bytesOf, type PageContent } from './page-content.ts';
import { subtract, sumOf, type PageRange } from './page-ranges.ts';

/** What an upload does, as things are. */
export interface PagePlan {
  readonly state: PageState['kind'];
  /** One request each, in any order. */
  readonly writes: readonly PageRange[];
  /** Written after all of them; undefined: it is there, or is zero. */
  readonly footer: PageRange | undefined;
  readonly bytes: number;
}

export interface PageOptions extends TransferOptions {
  /** Whether all is read back before the blob is called complete. */
  readonly isVerified?: boolean;
  /** How much of that is read. */
  readonly onVerifyProgress?: NonNullable<TransferOptions['onProgress']>;
}

/** Requests on their way at once: 64 MiB, as blocks have it. Half of that leaves a line idle on which a round trip takes 10 ms. */
const JOBS = 16;

/**
 * Looks what is there.
 *
 * @throws UserError STORE_CONFLICT if the name has another content; USAGE for a size that no page blob can have
 */
export async function planPages(target: PageBlob, content: PageContent, signal?: AbortSignal): Promise<PagePlan> {
  checkPageBlobSize(content.bytes);
  const { kind } = await readState(target, content, signal);
  if (kind === 'complete') return { state: kind, writes: [], footer: undefined, bytes: 0 };
  const present = kind === 'unfinished' ? await readPageRanges(target, content, signal) : [];
  const writes = subtract(content.writes, present);
  const [footer] = content.footer === undefined ? [] : subtract([content.footer], present);
  return { state: kind, writes, footer, bytes: sumOf(writes) + (footer?.bytes ?? 0) };
}

/**
 * Writes what lacks, and says in the end that it is complete.
 *
 * @param path the file that the content was read of
 * @returns what was done
 * @throws UserError STORE_CONFLICT as {@link planPages}; STORE_CORRUPT if what is there in the end is not the content
 */
export async function uploadPages(
  target: PageBlob,
  { path, content }: { readonly path: string; readonly content: PageContent },
  options: PageOptions = {},
): Promise<PagePlan> {
  const { signal, isVerified = false, onVerifyProgress: onRead } = options;
  let plan = await planPages(target, content, signal);
  // Somebody else may make it in between, and then it is gone on with.
  if (plan.state === 'absent' && !(await create(target, content, signal))) {
    plan = await planPages(target, content, signal);
  }
  if (plan.state === 'complete') return plan;
  await writeAll(target, { path, plan, total: bytesOf(content) }, options);
  if (isVerified) {
    await verifyPages(target, content, {
      ...(signal === undefined ? {} : { signal }),
      ...(onRead === undefined ? {} : { onProgress: onRead }),
    });
  }
  await complete(target, content, signal);
  return plan;
}

async function writeAll(
  target: PageBlob,
  { path, plan, total }: { readonly path: string; readonly plan: PagePlan; readonly total: number },
  { signal, onProgress }: PageOptions,
): Promise<void> {
  await using reader = await PieceReader.open(path);
  const { mostBytes } = target.sizes;
  const writer = { target, reader, buffers: new Buffers(JOBS * mostBytes, mostBytes) };
  let sent = total - plan.bytes;
  onProgress?.(sent, total);
  const write = async (range: PageRange, stop: AbortSignal | undefined): Promise<void> => {
    await writePages(writer, range, stop);
    onProgress?.((sent += range.bytes), total);
  };
  await inParallel(plan.writes, { jobs: JOBS, ...(signal === undefined ? {} : { signal }) }, write);
  if (plan.footer !== undefined) await write(plan.footer, signal);
}

/**
 * The same for a blob that was made beforehand, of the right size, and has no metadata of ours: that of a managed disk.
 * Whoever calls it knows that it is empty, or that an upload of this very content was begun.
 *
 * @returns what was sent, in bytes
 * @throws UserError STORE_CORRUPT if what is there in the end is not the content
 */
export async function uploadMadePages(
  target: PageBlob,
  { path, content }: { readonly path: string; readonly content: PageContent },
  options: PageOptions = {},
): Promise<number> {
  const { signal, isVerified = true, onVerifyProgress: onRead } = options;
  const present = await readPageRanges(target, content, signal);
  const [footer] = content.footer === undefined ? [] : subtract([content.footer], present);
  const writes = subtract(content.writes, present);
  const plan = { state: 'unfinished', writes, footer, bytes: sumOf(writes) + (footer?.bytes ?? 0) } as const;
  await writeAll(target, { path, plan, total: bytesOf(content) }, options);
  if (isVerified) {
    await verifyPages(target, content, {
      ...(signal === undefined ? {} : { signal }),
      ...(onRead === undefined ? {} : { onProgress: onRead }),
    });
  }
  return plan.bytes;
}

/** @returns false: there is one meanwhile */
async function create(target: PageBlob, content: PageContent, signal: AbortSignal | undefined): Promise<boolean> {
  const { session, blob } = target;
  const client = (await session.container()).getPageBlobClient(blob);
  const write = newWrite();
  const condition = { kind: 'absent' } as const;
  return await writeOnce({ session, blob, condition, write, signal, bytes: 0 }, (abortSignal) =>
    client.create(content.bytes, {
      abortSignal,
      ...headersOf(blob, { cache: 'no-cache' }),
      metadata: pageMetadata(content, { write, isComplete: false }),
      conditions: conditionsOf(condition),
    }),
  );
}

interface Writer {
  readonly target: PageBlob;
  readonly reader: PieceReader;
  readonly buffers: Buffers;
}

/** One request: all of its pages are written or none. */
async function writePages(
  { target: { session, blob, sizes }, reader, buffers }: Writer,
  { start, bytes }: PageRange,
  signal: AbortSignal | undefined,
): Promise<void> {
  const client = (await session.container()).getPageBlobClient(blob);
  // Always a whole one, which is used again: those of other sizes would wait for the garbage collector.
  using taken = await buffers.take(sizes.mostBytes, signal ?? new AbortController().signal);
  const body = taken.bytes.subarray(0, bytes);
  await reader.fill(body, start);
  const transactionalContentCrc64 = crc64(body);
  await session.ask({ right: 'w', signal, bytes }, async ({ signal: abortSignal }) => {
    await client.uploadPages(body, start, bytes, { abortSignal, transactionalContentCrc64 });
  });
}

/** Others may upload the same at the same time: whoever is last says so, of the version at which it has looked. */
async function complete(target: PageBlob, content: PageContent, signal: AbortSignal | undefined): Promise<void> {
  const { session, blob } = target;
  const client = (await session.container()).getPageBlobClient(blob);
  for (;;) {
    const state = await readState(target, content, signal);
    if (state.kind === 'complete') return;
    if (state.kind === 'absent') throw removed(target);
    const present = await readPageRanges(target, content, signal);
    if (subtract(content.runs, present).length > 0) throw removed(target);
    const { write, version } = state;
    const condition = { kind: 'version', version } as const;
    const isSaid = await session.ask({ right: 'w', signal }, async ({ signal: abortSignal }) => {
      try {
        const metadata = pageMetadata(content, { write, isComplete: true });
        await client.setMetadata(metadata, { abortSignal, conditions: conditionsOf(condition) });
        return true;
      } catch (error) {
        // Also when an earlier try did it, and its answer was lost: the next look tells.
        if (!isConditionFailure(error, condition)) throw error;
        return false;
      }
    });
    if (isSaid) return;
  }
}

function removed(target: PageBlob): UserError {
  return new UserError('STORE_CORRUPT', `${shownBlob(target)} lost pages while it was uploaded.`, {
    hint: 'Look who removed or changed it, and run the same command again.',
  });
}
