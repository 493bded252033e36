/**
 * What Blob Storage takes. The emulator takes more, so the limits are kept here.
 *
 * @see https://learn.microsoft.com/azure/storage/blobs/scalability-targets
 */
import { UserError } from '../model/errors.ts';
import { PAGE_BYTES, type WriteSizes } from './page-ranges.ts';

const MIB = 2 ** 20;
const MOST_BLOCKS = 50_000;
const MOST_BLOCK_BYTES = 4000 * MIB;
const MOST_SINGLE_PUT_BYTES = 5000 * MIB;
const MOST_PAGE_BLOB_BYTES = 8 * 2 ** 40;
/** The service copies up to this in one synchronous request. */
export const MOST_SYNC_COPY_BYTES = 256 * MIB;

export interface UploadSizes {
  /** Files up to this are sent in one request. */
  readonly singlePutBytes: number;
  /** Larger ones in blocks of this. */
  readonly blockBytes: number;
}

/** Eight blocks on the way fill a fast line, and 64 MiB are little memory. */
export const UPLOAD_SIZES: UploadSizes = { singlePutBytes: 8 * MIB, blockBytes: 8 * MIB };

/** Of page blobs: the most that the service takes, and as many zeros as cost about what a request does. */
export const WRITE_SIZES: WriteSizes = { mostBytes: 4 * MIB, bridgeBytes: 64 * 1024 };

/** In one request, or in so many blocks, all but the last of the same size. */
export type UploadPlan =
  { readonly kind: 'single' } | { readonly kind: 'blocks'; readonly blockBytes: number; readonly blocks: number };

/**
 * How a file of that size is sent. Blocks grow, by whole MiB, when there would be too many of them.
 *
 * @throws UserError USAGE for more than a blob can hold, some 190 TiB
 */
export function planUpload(bytes: number, { singlePutBytes, blockBytes }: UploadSizes = UPLOAD_SIZES): UploadPlan {
  if (bytes <= Math.min(singlePutBytes, MOST_SINGLE_PUT_BYTES)) return { kind: 'single' };
  const least = Math.ceil(bytes / MOST_BLOCKS);
  const size = least <= blockBytes ? Math.min(blockBytes, MOST_BLOCK_BYTES) : Math.ceil(least / MIB) * MIB;
  if (size <= MOST_BLOCK_BYTES) return { kind: 'blocks', blockBytes: size, blocks: Math.ceil(bytes / size) };
  throw new UserError('USAGE', `A file of ${bytes} bytes is more than one blob can hold.`, {
    hint: `A blob has at most ${MOST_BLOCKS} blocks of ${MOST_BLOCK_BYTES / MIB} MiB: split the file.`,
  });
}

/** @throws UserError USAGE for a size that no page blob can have */
export function checkPageBlobSize(bytes: number): void {
  if (bytes > 0 && bytes % PAGE_BYTES === 0 && bytes <= MOST_PAGE_BLOB_BYTES) return;
  throw new UserError('USAGE', `A page blob cannot have ${bytes} bytes.`, {
    hint: `Its size is a multiple of ${PAGE_BYTES}, and ${MOST_PAGE_BLOB_BYTES / 2 ** 40} TiB at most.`,
  });
}
