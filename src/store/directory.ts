/** Artifacts as files below one directory. */
import { isAbsolute, join, normalize } from 'node:path';
import { isMissing, makeFolder, readTextIfThere, writeFileDurably } from '../host/files.ts';
import type { HashedBytes } from '../host/hash-file.ts';
import { isFolder, listFiles } from '../host/listing.ts';
import { sizeNow } from '../host/quick-files.ts';
import { copyDurably, copyHashed, moveDurably } from '../host/transfer.ts';
import { UserError } from '../model/errors.ts';
import { byCodePoint } from '../model/order.ts';
import type { ArtifactStore, PutOptions, TransferOptions } from './artifact-store.ts';

export class DirectoryStore implements ArtifactStore {
  readonly location: string;

  readonly #mustExist: boolean;

  /**
   * @param folder absolute
   * @param options mustExist: nobody will write to it, so that its absence is a mistake (a typo, a disk that is not
   *   mounted) and not an empty store; otherwise it is made when the first artifact is written
   */
  constructor(folder: string, options: { readonly mustExist?: boolean } = {}) {
    this.location = folder;
    this.#mustExist = options.mustExist ?? false;
  }

  /** Where an artifact of that name lies, whether it is there or not. */
  path(name: string): string {
    if (isAbsolute(name) || normalize(name) !== name || name.startsWith('..')) {
      throw new Error(`not the name of an artifact: ${name}`);
    }
    return join(this.location, name);
  }

  async has(name: string): Promise<boolean> {
    if (sizeNow(this.path(name)) !== undefined) return true;
    await this.#checkFolder();
    return false;
  }

  async readText(name: string): Promise<string | undefined> {
    const text = await readTextIfThere(this.path(name));
    if (text === undefined) await this.#checkFolder();
    return text;
  }

  async writeText(name: string, text: string): Promise<void> {
    await writeFileDurably(this.path(name), text);
  }

  async get(name: string, path: string, options?: TransferOptions): Promise<HashedBytes | undefined> {
    try {
      return await copyHashed(this.path(name), path, options);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
    await this.#checkFolder();
    return undefined;
  }

  async put(name: string, path: string, options: PutOptions = {}): Promise<void> {
    const { keep = false, ...transfer } = options;
    await (keep ? copyDurably : moveDurably)(path, this.path(name), transfer);
  }

  /** Makes the folder in which artifacts of a kind stand. */
  async makeFolder(name: string): Promise<void> {
    await makeFolder(this.path(name));
  }

  async list(prefix: string): Promise<ReadonlyMap<string, number>> {
    const below = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    const files = await listFiles(join(this.location, below));
    const named = files.map(({ path, bytes }) => [`${below}${path}`, bytes] as const);
    const wanted = named.filter(([name]) => name.startsWith(prefix) && !isTemporary(name));
    return new Map(wanted.toSorted(([a], [b]) => byCodePoint(a, b)));
  }

  async #checkFolder(): Promise<void> {
    if (!this.#mustExist || (await isFolder(this.location))) return;
    throw new UserError('REPOSITORY_UNAVAILABLE', `The repository ${this.location} is no folder.`, {
      hint: 'Look whether the path is right and its disk is mounted, or leave --repository out.',
    });
  }
}

/** Whether the name is one under which something is being written, or was when its process died. */
export function isTemporary(name: string): boolean {
  return name.includes('.tmp-');
}
