/** A disk that passes every rule on the system inside, made once for a file of tests, and copies of it with changes. */
import { inspectImage, type ImageInspection } from '../../src/image/inspect-image.ts';
import { changeRoot, copyImage, makeOsImage, osFiles, type Changes } from './os-image.ts';
import { Scratch } from './scratch.ts';

export class GoodImage implements Disposable {
  readonly scratch = new Scratch();
  #path = '';
  #present: readonly string[] = [];

  /** The disk itself: to be read, not written. */
  get path(): string {
    return this.#path;
  }

  async make(): Promise<void> {
    const files = osFiles(this.scratch);
    this.#path = await makeOsImage(this.scratch, 'good');
    changeRoot(this.scratch, this.#path, { write: files }, []);
    this.#present = Object.keys(files);
  }

  /** @param name of the copy; another of that name is replaced @returns its path */
  copy(name = 'copy', changes: Changes = {}): string {
    const disk = copyImage(this.#path, this.scratch.path('copies', `${name}.vhd`));
    changeRoot(this.scratch, disk, changes, this.#present);
    return disk;
  }

  [Symbol.dispose](): void {
    this.scratch[Symbol.dispose]();
  }
}

export async function inspect(path: string): Promise<ImageInspection> {
  return await inspectImage(path, { shown: path, signal: new AbortController().signal });
}

/** Rules that fail, and what each says. */
export function failuresOf({ findings }: ImageInspection): ReadonlyMap<string, string> {
  return new Map(findings.flatMap(({ id, result, actual }) => (result === 'failed' ? [[id, actual]] : [])));
}
