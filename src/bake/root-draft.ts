/** A root file system that is being put together: entries that come, go and change, before they are a RootTree. */
import { readTextNow } from '../host/quick-files.ts';
import { makeRootTree, parentOf, type RootEntry, type RootTree } from '../image/root-tree.ts';

export interface Rights {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** As Linux has it. */
const MOST_LINKS = 40;

export class RootDraft {
  readonly #entries: Map<string, RootEntry>;
  /** The time that what is put here bears, in seconds since the epoch. */
  readonly #epoch: number;

  constructor(entries: Iterable<RootEntry>, epoch: number) {
    this.#entries = new Map([...entries].map((entry) => [entry.path, entry]));
    this.#epoch = epoch;
  }

  get(path: string): RootEntry | undefined {
    return this.#entries.get(path);
  }

  has(path: string): boolean {
    return this.#entries.has(path);
  }

  /** The entry that a path leads to, links followed as in the running system; undefined: it leads nowhere. */
  find(path: string): RootEntry | undefined {
    const rest = stepsOf(path);
    let at = '';
    let links = 0;
    for (let step = rest.shift(); step !== undefined; step = rest.shift()) {
      const next = step === '..' ? at.slice(0, Math.max(0, at.lastIndexOf('/'))) : `${at}/${step}`;
      const entry = this.#entries.get(next);
      if (entry?.kind === 'link') {
        links += 1;
        if (links > MOST_LINKS) return undefined;
        if (entry.target.startsWith('/')) at = '';
        rest.unshift(...stepsOf(entry.target));
      } else if (entry === undefined && next !== '') return undefined;
      else at = next;
    }
    return this.#original(at === '' ? '/' : at);
  }

  /** Paths below a folder, the folder itself not among them. */
  below(folder: string): readonly string[] {
    return [...this.#entries.keys()].filter((path) => path.startsWith(`${folder}/`));
  }

  /** The text of a file; undefined if there is none of that path. */
  text(path: string): string | undefined {
    const file = this.#original(path);
    if (file?.kind !== 'file') return undefined;
    return 'text' in file.content ? file.content.text : readTextNow(file.content.file);
  }

  /** Entries of another source, as they are; later ones take the place of earlier ones. */
  add(entries: Iterable<RootEntry>): void {
    for (const entry of entries) this.#entries.set(entry.path, entry);
  }

  /** Writes a file; one that is there keeps its owner and mode unless others are given. */
  putFile(path: string, text: string, rights: Rights = {}): void {
    this.#makeParents(path);
    const before = this.#entries.get(path);
    const { mode = 0o644, uid = 0, gid = 0 } = before?.kind === 'file' ? { ...before, ...rights } : rights;
    const bytes = Buffer.byteLength(text);
    this.#entries.set(path, {
      ...{ kind: 'file', path, mode, uid, gid, mtime: this.#epoch, bytes },
      content: { text },
    });
  }

  /** Makes a folder and those above it; one that is there gets the rights. */
  putFolder(path: string, { mode = 0o755, uid = 0, gid = 0 }: Rights = {}): void {
    this.#makeParents(path);
    this.#entries.set(path, { kind: 'folder', path, mode, uid, gid, mtime: this.#epoch });
  }

  putLink(path: string, target: string): void {
    this.#makeParents(path);
    this.#entries.set(path, { kind: 'link', path, target, mode: 0o777, uid: 0, gid: 0, mtime: this.#epoch });
  }

  /** Removes an entry with everything below it; true if it was there. */
  remove(path: string): boolean {
    for (const inner of this.below(path)) this.#removeOne(inner);
    return this.#removeOne(path);
  }

  /** Removes what is in a folder; the folder stays. */
  empty(folder: string): void {
    for (const path of this.below(folder)) this.#removeOne(path);
  }

  /** Removes every entry that is meant, with what is below it. */
  removeWhere(isMeant: (entry: RootEntry) => boolean): void {
    for (const entry of [...this.#entries.values()]) if (isMeant(entry)) this.remove(entry.path);
  }

  /** @throws UserError IMAGE_INVALID for what no file system can hold */
  finish(): RootTree {
    return makeRootTree(this.#entries.values());
  }

  /** The entry; of another name of a file, the file. */
  #original(path: string): RootEntry | undefined {
    const entry = this.#entries.get(path);
    return entry?.kind === 'hardlink' ? this.#entries.get(entry.target) : entry;
  }

  #makeParents(path: string): void {
    const parent = parentOf(path);
    if (parent === '/' || this.#entries.get(parent)?.kind === 'folder') return;
    this.putFolder(parent);
  }

  /** Another name of a file that goes becomes the file. */
  #removeOne(path: string): boolean {
    const entry = this.#entries.get(path);
    if (entry?.kind === 'file') {
      const [heir, ...others] = [...this.#entries.values()].filter(
        (each) => each.kind === 'hardlink' && each.target === path,
      );
      if (heir !== undefined) this.#entries.set(heir.path, { ...entry, path: heir.path });
      for (const other of others)
        this.#entries.set(other.path, { ...other, kind: 'hardlink', target: heir?.path ?? '' });
    }
    return this.#entries.delete(path);
  }
}

function stepsOf(path: string): string[] {
  return path.split('/').filter((step) => step !== '' && step !== '.');
}
