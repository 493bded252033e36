/** Artifacts as files below one directory. */
import { join } from 'node:path';
import {
  isMissing,
  makeFolder,
  readTextIfThere,
  removeFile,
  renameDurablyIfFree,
  temporaryBeside,
  touchFile,
  writeFileDurably,
} from '../host/files.ts';
import type { HashedBytes } from '../host/hash-file.ts';
import { fileFacts, isFolder, listFiles } from '../host/listing.ts';
import { lock } from '../host/lock.ts';
import { sizeNow } from '../host/quick-files.ts';
import { copyDurably, copyDurablyIfFree, copyHashed, moveDurably, moveDurablyIfFree } from '../host/transfer.ts';
import { UserError } from '../model/errors.ts';
import { byCodePoint } from '../model/order.ts';
import { checkName } from './artifact-name.ts';
import { explainFolder } from './directory-errors.ts';
import type {
  ArtifactStore,
  Condition,
  Listed,
  PutOptions,
  ReadableStore,
  TransferOptions,
  VersionedText,
  WriteOptions,
} from './artifact-store.ts';

/** Held, below the directory, by who looks at a version and then acts on it. No artifact. */
const LOCK = '.lock';

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
    return join(this.location, checkName(name));
  }

  async has(name: string): Promise<boolean> {
    if (sizeNow(this.path(name)) !== undefined) return true;
    await this.#checkFolder();
    return false;
  }

  async readText(name: string): Promise<string | undefined> {
    const text = await this.#explain(() => readTextIfThere(this.path(name)));
    if (text === undefined) await this.#checkFolder();
    return text;
  }

  async readVersion(name: string): Promise<VersionedText | undefined> {
    for (;;) {
      const version = await this.#version(name);
      const text = await this.readText(name);
      if (text === undefined) return undefined;
      if (version !== undefined && (await this.#version(name)) === version) return { text, version };
    }
  }

  async writeText(name: string, text: string, { condition }: WriteOptions = {}): Promise<boolean> {
    const path = this.path(name);
    return await this.#explain(async () => {
      if (condition?.kind === 'absent') return await writeIfFree(path, text);
      return await this.#ifVersion(name, condition, async () => {
        await writeFileDurably(path, text);
        return true;
      });
    });
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

  async put(name: string, path: string, options: PutOptions = {}): Promise<boolean> {
    const { keep = false, condition, ...transfer } = options;
    transfer.signal?.throwIfAborted();
    const to = this.path(name);
    return await this.#explain(async () => {
      if (condition?.kind === 'absent') {
        return await (keep ? copyDurablyIfFree : moveDurablyIfFree)(path, to, transfer);
      }
      return await this.#ifVersion(name, condition, async () => {
        await (keep ? copyDurably : moveDurably)(path, to, transfer);
        return true;
      });
    });
  }

  async touch(name: string): Promise<boolean> {
    return await this.#explain(async () => {
      using _held = await this.#lock();
      return await touchFile(this.path(name));
    });
  }

  async remove(name: string, { condition }: { readonly condition?: Condition } = {}): Promise<boolean> {
    return await this.#explain(() => this.#ifVersion(name, condition, () => removeFile(this.path(name))));
  }

  /** What lies in another directory of this machine is copied as a local file is. */
  async copyFrom(from: ReadableStore, name: string, to: string, options?: PutOptions): Promise<boolean | undefined> {
    if (!(from instanceof DirectoryStore)) return undefined;
    return await this.put(to, from.path(name), { ...options, keep: true });
  }

  /** Makes the folder in which artifacts of a kind stand. */
  async makeFolder(name: string): Promise<void> {
    await makeFolder(this.path(name));
  }

  async list(prefix: string): Promise<ReadonlyMap<string, Listed>> {
    const below = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    const files = await this.#explain(() => listFiles(join(this.location, below)));
    if (files.length === 0) await this.#checkFolder();
    const named = files.map(({ path, bytes, version, modifiedMs }) => {
      return [`${below}${path}`, { bytes, version, modifiedMs, sha256: undefined }] as const;
    });
    const wanted = named.filter(([name]) => name.startsWith(prefix) && !isTemporary(name) && name !== LOCK);
    return new Map(wanted.toSorted(([a], [b]) => byCodePoint(a, b)));
  }

  /** Acts while nobody else can, if the artifact has that version. */
  async #ifVersion(name: string, condition: Condition | undefined, act: () => Promise<boolean>): Promise<boolean> {
    if (condition === undefined) return await act();
    using _held = await this.#lock();
    const expected = condition.kind === 'version' ? condition.version : undefined;
    return (await this.#version(name)) === expected && (await act());
  }

  async #version(name: string): Promise<string | undefined> {
    return (await fileFacts(this.path(name)))?.version;
  }

  async #lock(): Promise<Disposable> {
    return lock(join(this.location, LOCK));
  }

  async #explain<Answer>(act: () => Promise<Answer>): Promise<Answer> {
    try {
      return await act();
    } catch (error) {
      throw explainFolder(error, this.location);
    }
  }

  async #checkFolder(): Promise<void> {
    if (!this.#mustExist || (await isFolder(this.location))) return;
    throw new UserError('REPOSITORY_UNAVAILABLE', `The repository ${this.location} is no folder.`, {
      hint: 'Look whether the path is right, and whether its disk is mounted.',
    });
  }
}

async function writeIfFree(path: string, text: string): Promise<boolean> {
  const temporary = temporaryBeside(path);
  await writeFileDurably(temporary, text);
  if (await renameDurablyIfFree(temporary, path)) return true;
  await removeFile(temporary);
  return false;
}

/** Whether the name is one under which something is being written, or was when its process died. */
export function isTemporary(name: string): boolean {
  return name.includes('.tmp-');
}
