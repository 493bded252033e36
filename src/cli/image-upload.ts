/** `image upload`: a VHD to a page blob, if Azure would take it. */
import { basename, dirname, resolve } from 'node:path';
import { diskContent } from '../bake/disk-content.ts';
import { blobName, imageIn } from '../gallery/image-files.ts';
import { inspectVhd, type VhdInspection } from '../image/inspect-vhd.ts';
import { UserError } from '../model/errors.ts';
import type { ImageRecord } from '../recipe/image-record.ts';
import type { PageBlob } from '../store/azure-page-state.ts';
import { planPages, uploadPages } from '../store/azure-pages.ts';
import { print, type Context } from './context.ts';
import { blobStore, setUp, warnOfFailed, type AzureSetup } from './gallery/open.ts';
import type { GalleryArguments } from './gallery/options.ts';
import { describeUpload, toUploadAnswer } from './image-upload-text.ts';
import { namedVhd } from './named-vhd.ts';
import { transferView } from './release/open.ts';

export type Report = (doing: string) => (bytes: number, totalBytes: number | undefined) => void;

/** @returns the exit status */
export async function uploadImage(args: GalleryArguments, context: Context): Promise<number> {
  const { file = '', dryRun: isDryRun, json } = args;
  const { signal } = context;
  const path = await vhdOf(args, context);
  const setup = await setUp(args, context);
  const record = await recordOf(path, args);
  const target = await targetOf(args, { path, record }, { ...setup, context });
  await refuseWhatAzureWould(path, file, context);
  warnOfFailed(record, context);
  using view = transferView(args, context);
  const report: Report =
    (doing) =>
    (bytes, totalBytes = bytes) =>
      view.report({ doing, blobs: 0, totalBlobs: 1, bytes, totalBytes });
  const state = setup.located?.folders.state;
  const content = await diskContent(path, { state, signal, onProgress: report('reading') });
  const isVerified = args.verify && !isDryRun;
  const plan = isDryRun
    ? await planPages(target, content, signal)
    : await uploadPages(
        target,
        { path, content },
        { signal, isVerified, onProgress: report('uploading'), onVerifyProgress: report('verifying') },
      );
  view[Symbol.dispose]();
  const answer = toUploadAnswer(plan, { file, content, target, isDryRun, isVerified });
  print(context, json, answer, describeUpload(answer));
  return 0;
}

/** The VHD that a word of the command line means. @throws UserError USAGE */
export async function vhdOf(args: GalleryArguments, context: Context): Promise<string> {
  const { file } = args;
  if (file === undefined) {
    throw new UserError('USAGE', 'It is not said which image is meant.', {
      hint: 'Name a baked image, or the path of a VHD.',
    });
  }
  return resolve(context.cwd, await namedVhd(file, args, context));
}

/** Of a disk that was baked here. A record that cannot be read stops nobody who names the blob. @throws UserError IMAGE_INVALID */
export async function recordOf(path: string, { name }: GalleryArguments): Promise<ImageRecord | undefined> {
  try {
    const baked = await imageIn(dirname(path));
    return baked?.path === path ? baked.record : undefined;
  } catch (error) {
    if (name !== undefined && error instanceof UserError && error.code === 'IMAGE_INVALID') return undefined;
    throw error;
  }
}

/** A disk that was baked here is called by what it is; any other, as its file is. */
async function targetOf(
  args: GalleryArguments,
  { path, record }: { readonly path: string; readonly record: ImageRecord | undefined },
  setup: AzureSetup & { readonly context: Context },
): Promise<PageBlob> {
  const store = await blobStore(args.to, args, { ...setup, verb: 'is to go' });
  const name = args.name ?? (record === undefined ? basename(path) : blobName(record));
  if (/[%"'\s]/.test(name)) {
    throw new UserError('USAGE', `"${name}" is no name of a blob that Azure makes images from.`, {
      hint: 'It has no %, quotes and blanks: give another one with --name.',
    });
  }
  return store.pageBlob(name);
}

/** @returns the generations of machines that it boots as @throws UserError IMAGE_INVALID */
export async function refuseWhatAzureWould(
  path: string,
  file: string,
  { signal }: Context,
): Promise<VhdInspection['generations']> {
  const { findings, generations } = await inspectVhd(path, { shown: file, signal });
  const failed = findings.filter(({ severity, result }) => severity === 'error' && result === 'failed');
  if (failed.length === 0) return generations;
  const what = failed.map(({ id, required, actual }) => `${id} asks for ${required}, and it is ${actual}`).join('; ');
  throw new UserError(
    'IMAGE_INVALID',
    `${file} is not uploaded, since Azure or its Marketplace would refuse it: ${what}.`,
    {
      hint: `"dcos-build image inspect ${file}" shows it with all rules.`,
    },
  );
}
