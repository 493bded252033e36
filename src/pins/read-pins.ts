/** Reads what the components of a tree pin: their recipes and what component.json says of them. No plan is needed. */
import { posix } from 'node:path';
import { throwCollected, UserError, UserErrors } from '../model/errors.ts';
import type { FileView } from '../model/file-view.ts';
import { nearest } from '../model/did-you-mean.ts';
import { parseComponent } from '../recipe/component.ts';
import { inCheckOrder } from '../recipe/buildinfo.ts';
import type { RecipeFile } from '../recipe/recipe-file.ts';
import { ComponentStore, readJsonFile } from '../resolve/component-store.ts';
import type { ComponentVariant } from '../resolve/component-variant.ts';
import type { PinnedRecipe } from './pinned-item.ts';

/** A recipe with the files that it stands in. */
export interface RecipeOnDisk extends PinnedRecipe {
  /** Absolute path. */
  readonly buildinfoPath: string;
  readonly componentJson: { readonly path: string; readonly file: RecipeFile } | undefined;
}

export interface TreePlace {
  /** Absolute path that messages are relative to. */
  readonly root: string;
  /** Absolute path of the folder of component folders. */
  readonly packages: string;
}

/**
 * The recipes of these components, sorted by name; without names all that the tree itself has. Those of an upstream tree
 * are pinned there.
 *
 * @param names `name` for all variants, or `name/variant`
 * @throws UserError COMPONENT_UNKNOWN, RECIPE_INVALID, TREE_INVALID; UserErrors
 */
export function readPins(view: FileView, place: TreePlace, names: readonly string[]): RecipeOnDisk[] {
  const shown = posix.relative(place.root, place.packages);
  const store = ComponentStore.read(view, [{ path: place.packages, shown }]);
  const variants = store.names.flatMap((name) => [...store.variantsOf(name).values()]);
  const unknown = names.filter((name) => !variants.some((variant) => isCalled(variant, name)));
  throwCollected(unknown.map((name) => unknownComponent(name, variants)));
  const wanted = variants.filter((variant) => names.length === 0 || names.some((name) => isCalled(variant, name)));
  const mistakes: UserError[] = [];
  const recipes = wanted.flatMap((variant) => {
    try {
      const recipe = readOne(view, variant);
      checkSourceNames(recipe, [...store.variantsOf(variant.name).values()]);
      return [recipe];
    } catch (error) {
      if (error instanceof UserErrors) mistakes.push(...error.errors);
      else if (error instanceof UserError) mistakes.push(error);
      else throw error;
      return [];
    }
  });
  // Variants share a component.json: its mistakes are told once.
  throwCollected([...new Map(mistakes.map((error) => [error.message, error])).values()]);
  return recipes;
}

/**
 * The one recipe that a name stands for: the default variant of a component, or its only one.
 *
 * @throws UserError COMPONENT_UNKNOWN
 */
export function onlyRecipe(recipes: readonly RecipeOnDisk[], name: string): RecipeOnDisk {
  const exact = recipes.find(({ component }) => component === name);
  const [first] = recipes;
  if (exact !== undefined) return exact;
  if (first !== undefined && recipes.length === 1) return first;
  throw new UserError('COMPONENT_UNKNOWN', `${name} has several variants, and no default one.`, {
    hint: `Name one: ${recipes.map(({ component }) => component).join(' or ')}.`,
  });
}

/** Labels of the other variants that pin something. */
export function otherVariants(recipes: readonly RecipeOnDisk[], one: RecipeOnDisk): string[] {
  return recipes.filter((recipe) => recipe !== one && recipe.sources.length > 0).map(({ component }) => component);
}

function labelOf({ name, variant }: ComponentVariant): string {
  return variant === undefined ? name : `${name}/${variant}`;
}

function isCalled(variant: ComponentVariant, name: string): boolean {
  return variant.name === name || labelOf(variant) === name;
}

function readOne(view: FileView, component: ComponentVariant): RecipeOnDisk {
  const { folder, name, variant, file, recipe } = component;
  throwCollected(inCheckOrder(recipe.mistakes));
  const path = `${folder.path}/component.json`;
  const place = { path, shown: `${folder.shown}/component.json` };
  const json = view.kind(path) === 'missing' ? undefined : readJsonFile(view, place, 'RECIPE_INVALID');
  return {
    component: labelOf(component),
    name,
    variant,
    buildinfo: file,
    buildinfoPath: `${folder.path}/${posix.basename(file.shown)}`,
    sources: recipe.sources,
    description: json === undefined ? undefined : parseComponent(json.shown, json.text),
    componentJson: json === undefined ? undefined : { path, file: json },
  };
}

/** A rule for a source that no variant has is a mistake in its name. */
function checkSourceNames({ componentJson, description }: RecipeOnDisk, variants: readonly ComponentVariant[]): void {
  const known = variants.flatMap(({ recipe }) => recipe.sources.map(({ name }) => name));
  const rules = Object.keys(description?.updates?.sources ?? {});
  throwCollected(
    rules.flatMap((name) => {
      if (componentJson === undefined || known.includes(name)) return [];
      const { file } = componentJson;
      const guess = nearest(name, known);
      const hint = guess === undefined ? `The sources are ${known.join(', ')}.` : `Did you mean "${guess}"?`;
      return [file.mistake(['updates', 'sources', name], `${file.shown}: there is no source "${name}".`, { hint })];
    }),
  );
}

function unknownComponent(name: string, variants: readonly ComponentVariant[]): UserError {
  const guess = nearest(name, variants.map(labelOf));
  return new UserError('COMPONENT_UNKNOWN', `The tree has no component "${name}".`, {
    hint:
      guess === undefined
        ? '"dcos-build outdated" without a name lists all that is pinned.'
        : `Did you mean "${guess}"?`,
  });
}
