/**
 * What a registration makes, written down before it is made: whoever comes after one that was killed knows what is its own
 * to remove. The file is gone when all is well, or all is removed.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { readTextIfThere, remove, writeFileDurably } from '../host/files.ts';
import { lock } from '../host/lock.ts';
import { sha256 } from '../model/digest.ts';
import { isRefusal } from './arm-errors.ts';

export interface Made {
  readonly kind: 'gallery' | 'definition' | 'version';
  readonly id: string;
}

const FORMAT = 'dcos-build registration 1';

const schema = z.object({
  format: z.literal(FORMAT),
  image: z.string(),
  made: z.array(z.object({ kind: z.enum(['gallery', 'definition', 'version']), id: z.string() })),
});

export class Journal implements Disposable {
  readonly #path: string;
  readonly #image: string;
  readonly #lock: Disposable;
  #made: readonly Made[];

  private constructor(
    path: string,
    image: string,
    held: { readonly lock: Disposable; readonly made: readonly Made[] },
  ) {
    this.#path = path;
    this.#image = image;
    this.#lock = held.lock;
    this.#made = held.made;
  }

  /**
   * Opens that of one image in one gallery, alone: another run of the same on this machine waits.
   *
   * @param folder of all journals
   */
  static async open(
    folder: string,
    { gallery, image, signal }: { readonly gallery: string; readonly image: string; readonly signal: AbortSignal },
  ): Promise<Journal> {
    const path = join(folder, `${sha256(`${gallery.toLowerCase()} ${image}`).slice(0, 16)}.json`);
    const held = await lock(`${path}.lock`, { signal });
    return new Journal(path, image, { lock: held, made: parse(await readTextIfThere(path)) });
  }

  /** In the order in which it was made. */
  get made(): readonly Made[] {
    return this.#made;
  }

  /**
   * Writes it down before the request. What is refused at once is not of this run: if something is there by now, others have
   * made it at the same time.
   *
   * @param begin sends the request
   */
  async begin<Result>(made: Made, begin: () => Promise<Result>): Promise<Result> {
    const isKnown = this.#made.some(({ id }) => id.toLowerCase() === made.id.toLowerCase());
    if (!isKnown) await this.#write([...this.#made, made]);
    try {
      return await begin();
    } catch (error) {
      if (!isKnown && isRefusal(error)) await this.end(made);
      throw error;
    }
  }

  /** It is removed, or stays for good. */
  async end(made: Made): Promise<void> {
    await this.#write(this.#made.filter(({ id }) => id !== made.id));
  }

  /** All of it stays. */
  async close(): Promise<void> {
    await this.#write([]);
  }

  [Symbol.dispose](): void {
    this.#lock[Symbol.dispose]();
  }

  async #write(made: readonly Made[]): Promise<void> {
    this.#made = made;
    if (made.length === 0) await remove(this.#path);
    else
      await writeFileDurably(
        this.#path,
        `${JSON.stringify({ format: FORMAT, image: this.#image, made }, undefined, 2)}\n`,
      );
  }
}

/** One that cannot be read is of another program: nothing is known to be ours. */
function parse(text: string | undefined): readonly Made[] {
  try {
    return text === undefined ? [] : schema.parse(JSON.parse(text)).made;
  } catch {
    return [];
  }
}
