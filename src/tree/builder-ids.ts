/** Ids of builders: given by the user, locked in the tree, made by ourselves, or asked of a container engine. */
import { join } from 'node:path';
import { UserError } from '../model/errors.ts';
import type { FileView } from '../model/file-view.ts';
import { builderDigest, checkLockIsCurrent, parseBuilder, parseBuilderLock } from '../recipe/builder.ts';
import { describe, type RecipeFile } from '../recipe/recipe-file.ts';
import { readJsonFile } from '../resolve/component-store.ts';
import type { BuilderFact } from '../resolve/facts.ts';

/** Ids in the tree, committed by those who want the same ids everywhere: image name → id. */
const BUILDER_IDS_LOCK = 'builders.lock.json';

/** The id of a local image, or undefined if there is none; `docker inspect`. */
export type ImageId = (image: string) => Promise<string | undefined>;

export interface BuilderIdsOptions {
  /** Root of the tree. */
  readonly root: string;
  /** Path of a JSON file, image name → id, that comes before all else. */
  readonly idsFile?: string;
  readonly imageId?: ImageId;
}

/** A name that can be a file in `builders/`, unlike `golang:1.11` or `dcos/dcos-builder`. */
const ROOT_NAME = /^[A-Za-z0-9][A-Za-z0-9._+-]*$/;

/** Looks up ids one by one; what has none is an error that does not name the component yet. */
export class BuilderIds {
  readonly #view: FileView;
  readonly #options: BuilderIdsOptions;
  readonly #given: readonly ReadonlyMap<string, string>[];

  /** @throws UserError BUILDER_INVALID if one of the two files is not such an object */
  constructor(view: FileView, options: BuilderIdsOptions) {
    this.#view = view;
    this.#options = options;
    const lock = join(options.root, BUILDER_IDS_LOCK);
    const files = [
      ...(options.idsFile === undefined ? [] : [{ path: options.idsFile, shown: options.idsFile }]),
      ...(view.kind(lock) === 'missing' ? [] : [{ path: lock, shown: BUILDER_IDS_LOCK }]),
    ];
    this.#given = files.map((file) => readIds(readJsonFile(view, file, 'BUILDER_INVALID')));
  }

  async find(name: string): Promise<BuilderFact | UserError> {
    const isRoot = ROOT_NAME.test(name) && this.#view.kind(this.#path(`${name}.json`)) === 'file';
    const kind = isRoot ? 'root' : 'image';
    for (const ids of this.#given) {
      const id = ids.get(name);
      if (id !== undefined) return { kind, id };
    }
    try {
      const id = isRoot ? this.#digest(name) : await this.#options.imageId?.(name);
      return id === undefined ? unknownImage(name) : { kind, id };
    } catch (error) {
      if (error instanceof UserError) return error;
      throw error;
    }
  }

  #digest(name: string): string {
    const lockPath = this.#path(`${name}.lock.json`);
    const shown = `builders/${name}.lock.json`;
    if (this.#view.kind(lockPath) !== 'file') {
      throw new UserError('BUILDER_UNKNOWN', `the builder "${name}" has no lock, ${shown}.`, {
        hint: `Run "dcos-build builder lock ${name}".`,
      });
    }
    const definition = parseBuilder(this.#view.readText(this.#path(`${name}.json`)), `builders/${name}.json`);
    const lock = parseBuilderLock(this.#view.readText(lockPath), shown);
    checkLockIsCurrent(definition, lock, { lockFile: shown });
    return `sha256:${builderDigest(lock)}`;
  }

  #path(file: string): string {
    return join(this.#options.root, 'builders', file);
  }
}

function unknownImage(name: string): UserError {
  return new UserError('BUILDER_UNKNOWN', `the id of the builder image "${name}" is not known.`, {
    hint: `Give it in a JSON file with --builder-ids, in ${BUILDER_IDS_LOCK}, or pull the image where docker or podman runs.`,
  });
}

function readIds(file: RecipeFile): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(file.value).map(([name, id]) => {
      if (typeof id === 'string' && id !== '') return [name, id];
      throw file.mistake([name], `${file.shown} has ${describe(id)} as the id of "${name}".`, {
        hint: 'Give what "docker inspect" shows as its Id: sha256: and 64 hex digits.',
        code: 'BUILDER_INVALID',
      });
    }),
  );
}
