/** Configuration packages as tarballs, in pkgpanda's format (facts: pkgpanda 10). */
import { join } from 'node:path';
import { pack } from '../host/tar-pack.ts';
import { writeFileWhole } from '../host/files.ts';
import { makeFolderNow } from '../host/make-folder.ts';
import { packageName, type PackageId } from '../model/package-id.ts';
import { TOOL } from '../model/tool.ts';
import { formatManifest, type Manifest } from '../store/manifest.ts';
import { packageFile, packagePlace } from '../store/package-store.ts';
import { manifestName } from '../store/shelf.ts';
import { asSide, textArtifact } from './local-artifacts.ts';
import type { LocalArtifact } from './upload-plan.ts';

export interface PackedFiles {
  readonly id: PackageId;
  /** Paths begin with a slash. */
  readonly files: readonly { readonly path: string; readonly content: string; readonly permissions: string }[];
}

export interface PackOptions {
  /** A folder for the tarball, which has to stay until it has been uploaded. */
  readonly scratch: string;
  /** The time of every entry, in seconds since the epoch. */
  readonly epoch: number;
  readonly signal: AbortSignal;
}

export interface PackedConfig {
  readonly manifest: Manifest;
  /** The tarball and its manifest. */
  readonly artifacts: readonly LocalArtifact[];
}

/** The same files give the same bytes. @throws UserError DISK_FULL, HOST_INCOMPLETE */
export async function packConfig({ id, files }: PackedFiles, options: PackOptions): Promise<PackedConfig> {
  const { scratch, epoch, signal } = options;
  const folder = join(scratch, id);
  for (const { path, content, permissions } of files) {
    makeFolderNow(join(folder, path, '..'));
    await writeFileWhole(join(folder, path), content, Number.parseInt(permissions, 8));
  }
  const file = packageFile(id, 'xz');
  const path = join(scratch, file);
  const packed = await pack(folder, path, { compression: 'xz', threads: 1, epoch, signal });
  const place = packagePlace(id);
  const facts = { buildIds: { name: packageName(id), requires: [] }, tool: TOOL };
  const manifest: Manifest = { id, file, compression: 'xz', ...packed, facts };
  const tarball = { name: `${place.folder}/${file}`, ...packed, mediaType: 'application/x-xz' };
  return {
    manifest,
    artifacts: [
      { ...tarball, content: { path }, isNamedByContent: true },
      asSide(textArtifact(manifestName(place), formatManifest(manifest))),
    ],
  };
}
