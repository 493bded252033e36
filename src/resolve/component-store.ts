/** Every component that a tree's folders hold, read but not yet judged: only those in use are (facts: pkgpanda 2, 5). */
import { UserError, throwCollected, type ErrorCode } from '../model/errors.ts';
import { FileTrouble, type FileView } from '../model/file-view.ts';
import { byCodePoint, sorted } from '../model/order.ts';
import { findVariants } from '../recipe/variant-files.ts';
import { variantPrefix } from '../recipe/names.ts';
import { RecipeFile } from '../recipe/recipe-file.ts';
import { ComponentVariant, type ComponentFolder } from './component-variant.ts';

/** A folder of component folders. */
export interface PackagesFolder {
  /** Absolute path. */
  readonly path: string;
  /** As messages show it: relative to the root of the tree. */
  readonly shown: string;
}

export class ComponentStore {
  /** By name, then by variant: the default one first, then by name. */
  readonly #components = new Map<string, ReadonlyMap<string | undefined, ComponentVariant>>();
  /** Absolute paths of `docker/` folders by component. */
  readonly builders = new Map<string, string>();

  /**
   * Reads folders in order: a name that an earlier one has hides all variants of it in the later ones.
   *
   * @throws UserError, UserErrors for what makes pkgpanda refuse the whole store: a file that is not JSON
   */
  static read(view: FileView, folders: readonly PackagesFolder[]): ComponentStore {
    const store = new ComponentStore();
    const mistakes: UserError[] = [];
    for (const folder of folders) store.#readFolder(view, folder, mistakes);
    throwCollected(mistakes);
    return store;
  }

  /** Names in order. */
  get names(): readonly string[] {
    return sorted(this.#components.keys());
  }

  variantsOf(name: string): ReadonlyMap<string | undefined, ComponentVariant> {
    return this.#components.get(name) ?? new Map();
  }

  find(name: string, variant: string | undefined): ComponentVariant | undefined {
    return this.#components.get(name)?.get(variant);
  }

  #readFolder(view: FileView, packages: PackagesFolder, mistakes: UserError[]): void {
    const entries = view.list(packages.path);
    if (entries === undefined) {
      const message = `${packages.shown} is no folder.`;
      mistakes.push(new UserError('TREE_INVALID', message, { hint: 'A tree has its components in packages/.' }));
    }
    for (const { name, kind } of entries?.toSorted((a, b) => byCodePoint(a.name, b.name)) ?? []) {
      if (kind !== 'folder' || this.#components.has(name)) continue;
      const folder = { name, path: `${packages.path}/${name}`, shown: `${packages.shown}/${name}` };
      this.#readComponent(view, folder, mistakes);
    }
  }

  #readComponent(view: FileView, { name, path, shown }: Omit<ComponentFolder, 'names'>, mistakes: UserError[]): void {
    const names = view.names(path) ?? [];
    if (names.includes('docker') && view.kind(`${path}/docker`) !== 'missing')
      this.builders.set(name, `${path}/docker`);
    const { variants, wrongNames } = findVariants(names, 'buildinfo.json');
    for (const wrong of wrongNames) {
      const message = `${shown}/${wrong} is neither buildinfo.json nor <variant>.buildinfo.json.`;
      const hint = 'Rename the file, with a dot after the variant.';
      mistakes.push(new UserError('RECIPE_INVALID', message, { hint, place: { file: `${shown}/${wrong}` } }));
    }
    if (variants.length === 0) return;
    const folder = { name, path, shown, names };
    const read = new Map<string | undefined, ComponentVariant>();
    for (const variant of variants) {
      const fileName = `${variantPrefix(variant)}buildinfo.json`;
      try {
        const file = readJsonFile(
          view,
          { path: `${path}/${fileName}`, shown: `${shown}/${fileName}` },
          'RECIPE_INVALID',
        );
        read.set(variant, new ComponentVariant(folder, variant, file));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        mistakes.push(error);
      }
    }
    this.#components.set(name, read);
  }
}

/** @throws UserError with that code, if the file cannot be read or does not hold a JSON object */
export function readJsonFile(view: FileView, { path, shown }: PackagesFolder, code: ErrorCode): RecipeFile {
  try {
    return RecipeFile.parse(shown, view.readText(path), code);
  } catch (error) {
    if (!(error instanceof FileTrouble)) throw error;
    const hint = error.reason === 'not-utf8' ? 'Save the file as UTF-8.' : 'Put a readable file there.';
    throw new UserError(code, `${shown} ${error.sentence}.`, { hint, place: { file: shown }, cause: error });
  }
}
