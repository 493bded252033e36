/** Writes what a store lacks. */
import { hashFile } from '../host/hash-file.ts';
import { inParallel } from '../host/in-parallel.ts';
import { UserError } from '../model/errors.ts';
import type { ArtifactStore, Attributes } from '../store/artifact-store.ts';
import { ProgressSum, type TellProgress } from './progress.ts';
import { checkSame, type LocalArtifact, type UploadPlan } from './upload-plan.ts';

export interface UploadOptions extends Pick<Attributes, 'notes'> {
  /** Uploads at once. */
  readonly jobs: number;
  readonly signal: AbortSignal;
  readonly onProgress: TellProgress;
}

/**
 * Does what the plan says. What somebody else has written meanwhile stays, if it is the same.
 *
 * @throws UserError STORE_CONFLICT; STORE_CORRUPT if a file of this machine is not what its manifest says
 */
export async function upload(store: ArtifactStore, { put }: UploadPlan, options: UploadOptions): Promise<void> {
  const { jobs, signal } = options;
  const progress = new ProgressSum('uploading', put, options.onProgress);
  await inParallel(put, { jobs, signal }, async (artifact, each) => {
    await progress.count(artifact.bytes, (onProgress) =>
      write(store, artifact, { ...options, signal: each, onProgress }),
    );
  });
}

interface WriteOptions extends Pick<Attributes, 'notes'> {
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number) => void;
}

async function write(store: ArtifactStore, artifact: LocalArtifact, options: WriteOptions): Promise<void> {
  const { name, content, sha256, mediaType } = artifact;
  const { notes = {}, signal, onProgress } = options;
  const how = { condition: { kind: 'absent' }, contentType: mediaType, notes, signal } as const;
  if ('text' in content) {
    if (!(await store.writeText(name, content.text, how))) await checkOther(store, artifact, signal);
    return;
  }
  const actual = await hashFile(content.path, signal);
  if (actual.sha256 !== sha256) throw damaged(content.path, sha256, actual.sha256);
  const isNew = await store.put(name, content.path, { ...how, keep: true, sha256, onProgress });
  if (!isNew) await checkOther(store, artifact, signal);
}

/** Somebody else was faster. */
async function checkOther(store: ArtifactStore, artifact: LocalArtifact, signal: AbortSignal): Promise<void> {
  const there = (await store.list(artifact.name, { signal })).get(artifact.name);
  if (artifact.isNamedByContent && there !== undefined) checkSame(artifact, there);
}

function damaged(path: string, expected: string, actual: string): UserError {
  return new UserError('STORE_CORRUPT', `${path} is damaged: expected sha256 ${expected}, got ${actual}.`, {
    hint: '"dcos-build store verify" sets it aside, and "dcos-build build" makes it anew.',
  });
}
