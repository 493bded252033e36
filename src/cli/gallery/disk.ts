/** `image upload --managed-disk`: a VHD to a managed disk. */
import { diskContent } from '../../bake/disk-content.ts';
import { uploadToDisk, type DiskWanted } from '../../gallery/managed-disk.ts';
import { checkName } from '../../gallery/resource-ids.ts';
import { armSettings, type Generation } from '../../gallery/settings.ts';
import { UserError } from '../../model/errors.ts';
import { bytesOf } from '../../store/page-content.ts';
import { TOOL_VERSION } from '../../model/tool.ts';
import { recordOf, refuseWhatAzureWould, vhdOf, type Report } from '../image-upload.ts';
import { print, type Context } from '../context.ts';
import { transferView } from '../release/open.ts';
import { openManager, setUp, warnOfFailed, type AzureSetup } from './open.ts';
import type { GalleryArguments } from './options.ts';
import { describeDiskUpload, shownRequests } from './text.ts';

/** @returns the exit status */
export async function uploadDisk(args: GalleryArguments, context: Context): Promise<number> {
  const { dryRun: isDryRun, json, to, managedDisk = '' } = args;
  if (to !== undefined) {
    throw new UserError('USAGE', `Both the place "${to}" and the disk "${managedDisk}" are named.`, {
      hint: 'Upload to one of them: leave out --managed-disk or the place.',
    });
  }
  const disk = checkName('disk', managedDisk);
  const setup = await setUp(args, context);
  const settings = armSettings(args, setup.gallery);
  const location = args.location ?? setup.gallery.location;
  if (location === undefined) {
    throw new UserError('USAGE', 'It is not said in which region the disk is to be.', {
      hint: 'Give --location, or set "gallery.location" in dcos-build.config.json.',
    });
  }
  const path = await vhdOf(args, context);
  const record = await recordOf(path, args);
  const generations = await refuseWhatAzureWould(path, args.file ?? '', context);
  const generation = generationOf(args.generation?.replace(/^(?=\d)/, 'V'), generations);
  warnOfFailed(record, context);
  using view = transferView(args, context);
  const report: Report =
    (doing) =>
    (bytes, totalBytes = bytes) =>
      view.report({ doing, blobs: 0, totalBlobs: 1, bytes, totalBytes });
  const state = setup.located?.folders.state;
  const content = await diskContent(path, { state, signal: context.signal, onProgress: report('reading') });
  const manager = await openManager(settings, args, context);
  const done = await uploadToDisk(
    manager,
    {
      ...{ ...settings, disk, location, generation, storage: storageOf(setup.gallery) },
      tool: `dcos-build ${TOOL_VERSION}`,
      image: record === undefined ? undefined : `${record.name} ${record.version}`,
    },
    {
      ...{ path, content, signal: context.signal, isVerified: args.verify },
      ...{ onProgress: report('uploading'), onVerifyProgress: report('verifying') },
    },
  );
  view[Symbol.dispose]();
  const isVerified = args.verify && !isDryRun && done.state !== 'complete';
  const sizes = { fileBytes: content.bytes, sha256: content.sha256 };
  const answer = {
    file: args.file ?? '',
    ...done,
    ...sizes,
    generation,
    isVerified,
    isDryRun,
    pages: { requests: content.writes.length + (content.footer === undefined ? 0 : 1), bytes: bytesOf(content) },
    requests: shownRequests(manager.sent),
  };
  print(context, json, answer, describeDiskUpload(answer));
  return 0;
}

/** What a gallery calls Standard_ZRS, disks do not have; a disk that a version is made of needs no zones. */
function storageOf({ storage }: AzureSetup['gallery']): DiskWanted['storage'] {
  return storage === 'Premium_LRS' ? storage : 'Standard_LRS';
}

function generationOf(wanted: string | undefined, possible: readonly Generation[]): Generation {
  const [chosen] = wanted === undefined ? possible.toSorted().toReversed() : possible.filter((each) => each === wanted);
  if (chosen !== undefined) return chosen;
  throw new UserError('USAGE', `The disk does not boot as ${wanted ?? 'any generation'}.`, {
    hint: `It boots as ${possible.join(', ') || 'nothing that is known'}; "image inspect" says more.`,
  });
}
