/** The log of one build: everything goes to a file, whole lines to a listener, and the last of them are kept. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { makeFolderNow, unusableFolder } from './make-folder.ts';

const KEPT_LINES = 50;
/** A line longer than this is told in pieces; the file has it whole. */
const LONGEST_LINE = 4096;

export class LogFile implements Disposable {
  readonly path: string;
  readonly #file: number;
  readonly #onLine: (line: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  readonly #last: string[] = [];
  #unfinished = '';

  /** Begins the file anew, in a folder that is made if need be. @throws UserError FOLDER_UNUSABLE */
  constructor(path: string, onLine: (line: string) => void) {
    makeFolderNow(dirname(path));
    this.path = path;
    try {
      this.#file = openSync(path, 'w', 0o644);
    } catch (error) {
      throw unusableFolder(dirname(path), error);
    }
    this.#onLine = onLine;
  }

  /** Written at once: what a build said last is there even if this process is killed. */
  write(chunk: Uint8Array): void {
    writeSync(this.#file, chunk);
    const lines = (this.#unfinished + this.#decoder.write(chunk)).split(/\r\n|\n|\r/);
    this.#unfinished = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
    while (this.#unfinished.length > LONGEST_LINE) {
      this.#take(this.#unfinished.slice(0, LONGEST_LINE));
      this.#unfinished = this.#unfinished.slice(LONGEST_LINE);
    }
  }

  /** The last lines, an unfinished one among them. */
  tail(count: number): readonly string[] {
    const lines = this.#unfinished === '' ? this.#last : [...this.#last, this.#unfinished];
    return lines.slice(-count);
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }

  #take(line: string): void {
    this.#last.push(line);
    if (this.#last.length > KEPT_LINES) this.#last.shift();
    this.#onLine(line);
  }
}
