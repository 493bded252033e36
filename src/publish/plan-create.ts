/** What {@link createRelease} would write, for a look before it is done. */
import { Buffer } from 'node:buffer';
import { formatChannel } from './channel.ts';
import { allArtifacts, type CreateRequest } from './create-release.ts';
import { channelFile, MANIFEST, releaseFile } from './layout.ts';
import { textArtifact } from './local-artifacts.ts';
import { channelAfter, seeChannel } from './move-channel.ts';
import { pkgpandaFiles } from './pkgpanda-files.ts';
import { withHashes } from './published-hashes.ts';
import { MANIFEST_TYPE, type Artifact } from './release-manifest.ts';
import { planUpload, type UploadPlan } from './upload-plan.ts';

export interface CreatePlan extends UploadPlan {
  /** What is written whether it is there or not, in its order: the channel, and pkgpanda's files after it. */
  readonly update: readonly Pick<Artifact, 'name' | 'bytes'>[];
}

/** What would be written. Nothing is. @throws UserError STORE_CONFLICT, REPOSITORY_UNAVAILABLE, STORE_FORBIDDEN */
export async function planCreate(request: CreateRequest): Promise<CreatePlan> {
  const { store, composed, channel, place, signal } = request;
  const { release } = composed;
  const manifest = textArtifact(releaseFile(release.id, MANIFEST), release.text, MANIFEST_TYPE);
  const artifacts = [...allArtifacts(composed), manifest];
  const present = await withHashes(store, artifacts, await store.list('', { signal }), request);
  const seen = await seeChannel(store, channel, signal);
  const text = formatChannel(channelAfter(seen, release, { move: 'create', from: undefined, nowMs: request.nowMs() }));
  const sizes = new Map(release.manifest.files.map((file) => [file.name, file.bytes]));
  const files = pkgpandaFiles(release, channel, place).map(({ name, content }) => ({
    name,
    bytes: 'text' in content ? Buffer.byteLength(content.text) : (sizes.get(content.file) ?? 0),
  }));
  return {
    ...planUpload(artifacts, present),
    update: [{ name: channelFile(channel), bytes: Buffer.byteLength(text) }, ...files],
  };
}
