/** Releases made by hand. */
import { sha256 } from '../../src/model/digest.ts';
import { sealRelease, type Artifact, type Release, type ReleaseManifest } from '../../src/publish/release-manifest.ts';

/** A blob of which the content is its name. */
export function artifact(name: string): Artifact {
  return { name, sha256: sha256(name), bytes: name.length, mediaType: 'application/x-xz' };
}

const EMPTY: ReleaseManifest = {
  name: 'DC/OS',
  version: '1.0',
  codename: undefined,
  tag: 'test',
  commit: undefined,
  isChanged: false,
  tool: 'dcos-build test',
  trees: [],
  artifacts: [],
  files: [],
};

export function releaseOf(manifest: Partial<ReleaseManifest>): Release {
  return sealRelease({ ...EMPTY, ...manifest });
}
