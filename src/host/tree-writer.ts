/**
 * Writes the files of an unpacked tree. Each call is a handful of system calls, made at once: for the many small files
 * of a source this takes a third of the time of the asynchronous ones. Paths are bytes (see archive-entry).
 */
import * as fs from 'node:fs';
import type { Placed } from './archive-tree.ts';

export interface NewFile {
  readonly mode: number;
  readonly mtime: number;
  readonly content: AsyncIterable<Uint8Array>;
}

const RWX = 0o777;

export class TreeWriter {
  readonly #root: string;
  readonly #epoch: number | undefined;
  readonly #folders = new Map<string, { readonly mode: number; readonly mtime: number }>();
  readonly #linkTimes = new Map<string, number>();

  /** @param root an empty folder */
  constructor(root: string, epoch: number | undefined) {
    this.#root = Buffer.from(root).toString('latin1');
    this.#epoch = epoch;
  }

  folder({ path, newFolders }: Placed, mode: number, mtime: number): void {
    this.#makeFolders(newFolders);
    this.#folders.set(path, { mode: (mode & RWX) | 0o700, mtime: this.#time(mtime) });
  }

  async file(placed: Placed, { mode, mtime, content }: NewFile): Promise<void> {
    this.#prepare(placed);
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = fs.constants;
    const fd = fs.openSync(this.#at(placed.path), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      for await (const chunk of content) writeAll(fd, chunk);
      fs.fchmodSync(fd, (mode & RWX) | 0o600);
      fs.futimesSync(fd, this.#time(mtime), this.#time(mtime));
    } finally {
      fs.closeSync(fd);
    }
  }

  hardlink(placed: Placed, to: string): void {
    this.#prepare(placed);
    fs.linkSync(this.#at(to), this.#at(placed.path));
  }

  /** Only makes room: the link itself is made by {@link finish}. */
  symlink(placed: Placed, mtime: number): void {
    this.#prepare(placed);
    this.#linkTimes.set(placed.path, this.#time(mtime));
  }

  /** Makes the links and sets the modes and times of folders, innermost first; returns the path of the folder. */
  finish(links: readonly (readonly [path: string, target: string])[], folder: string): string {
    for (const [path, target] of links) {
      fs.symlinkSync(Buffer.from(target, 'latin1'), this.#at(path));
      const time = this.#linkTimes.get(path) ?? this.#time(0);
      fs.lutimesSync(this.#at(path), time, time);
    }
    for (const [path, { mode, mtime }] of [...this.#folders].toSorted(([a], [b]) => b.length - a.length)) {
      fs.chmodSync(this.#at(path), mode);
      fs.utimesSync(this.#at(path), mtime, mtime);
    }
    if (folder === '') {
      fs.chmodSync(this.#at(''), 0o755);
      fs.utimesSync(this.#at(''), this.#epoch ?? 0, this.#epoch ?? 0);
    }
    return this.#at(folder).toString('utf8');
  }

  #prepare({ path, newFolders, replaces }: Placed): void {
    this.#makeFolders(newFolders);
    if (replaces) fs.unlinkSync(this.#at(path));
  }

  #makeFolders(paths: readonly string[]): void {
    for (const path of paths) {
      fs.mkdirSync(this.#at(path), 0o700);
      this.#folders.set(path, { mode: 0o755, mtime: this.#epoch ?? 0 });
    }
  }

  #time(mtime: number): number {
    return Math.min(Math.max(mtime, 0), this.#epoch ?? 2 ** 40);
  }

  #at(path: string): Buffer {
    return Buffer.from(path === '' ? this.#root : `${this.#root}/${path}`, 'latin1');
  }
}

function writeAll(fd: number, chunk: Uint8Array): void {
  for (let at = 0; at < chunk.length;) at += fs.writeSync(fd, chunk, at);
}
