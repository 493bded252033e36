/**
 * A GNU make jobserver for all builds of a run: a pipe of tokens, one for each compiler that may run, from which every
 * make in every sandbox takes and to which it gives back.
 *
 * @see https://www.gnu.org/software/make/manual/html_node/POSIX-Jobserver.html
 */
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { hasCode, remove } from './files.ts';
import { makeNamedPipes } from './named-pipe.ts';

/** Where a build finds the pipe: above what scripts and configure use for themselves (0 to 9). */
export const JOBSERVER_DESCRIPTOR = 40;

const TOKEN = Buffer.from('+');

/**
 * The option of make that names the pipe. Make before 4.4 knows descriptors only, no paths; one for both ways will do.
 * With a number of jobs beside it (`-j2`), make leaves the jobserver.
 */
export const JOBSERVER_OPTION = `--jobserver-auth=${JOBSERVER_DESCRIPTOR},${JOBSERVER_DESCRIPTOR}`;

export class Jobserver implements AsyncDisposable {
  /** Of the named pipe, for {@link RunOptions.jobserver}. */
  readonly path: string;
  readonly #slots: number;
  readonly #pipe: number;
  #builds = 0;
  /** Tokens that builds brought their own job for while none was free to take out of the pipe. */
  #owed = 0;

  private constructor(path: string, slots: number) {
    this.path = path;
    this.#slots = slots;
    this.#pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    this.#put(slots);
  }

  /** Makes the pipe in a folder of the run, with a token for each of the slots. */
  static async open(folder: string, slots: number): Promise<Jobserver> {
    const path = join(folder, 'jobserver');
    await makeNamedPipes([path]);
    return new Jobserver(path, slots);
  }

  /**
   * Lets one build in, until disposed. A build has one job without asking, so a token leaves the pipe for it, now or
   * as soon as another build ends.
   */
  enter(): Disposable {
    this.#builds += 1;
    if (!this.#take()) this.#owed += 1;
    return { [Symbol.dispose]: () => this.#leave() };
  }

  #leave(): void {
    this.#builds -= 1;
    if (this.#builds === 0) this.#refill();
    else if (this.#owed > 0) this.#owed -= 1;
    else this.#put(1);
  }

  /** A killed make keeps its tokens for ever. When no build runs, all of them belong in the pipe. */
  #refill(): void {
    while (this.#take());
    this.#owed = 0;
    this.#put(this.#slots);
  }

  #put(count: number): void {
    for (let index = 0; index < count; index += 1) writeSync(this.#pipe, TOKEN);
  }

  #take(): boolean {
    try {
      return readSync(this.#pipe, Buffer.alloc(1)) === 1;
    } catch (error) {
      if (hasCode(error, 'EAGAIN')) return false;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    closeSync(this.#pipe);
    await remove(this.path);
  }
}
