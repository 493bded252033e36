/**
 * A VHD to a managed disk: the disk is made empty and for an upload, hands out a signed URL, takes the pages, and is a disk
 * like any other once the URL is taken back. A killed upload is gone on with: the tags of the disk say of which content.
 */
import type { Disk } from '@azure/arm-compute';
import { UserError } from '../model/errors.ts';
import type { Sha256 } from '../model/digest.ts';
import { AzureBlobStore } from '../store/azure-blob.ts';
import { uploadMadePages, type PageOptions } from '../store/azure-pages.ts';
import { parseSignedBlob } from '../store/azure-place.ts';
import type { PageContent } from '../store/page-content.ts';
import { HASH_TAG, TOOL_TAG } from './image-version.ts';
import type { ResourceManager } from './resource-manager.ts';
import { diskId, type GroupPlace } from './resource-ids.ts';
import type { Generation } from './settings.ts';

export interface DiskWanted extends GroupPlace {
  readonly disk: string;
  readonly location: string;
  readonly generation: Generation;
  readonly storage: 'Standard_LRS' | 'Premium_LRS';
  readonly tool: string;
  /** What is uploaded, `node 1.7.0`; undefined: a VHD that was not baked here. */
  readonly image: string | undefined;
}

export interface UploadedDisk {
  readonly id: string;
  /** What was there before. */
  readonly state: 'absent' | 'unfinished' | 'complete';
  readonly sentBytes: number;
}

/** Says of a disk that all of it was written, and read back. */
const COMPLETE_TAG = 'complete';

/** The longest that an upload may take, in seconds. */
const ACCESS_SECONDS = 86_400;

/**
 * @param path the file that the content was read of
 * @throws UserError IMAGE_CONFLICT if the disk is there with another content; AZURE_…
 */
export async function uploadToDisk(
  manager: ResourceManager,
  wanted: DiskWanted,
  options: PageOptions & { readonly path: string; readonly content: PageContent },
): Promise<UploadedDisk> {
  const { compute, call } = manager;
  const { resourceGroup, disk } = wanted;
  const id = diskId(wanted, disk);
  const { state, isWritten } = await stateOf(manager, wanted, options.content);
  if (isWritten && state === 'unfinished') await takeBack(manager, wanted);
  if (isWritten) return { id, state, sentBytes: 0 };
  if (state === 'absent') {
    await manager.change(`The disk ${disk} cannot be made`, () =>
      compute.disks.createOrUpdate(resourceGroup, disk, diskBody(wanted, options.content), call),
    );
  }
  const access = await manager.change(`The disk ${disk} does not give the right to write to it`, () =>
    compute.disks.grantAccess(
      resourceGroup,
      disk,
      { access: 'Write', durationInSeconds: ACCESS_SECONDS, fileFormat: 'VHD' },
      call,
    ),
  );
  const { path, content, ...rest } = options;
  const sentBytes = manager.options.isDryRun
    ? 0
    : await uploadMadePages(signedPages(access?.accessSAS, disk), { path, content }, rest);
  // Said first: of a disk whose URL is taken back already, nobody could tell any more.
  const tags = { ...tagsOf(wanted, content.sha256), [COMPLETE_TAG]: 'true' };
  await manager.change(`The tags of the disk ${disk} cannot be changed`, () =>
    compute.disks.update(resourceGroup, disk, { tags }, call),
  );
  await takeBack(manager, wanted);
  return { id, state, sentBytes };
}

/** The URL holds no more, which is what makes it a disk. */
async function takeBack(manager: ResourceManager, { resourceGroup, disk }: DiskWanted): Promise<void> {
  const { compute, call } = manager;
  await manager.change(`The right to write to the disk ${disk} cannot be taken back`, () =>
    compute.disks.revokeAccess(resourceGroup, disk, call),
  );
}

interface DiskState {
  readonly state: UploadedDisk['state'];
  /** Whether all pages are there. */
  readonly isWritten: boolean;
}

async function stateOf(
  manager: ResourceManager,
  { resourceGroup, disk, generation }: DiskWanted,
  { sha256, bytes }: PageContent,
): Promise<DiskState> {
  const there = await findDisk(manager, resourceGroup, disk);
  if (there === undefined) return { state: 'absent', isWritten: false };
  const { tags = {}, creationData, diskState = '', hyperVGeneration } = there;
  const refuse = (what: string): UserError =>
    new UserError('IMAGE_CONFLICT', `There is a disk ${disk} already, and it ${what}.`, {
      hint: 'Nothing is overwritten. Give another name, or remove the disk if nobody needs it.',
    });
  const known = tags[HASH_TAG];
  if (known === undefined) throw refuse('was not made by dcos-build');
  if (known !== sha256) throw refuse(`has the pages sha256 ${known}, where the file has ${sha256}`);
  if (hyperVGeneration !== generation) throw refuse(`is of generation ${hyperVGeneration}, and not ${generation}`);
  const isWritten = tags[COMPLETE_TAG] === 'true';
  const isOpen = isUploading(diskState);
  if (isWritten) return { state: isOpen ? 'unfinished' : 'complete', isWritten };
  if (creationData?.createOption !== 'Upload' || creationData.uploadSizeBytes !== bytes) {
    throw refuse('was made for another file');
  }
  if (isOpen) return { state: 'unfinished', isWritten };
  throw refuse('was closed before all of it was there: remove it');
}

export async function findDisk(
  manager: ResourceManager,
  resourceGroup: string,
  disk: string,
): Promise<Disk | undefined> {
  return await manager.find(`The disk ${disk} cannot be looked at`, () =>
    manager.compute.disks.get(resourceGroup, disk, manager.call),
  );
}

/** Whether a disk holds that content, all of it, and can be used. */
export function isDiskOf({ tags = {}, diskState = '' }: Disk, sha256: string): boolean {
  return tags[HASH_TAG] === sha256 && tags[COMPLETE_TAG] === 'true' && !isUploading(diskState);
}

function isUploading(diskState: string): boolean {
  return diskState === 'ReadyToUpload' || diskState === 'ActiveUpload';
}

/** @param content with the footer: Azure wants to know the length of the file */
function diskBody(wanted: DiskWanted, { bytes, sha256 }: PageContent): Disk {
  return {
    location: wanted.location,
    tags: tagsOf(wanted, sha256),
    sku: { name: wanted.storage },
    osType: 'Linux',
    hyperVGeneration: wanted.generation,
    creationData: { createOption: 'Upload', uploadSizeBytes: bytes },
  };
}

function tagsOf({ tool, image }: DiskWanted, sha256: Sha256): Record<string, string> {
  return { [TOOL_TAG]: tool, [HASH_TAG]: sha256, ...(image === undefined ? {} : { image }) };
}

function signedPages(url: string | undefined, disk: string) {
  const found = url === undefined || !URL.canParse(url) ? undefined : parseSignedBlob(new URL(url));
  if (found !== undefined) return new AzureBlobStore(found.place).pageBlob(found.blob);
  throw new UserError('AZURE_REFUSED', `The disk ${disk} gave no URL to write to.`, {
    hint: 'Look whether the disk is attached somewhere; remove it, and run the same command again.',
  });
}
