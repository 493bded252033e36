/**
 * Tarballs with their manifests in the store of this machine. An artifact is there when its manifest is there and its
 * tarball has the size that the manifest names; everything else is a miss, and is made again.
 */
import { join } from 'node:path';
import { isMissing, remove, renameDurably, syncFolder, writeFileDurably } from '../host/files.ts';
import { lock } from '../host/lock.ts';
import { readTextNow, sizeNow } from '../host/quick-files.ts';
import { moveDurably } from '../host/transfer.ts';
import type { DirectoryStore } from './directory.ts';
import { formatManifest, parseManifest, type Manifest } from './manifest.ts';

/** Where an artifact stands in pkgpanda's layout. */
export interface Place {
  /** `packages/<name>` or `bootstrap`. */
  readonly folder: string;
  readonly id: string;
}

export interface CommitOptions {
  /** Takes the place of one that is there; otherwise the first one stays. */
  readonly replace?: boolean;
  /** Small files that are to be there when the artifact is, by name in the same folder. */
  readonly beside?: Readonly<Record<string, string>>;
}

export class Shelf {
  readonly store: DirectoryStore;
  readonly #locks: string;

  /** @param locks a folder for lock files, the same for every process that uses the store */
  constructor(store: DirectoryStore, locks: string) {
    this.store = store;
    this.#locks = join(locks, 'commit');
  }

  /** Synchronous: asked for every component of a tree. */
  find(place: Place): Manifest | undefined {
    const manifest = this.#manifest(place);
    if (manifest === undefined || sizeNow(this.tarball(place, manifest)) !== manifest.bytes) return undefined;
    return manifest;
  }

  /** Path of the tarball. */
  tarball(place: Place, { file }: Pick<Manifest, 'file'>): string {
    return this.store.path(`${place.folder}/${file}`);
  }

  /**
   * Takes a finished tarball in. Whoever commits first wins: two builds of one id differ only if the build is not
   * reproducible, and those that need it may have seen the first one already.
   *
   * @param tarball whole and synced; it is gone from there afterwards
   * @returns what is in the store now
   */
  async commit(place: Place, tarball: string, manifest: Manifest, options: CommitOptions = {}): Promise<Manifest> {
    using _held = await this.#lock(place);
    const there = this.find(place);
    if (there !== undefined && options.replace !== true) {
      await remove(tarball);
      return there;
    }
    // From here on until the manifest is written the artifact is absent, wherever this process may be stopped.
    await this.#withdraw(place);
    // What was signed is the bytes that were there.
    if (there?.sha256 !== manifest.sha256) await remove(this.store.path(attestationsOf(place)));
    await moveDurably(tarball, this.tarball(place, manifest));
    for (const [name, text] of Object.entries(options.beside ?? {})) {
      await writeFileDurably(this.store.path(`${place.folder}/${name}`), text);
    }
    await writeFileDurably(this.store.path(manifestName(place)), formatManifest(manifest));
    if (there !== undefined && there.file !== manifest.file) await remove(this.tarball(place, there));
    return manifest;
  }

  /**
   * Takes out an artifact whose bytes are not those that its manifest names, unless it has been replaced meanwhile.
   *
   * @returns where the bad tarball is kept
   */
  async setAside(place: Place, manifest: Manifest): Promise<string> {
    using _held = await this.#lock(place);
    const tarball = this.tarball(place, manifest);
    const aside = `${tarball}.corrupt`;
    if (this.#manifest(place)?.sha256 !== manifest.sha256) return aside;
    await this.#withdraw(place);
    await renameDurably(tarball, aside);
    return aside;
  }

  #manifest(place: Place): Manifest | undefined {
    const text = readTextNow(this.store.path(manifestName(place)));
    return text === undefined ? undefined : parseManifest(text, place.id);
  }

  async #withdraw(place: Place): Promise<void> {
    const path = this.store.path(manifestName(place));
    if (readTextNow(path) === undefined) return;
    await remove(path);
    try {
      await syncFolder(this.store.path(place.folder));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  async #lock({ id }: Place): Promise<Disposable> {
    return lock(join(this.#locks, id));
  }
}

/** The manifest's name in the store. */
export function manifestName({ folder, id }: Place): string {
  return `${folder}/${id}.manifest.json`;
}

/** The name of the file with what was signed about an artifact, one statement a line (sign/bundle-lines.ts). */
export function attestationsOf({ folder, id }: Place): string {
  return `${folder}/${id}.intoto.jsonl`;
}
