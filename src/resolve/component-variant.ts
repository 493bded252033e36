/** One variant of one component: its recipe, judged when it is first needed, and what it requires. */
import { readRecipe, type Recipe } from '../recipe/buildinfo.ts';
import { variantKey } from '../recipe/names.ts';
import type { RecipeFile } from '../recipe/recipe-file.ts';
import { readRequirements, type RequirementsResult } from '../recipe/requirements.ts';

export interface ComponentFolder {
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
  /** As messages show it. */
  readonly shown: string;
  /** Names in it. */
  readonly names: readonly string[];
}

export class ComponentVariant {
  readonly folder: ComponentFolder;
  readonly name: string;
  /** undefined: the default variant. */
  readonly variant: string | undefined;
  readonly file: RecipeFile;
  readonly key: string;
  #recipe: Recipe | undefined;
  #requirements: RequirementsResult | undefined;

  constructor(folder: ComponentFolder, variant: string | undefined, file: RecipeFile) {
    this.folder = folder;
    this.name = folder.name;
    this.variant = variant;
    this.file = file;
    this.key = variantKey(folder.name, variant);
  }

  get recipe(): Recipe {
    return (this.#recipe ??= readRecipe(this.file, {
      name: this.name,
      variant: this.variant,
      folder: this.folder.path,
    }));
  }

  get requirements(): RequirementsResult {
    return (this.#requirements ??= readRequirements(this.file));
  }
}
