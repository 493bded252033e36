/** Blobs of disks that were uploaded: a version that was made of one has its own copy of it. */
import type { AzureBlobStore } from '../store/azure-blob.ts';
import { describeDisk, type DiskBlob } from '../store/azure-page-state.ts';
import type { PruneRules, PruneVerdict } from './prune-plan.ts';

export interface BlobWanted {
  readonly rules: PruneRules;
  /** Hashes of the disks that versions of the gallery hold a copy of. */
  readonly copied: ReadonlySet<string>;
  readonly signal: AbortSignal;
}

/** Names that end in .vhd, sorted; only what an upload of an image made is looked at. */
export async function planBlobs(
  store: AzureBlobStore,
  { rules, copied, signal }: BlobWanted,
): Promise<readonly PruneVerdict[]> {
  const names = [...(await store.list('', { signal })).keys()].filter((name) => name.endsWith('.vhd'));
  const verdicts: PruneVerdict[] = [];
  for (const name of names) {
    const found = await describeDisk(store.pageBlob(name), signal);
    if (found?.sha256 === undefined) continue;
    verdicts.push({ version: name, id: store.urlOf(name), reason: reasonToStay(found, rules, copied) });
  }
  return verdicts;
}

export async function removeBlobs(
  store: AzureBlobStore,
  blobs: readonly PruneVerdict[],
  signal: AbortSignal,
): Promise<void> {
  for (const { version: name } of blobs.filter(({ reason }) => reason === undefined))
    await store.remove(name, { signal });
}

/** What no version holds may be what an offer of the Marketplace names by its URL. */
function reasonToStay(
  { isComplete, sha256, modifiedMs }: DiskBlob,
  { unusedForMs, nowMs }: PruneRules,
  copied: ReadonlySet<string>,
): string | undefined {
  if (modifiedMs === undefined || modifiedMs > nowMs - unusedForMs) return 'too young';
  if (!isComplete || copied.has(sha256 ?? '')) return undefined;
  return 'no version of the gallery has it';
}
