/** Whether the image that a plan would make is there already: one that was looked at before costs a stat, not a read. */
import { join } from 'node:path';
import { statIfThere } from '../host/stat.ts';
import type { ImageRecord } from '../recipe/image-record.ts';
import type { Folders } from '../tree/folders.ts';
import type { BakePlan } from './bake-plan.ts';
import { diskContent } from './disk-content.ts';
import { OUTPUT, usableRecord } from './image-outputs.ts';

interface Looking {
  readonly folders: Pick<Folders, 'state'>;
  readonly signal: AbortSignal;
}

/** The record of the image if its disk is what the plan would write, and was not changed since. */
export async function upToDateRecord(
  plan: BakePlan,
  folder: string,
  { folders, signal }: Looking,
): Promise<ImageRecord | undefined> {
  const record = usableRecord(folder);
  if (record === undefined || record.inputs.disk !== plan.ids.disk) return undefined;
  const files = [OUTPUT.disk, OUTPUT.bill, OUTPUT.files].map((name) => statIfThere(join(folder, name)));
  if (files.includes(undefined) || files[0]?.size !== record.disk.fileBytes) return undefined;
  const { sha256 } = await diskContent(join(folder, OUTPUT.disk), { state: folders.state, signal });
  return sha256 === record.disk.contentSha256 ? record : undefined;
}
