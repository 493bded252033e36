/** One artifact from a store to another, verified on the way. */
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { makeFolder, remove } from '../host/files.ts';
import { UserError } from '../model/errors.ts';
import type { ArtifactStore, Attributes, ReadableStore } from '../store/artifact-store.ts';
import type { Artifact } from './release-manifest.ts';

export interface TransferArtifactOptions extends Pick<Attributes, 'notes'> {
  /** A folder for files on their way through this machine. */
  readonly scratch: string;
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number) => void;
}

/**
 * Copies an artifact that the target lacks: between the stores if they can, else through this machine.
 *
 * @throws UserError RELEASE_DAMAGED if it is not there, or not what it should be
 */
export async function transferArtifact(
  from: ReadableStore,
  to: ArtifactStore,
  { name, sha256, mediaType }: Artifact,
  options: TransferArtifactOptions,
): Promise<void> {
  const { scratch, signal, onProgress, notes = {} } = options;
  const how = { condition: { kind: 'absent' }, contentType: mediaType, sha256, notes, signal } as const;
  const copied = await to.copyFrom(from, name, name, how);
  if (copied !== undefined) return;
  const path = join(scratch, randomBytes(8).toString('hex'));
  await makeFolder(scratch);
  try {
    const got = await from.get(name, path, { signal, onProgress: (bytes) => onProgress(bytes / 2) });
    if (got?.sha256 !== sha256) throw wrong(from, name, sha256, got?.sha256);
    await to.put(name, path, { ...how, onProgress: (bytes) => onProgress((got.bytes + bytes) / 2) });
  } finally {
    await remove(path);
  }
}

function wrong({ location }: ReadableStore, name: string, expected: string, actual: string | undefined): UserError {
  const what = actual === undefined ? 'is missing' : `should have the sha256 ${expected}, but has ${actual}`;
  return new UserError('RELEASE_DAMAGED', `${name} of ${location} ${what}.`, {
    hint: '"dcos-build release verify" shows what else is wrong; "release create" from its tree mends what is missing.',
  });
}
