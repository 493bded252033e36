/** A {@link FileView} of files that are only described. */
import { posix } from 'node:path';
import { sha1, type Sha1 } from '../../src/model/digest.ts';
import { FileTrouble, type FileView, type FolderEntry, type PathKind } from '../../src/model/file-view.ts';

/** Content by absolute path; a path that ends in `/` is an empty folder, `{ link }` a link to a path beside it. */
export type MemoryTree = Readonly<Record<string, string | { readonly link: string }>>;

export class MemoryFiles implements FileView {
  readonly #files: MemoryTree;

  constructor(files: MemoryTree) {
    this.#files = files;
  }

  kind(path: string): PathKind {
    const real = this.#real(path);
    if (this.#entry(real) !== undefined) return 'file';
    return this.#namesBelow(real) === undefined ? 'missing' : 'folder';
  }

  names(folder: string): readonly string[] | undefined {
    const real = this.#real(folder);
    return this.#entry(real) === undefined ? this.#namesBelow(real) : undefined;
  }

  list(folder: string): readonly FolderEntry[] | undefined {
    const real = this.#real(folder);
    return this.names(folder)?.map((name) => {
      const isLink = typeof this.#entry(`${real}/${name}`) === 'object';
      return { name, kind: this.kind(`${real}/${name}`), isLink, hasBadName: false };
    });
  }

  readText(path: string): string {
    const entry = this.#entry(this.#real(path));
    if (typeof entry === 'string') return entry;
    throw new FileTrouble(path, this.kind(path) === 'folder' ? 'folder' : 'missing');
  }

  sha1(path: string): Sha1 {
    return sha1(this.readText(path));
  }

  #entry(path: string): MemoryTree[string] | undefined {
    return Object.hasOwn(this.#files, path) && !path.endsWith('/') ? this.#files[path] : undefined;
  }

  /** The path with every link in it followed; no link may lead to itself. */
  #real(path: string): string {
    let real = '';
    for (const part of posix.normalize(path).split('/').slice(1)) {
      real += `/${part}`;
      for (let entry = this.#entry(real); typeof entry === 'object'; entry = this.#entry(real)) {
        real = posix.join(posix.dirname(real), entry.link);
      }
    }
    return real;
  }

  #namesBelow(folder: string): readonly string[] | undefined {
    const inside = Object.keys(this.#files).filter((path) => path.startsWith(`${folder}/`));
    if (inside.length === 0) return undefined;
    return [...new Set(inside.map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''))].filter(
      (name) => name !== '',
    );
  }
}
