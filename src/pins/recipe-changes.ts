/** What moved pins change in the files of a component. Pure. */
import { editJson, type JsonChange } from '../recipe/json-edit.ts';
import { followVersion } from './follow-version.ts';
import type { Obtained } from './obtained.ts';
import type { PinnedItem } from './pinned-item.ts';
import type { RecipeOnDisk } from './read-pins.ts';

export interface MovedItem {
  readonly item: PinnedItem;
  readonly got: Obtained;
}

export interface FileChange {
  /** Absolute path. */
  readonly path: string;
  /** As messages show the file. */
  readonly shown: string;
  readonly before: string;
  readonly after: string;
}

/** buildinfo.json first; files that stay as they are are left out. @throws UserError RECIPE_INVALID */
export function recipeChanges(recipe: RecipeOnDisk, moved: readonly MovedItem[]): FileChange[] {
  const changes: JsonChange[] = moved.flatMap(({ item, got }) =>
    Object.entries(got.values).map(([key, value]) => ({ path: [...item.path, key], value })),
  );
  const files = [{ path: recipe.buildinfoPath, file: recipe.buildinfo, changes }];
  if (recipe.componentJson !== undefined) {
    const { path, file } = recipe.componentJson;
    const spelled = moved.map(({ item: { isMain }, got: { spellings } }) => ({ isMain, spellings }));
    files.push({ path, file, changes: followVersion(file, spelled) });
  }
  return files
    .map(({ path, file, changes: wanted }) => ({
      path,
      shown: file.shown,
      before: file.text,
      after: editJson(file, wanted),
    }))
    .filter(({ before, after }) => before !== after);
}
