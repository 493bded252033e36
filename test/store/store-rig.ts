/** A store of this machine in a temporary folder, and packages to put into it. */
import { pack } from '../../src/host/tar-pack.ts';
import { sha256 } from '../../src/model/digest.ts';
import { parsePackageId, type PackageId } from '../../src/model/package-id.ts';
import { DirectoryStore } from '../../src/store/directory.ts';
import type { Manifest } from '../../src/store/manifest.ts';
import { PackageStore } from '../../src/store/package-store.ts';
import { UnpackedCache } from '../../src/store/unpacked-cache.ts';
import { Scratch } from '../rig/scratch.ts';

export const FACTS = {
  buildIds: { name: 'a', sources: {}, big: 12_345_678_901_234_567_890n },
  builder: { name: 'debian', id: 'sha256:0' },
  sources: {},
  tool: 'dcos-build test',
};

export class StoreRig extends Scratch {
  readonly packages = new PackageStore(new DirectoryStore(this.path('repository')), this.path('locks'));
  readonly unpacked = new UnpackedCache({ folder: this.path('unpacked'), locks: this.path('locks') });

  /** An id of that name whose version says which. */
  id(name: string, which = 0): PackageId {
    return parsePackageId(`${name}--${String(which).padStart(40, '0')}`);
  }

  /** Commits bytes that are no real tarball: the store does not look inside. */
  async commitBytes(id: PackageId, text: string, options?: { readonly replace?: boolean }): Promise<Manifest> {
    const tarball = this.write(`new/${id}`, text);
    const facts = FACTS;
    const packed = { tarball, compression: 'xz', sha256: sha256(text), bytes: Buffer.byteLength(text), facts } as const;
    return this.packages.commit(id, packed, options);
  }

  /** Packs a folder with one file and commits that. */
  async commitFolder(id: PackageId, content: string): Promise<Manifest & { readonly id: PackageId }> {
    this.write(`trees/${id}/pkginfo.json`, '{}');
    this.write(`trees/${id}/bin/tool`, content, 0o755);
    const tarball = this.write(`new/${id}`);
    const packed = await pack(this.path('trees', id), tarball, { compression: 'zst', epoch: 1, threads: 1 });
    const manifest = await this.packages.commit(id, { tarball, compression: 'zst', ...packed, facts: FACTS });
    return { ...manifest, id };
  }
}
