/** Whether the image that a plan would make is there already: one that was looked at before costs a stat, not a read. */
import { join } from 'node:path';
import { observe, unchanged } from '../host/observations.ts';
import { statIfThere } from '../host/stat.ts';
import { readState, writeState } from '../host/state-file.ts';
import { sha256 } from '../model/digest.ts';
import type { ImageRecord } from '../recipe/image-record.ts';
import type { Folders } from '../tree/folders.ts';
import type { BakePlan } from './bake-plan.ts';
import { isSameDisk } from './disk-stage.ts';
import { OUTPUT, readRecord } from './image-outputs.ts';

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
  const record = await readRecord(folder);
  if (record === undefined || record.inputs.disk !== plan.ids.disk) return undefined;
  const files = [OUTPUT.disk, OUTPUT.bill, OUTPUT.files].map((name) => statIfThere(join(folder, name)));
  if (files.includes(undefined) || files[0]?.size !== record.disk.fileBytes) return undefined;
  if (isNoted(folder, record, folders)) return record;
  if (!(await isSameDisk(folder, record, signal))) return undefined;
  noteDisk(folder, record, folders);
  return record;
}

/** Notes that the disk was found to be that of the record. */
export function noteDisk(folder: string, record: ImageRecord, folders: Looking['folders']): void {
  const path = join(folder, OUTPUT.disk);
  const stats: number[] = [];
  observe(stats, statIfThere(path), Date.now());
  writeState(statePath(folder, folders), { disk: record.disk.contentSha256, paths: [path], stats });
}

function isNoted(folder: string, record: ImageRecord, folders: Looking['folders']): boolean {
  const state = readState(statePath(folder, folders));
  if (typeof state !== 'object' || state === null || !('disk' in state) || !('stats' in state)) return false;
  const { disk, stats } = state;
  if (disk !== record.disk.contentSha256 || !Array.isArray(stats)) return false;
  const numbers = stats.map((value) => (typeof value === 'number' ? value : null));
  return unchanged({ paths: [join(folder, OUTPUT.disk)], stats: numbers });
}

function statePath(folder: string, { state }: Looking['folders']): string {
  return join(state, `image-${sha256(folder).slice(0, 16)}.json`);
}
