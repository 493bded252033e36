/** Whether a blob is the disk of an image, all of it: asked before Azure or Partner Center is told to take it. */
import { UserError } from '../model/errors.ts';
import type { ImageRecord } from '../recipe/image-record.ts';
import { AzureBlobStore } from '../store/azure-blob.ts';
import { describeDisk, shownBlob, type PageBlob } from '../store/azure-page-state.ts';
import { parseBlobUrl, showPlace } from '../store/azure-place.ts';

export interface UploadWanted {
  readonly record: ImageRecord;
  /** What to do where it is another one. */
  readonly hint: string;
  readonly signal: AbortSignal;
}

/**
 * By the length of the blob, and the hash that an upload leaves in its metadata: nothing of the content is read.
 *
 * @throws UserError IMAGE_CONFLICT; STORE_FORBIDDEN, REPOSITORY_UNAVAILABLE if it cannot be asked
 */
export async function requireUploaded(target: PageBlob, { record, hint, signal }: UploadWanted): Promise<void> {
  const found = await describeDisk(target, signal);
  const refuse = (what: string): UserError =>
    new UserError('IMAGE_CONFLICT', `${shownBlob(target)} ${what}.`, { hint });
  if (found === undefined) throw refuse('is not there');
  const { contentSha256, fileBytes } = record.disk;
  if (!found.isPageBlob) throw refuse('is no page blob');
  if (found.sha256 === undefined) throw refuse('was not uploaded by dcos-build: nothing says what is in it');
  if (found.sha256 !== contentSha256) {
    throw refuse(`has the pages sha256 ${found.sha256}, and ${record.name} ${record.version} has ${contentSha256}`);
  }
  if (!found.isComplete) throw refuse('is an upload that was not ended');
  if (found.bytes !== fileBytes) throw refuse(`has ${found.bytes} bytes, and the disk has ${fileBytes}`);
}

/**
 * The blob that a signed URL names, to be asked by that signature.
 *
 * @returns undefined: it names none, or one that only Azure would find in a path that is not in its shortest form
 */
export function blobOfSas(uri: string): PageBlob | undefined {
  const url = URL.parse(uri);
  const place = url === null ? undefined : parseBlobUrl(url);
  if (url === null || place === undefined) return undefined;
  const name = place.prefix.replace(/\/$/, '');
  const isShortest = showPlace(place) === `${url.origin}${url.pathname}` && !name.includes('//');
  return name === '' || !isShortest ? undefined : new AzureBlobStore({ ...place, prefix: '' }).pageBlob(name);
}
