/** `image upload`: a VHD to a page blob, if Azure would take it. */
import { basename, resolve } from 'node:path';
import { PieceReader } from '../host/file-pieces.ts';
import { dataRanges } from '../image/data-ranges.ts';
import { inspectVhd } from '../image/inspect-vhd.ts';
import { UserError } from '../model/errors.ts';
import { AzureBlobStore } from '../store/azure-blob.ts';
import { shownBlob, type PageBlob } from '../store/azure-page-state.ts';
import { planPages, uploadPages } from '../store/azure-pages.ts';
import { openNamedStore } from '../store/named.ts';
import { readPageContent, type PageContent } from '../store/page-content.ts';
import { print, type CommonArguments, type Context } from './context.ts';
import { describeUpload, toUploadAnswer } from './image-upload-text.ts';
import { locateIfThere } from './read-side.ts';
import { transferView } from './release/open.ts';

export interface UploadArguments extends CommonArguments {
  readonly file: string;
  readonly to: string | undefined;
  readonly name: string | undefined;
  readonly dryRun: boolean;
  readonly verify: boolean;
  readonly quiet: boolean;
}

type Report = (doing: string) => (bytes: number, totalBytes: number | undefined) => void;

/** @returns the exit status */
export async function uploadImage(args: UploadArguments, context: Context): Promise<number> {
  const { file, dryRun: isDryRun, json } = args;
  const { signal } = context;
  const path = resolve(context.cwd, file);
  const target = await targetOf(args, context);
  await refuseWhatAzureWould(path, file, context);
  using view = transferView(args, context);
  const report: Report =
    (doing) =>
    (bytes, totalBytes = bytes) =>
      view.report({ doing, blobs: 0, totalBlobs: 1, bytes, totalBytes });
  const content = await contentOf(path, report('reading'), signal);
  const isVerified = args.verify && !isDryRun;
  const plan = isDryRun
    ? await planPages(target, content, signal)
    : await uploadPages(
        target,
        { path, content },
        { signal, isVerified, onProgress: report('uploading'), onVerifyProgress: report('verifying') },
      );
  view[Symbol.dispose]();
  const answer = toUploadAnswer(plan, { file, content, blob: shownBlob(target), isDryRun, isVerified });
  print(context, json, answer, describeUpload(answer));
  return 0;
}

async function targetOf(args: UploadArguments, context: Context): Promise<PageBlob> {
  const { file, to, name = basename(file) } = args;
  if (to === undefined) throw new UserError('USAGE', 'It is not said where the image is to go.', { hint: PLACES });
  const treeRoot = locateIfThere({ ...args, variant: undefined, builderIds: undefined }, context)?.treeFolders.root;
  const store = await openNamedStore(to, { treeRoot, cwd: context.cwd, env: context.env });
  if (store instanceof AzureBlobStore) return store.pageBlob(name);
  throw new UserError('USAGE', `${store.location} is no place for an image: Azure takes page blobs only.`, {
    hint: PLACES,
  });
}

const PLACES = 'Name az://ACCOUNT/CONTAINER/FOLDER, a Blob URL with a SAS, or a storage of dcos-build.config.json.';

async function refuseWhatAzureWould(path: string, file: string, { signal }: Context): Promise<void> {
  const { findings } = await inspectVhd(path, { shown: file, signal });
  const failed = findings.filter(({ severity, result }) => severity === 'error' && result === 'failed');
  if (failed.length === 0) return;
  const what = failed.map(({ id, required, actual }) => `${id} asks for ${required}, and it is ${actual}`).join('; ');
  throw new UserError(
    'IMAGE_INVALID',
    `${file} is not uploaded, since Azure or its Marketplace would refuse it: ${what}.`,
    {
      hint: `"dcos-build image inspect ${file}" shows it with all rules.`,
    },
  );
}

async function contentOf(path: string, onProgress: ReturnType<Report>, signal: AbortSignal): Promise<PageContent> {
  const ranges = await dataRanges(path, signal);
  await using reader = await PieceReader.open(path);
  return await readPageContent(reader, ranges, { onProgress, signal });
}
