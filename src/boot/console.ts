/** What a guest writes to its serial port: all of it to a file, and the text of the boot that goes on. */
import { LogFile } from '../host/log-file.ts';
import { UserError } from '../model/errors.ts';
import { cleanLine } from '../report/text.ts';

/** How many of the last lines are shown of a boot that failed. */
export const LAST_LINES = 50;
/** Of more than this, the first is forgotten: a guest may write the same line for ever. */
const MOST_LINES = 20_000;
/** How the program that runs the guest begins what it says itself; what it warns of is no matter of the guest. */
const QEMU_SAYS = /^qemu-system-\w+: /;
const QEMU_WARNS = /^qemu-system-\w+: warning: /;
/** With it firmware changes the mode of a screen; terminals do not know it. */
// oxlint-disable-next-line no-control-regex
const SCREEN_MODE = /\u001b\[=\d*h/g;

export class BootConsole implements Disposable {
  readonly #log: LogFile;
  #lines: string[] = [];

  /** @throws UserError FOLDER_UNUSABLE */
  constructor(path: string) {
    try {
      this.#log = new LogFile(path, (line) => this.#take(line));
    } catch (error) {
      if (error instanceof UserError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      const hint = 'Name another file with --console.';
      throw new UserError('FOLDER_UNUSABLE', `The log of the console cannot be written: ${why}`, {
        hint,
        cause: error,
      });
    }
  }

  get path(): string {
    return this.#log.path;
  }

  write(chunk: Uint8Array): void {
    this.#log.write(chunk);
  }

  /** The lines of this boot, cleaned; an unfinished one, such as a prompt, is the last. */
  lines(): readonly string[] {
    const unfinished = cleanLine(this.#log.tail(1)[0] ?? '');
    return unfinished === '' || unfinished === this.#lines.at(-1) ? this.#lines : [...this.#lines, unfinished];
  }

  /** What QEMU itself said. */
  complaints(): readonly string[] {
    return this.#lines.filter((line) => QEMU_SAYS.test(line));
  }

  /** The guest begins anew: what it wrote so far belongs to the boot before. */
  begin(): void {
    this.#lines = [];
  }

  [Symbol.dispose](): void {
    this.#log[Symbol.dispose]();
  }

  #take(line: string): void {
    const clean = cleanLine(line.replaceAll(SCREEN_MODE, ''));
    if (clean === '' || QEMU_WARNS.test(clean)) return;
    this.#lines.push(clean);
    if (this.#lines.length > MOST_LINES) this.#lines.splice(0, MOST_LINES / 2);
  }
}
