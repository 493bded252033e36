/** Files of this machine for pure code, fast for many small ones, and a record of everything that was looked at. */
import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readSync, readdirSync, type Stats } from 'node:fs';
import { FileTrouble, type FileView, type FolderEntry, type PathKind } from '../model/file-view.ts';
import { sha1, type Sha1 } from '../model/digest.ts';
import { observe, type Observations } from './observations.ts';
import { isNowhere, statIfThere } from './stat.ts';

/** Grows to the largest file that was read; one for the process, since all reading here is synchronous. */
let buffer = Buffer.allocUnsafe(64 * 1024);

/** Keeps open() from waiting for a writer when the path turns out to be a pipe. */
const READ_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

/** A {@link FileView} of real files. Stats are taken before the content, so that a change in between is seen later. */
export class RecordingFileView implements FileView {
  readonly #startedMs = Date.now();
  readonly #paths: string[] = [];
  readonly #stats: number[] = [];

  /** Everything looked at so far, in the order in which it was. */
  get observations(): Observations {
    return { paths: this.#paths, stats: this.#stats };
  }

  kind(path: string): PathKind {
    const stats = statIfThere(path);
    this.#note(path, stats);
    return kindOf(stats);
  }

  names(folder: string): readonly string[] | undefined {
    return this.kind(folder) === 'folder' ? readdirSync(folder) : undefined;
  }

  list(folder: string): readonly FolderEntry[] | undefined {
    if (this.kind(folder) !== 'folder') return undefined;
    const entries = readdirSync(folder, { withFileTypes: true });
    const badNames = entries.some(({ name }) => name.includes('\uFFFD')) ? namesNotUtf8(folder) : undefined;
    return entries.map((entry) => {
      const hasBadName = badNames?.has(entry.name) ?? false;
      const isLink = entry.isSymbolicLink();
      if (isLink) return { name: entry.name, kind: this.kind(`${folder}/${entry.name}`), isLink, hasBadName };
      return { name: entry.name, kind: kindOf(entry), isLink, hasBadName };
    });
  }

  readText(path: string): string {
    return this.#withContent(path, (content) => {
      if (!isUtf8(content)) throw new FileTrouble(path, 'not-utf8');
      return content.toString('utf8');
    });
  }

  sha1(path: string): Sha1 {
    return this.#withContent(path, sha1);
  }

  #withContent<T>(path: string, use: (content: Buffer) => T): T {
    let file: number;
    try {
      file = openSync(path, READ_FLAGS);
    } catch (error) {
      this.#note(path, undefined);
      const reason = isNowhere(error) ? 'missing' : 'unreadable';
      throw new FileTrouble(path, reason, { cause: error });
    }
    try {
      const stats = fstatSync(file);
      this.#note(path, stats);
      if (!stats.isFile()) throw new FileTrouble(path, stats.isDirectory() ? 'folder' : 'special');
      return use(readWhole(file, stats.size));
    } finally {
      closeSync(file);
    }
  }

  #note(path: string, stats: Stats | undefined): void {
    this.#paths.push(path);
    observe(this.#stats, stats, this.#startedMs);
  }
}

/** The content as a part of the shared buffer: to be used before the next read. */
function readWhole(file: number, bytes: number): Buffer {
  if (bytes > buffer.length) buffer = Buffer.allocUnsafe(bytes);
  let length = 0;
  while (length < bytes) {
    const read = readSync(file, buffer, length, bytes - length, length);
    if (read === 0) break;
    length += read;
  }
  return buffer.subarray(0, length);
}

function kindOf(entry: { isFile(): boolean; isDirectory(): boolean } | undefined): PathKind {
  if (entry === undefined) return 'missing';
  return entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other';
}

function namesNotUtf8(folder: string): ReadonlySet<string> {
  const raw = readdirSync(folder, { encoding: 'buffer' });
  return new Set(raw.filter((name) => !isUtf8(name)).map((name) => name.toString('utf8')));
}
