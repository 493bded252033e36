/** What component.json says that is shown beside a component. Without zod: `tree` and `plan` must not wait for it. */
import { RecordingFileView } from '../host/file-view.ts';
import { AVAILABILITIES, isAvailability, type Availability } from '../model/availability.ts';
import { UserError } from '../model/errors.ts';
import { member } from '../model/json.ts';
import { describe, type RecipeFile } from '../recipe/recipe-file.ts';
import { readJsonFile } from '../resolve/component-store.ts';
import type { ComponentKey, PlannedComponent } from '../resolve/plan.ts';

export interface ComponentNotes {
  /** undefined: there is no component.json. */
  readonly version: string | undefined;
  readonly availability: Availability;
}

type Warn = (warning: { readonly message: string; readonly hint: string }) => void;

/** The components whose sources were never published. */
export function privateComponents(components: Iterable<PlannedComponent>, warn: Warn): ReadonlySet<ComponentKey> {
  const found = [...components].filter((component) => readNotes(component, warn).availability === 'private');
  return new Set(found.map(({ key }) => key));
}

/** component.json enters no id, so that a mistake in it is only a warning. */
export function readNotes({ name, folder }: Pick<PlannedComponent, 'name' | 'folder'>, warn: Warn): ComponentNotes {
  const view = new RecordingFileView();
  const path = `${folder}/component.json`;
  const none: ComponentNotes = { version: undefined, availability: 'public' };
  if (view.kind(path) === 'missing') return none;
  try {
    const file = readJsonFile(view, { path, shown: `packages/${name}/component.json` }, 'RECIPE_INVALID');
    const version = member(file.value, 'version');
    return { version: typeof version === 'string' ? version : undefined, availability: availabilityIn(file, warn) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    warn(error);
    return none;
  }
}

function availabilityIn(file: RecipeFile, warn: Warn): Availability {
  const value = member(file.value, 'availability');
  if (value === undefined) return 'public';
  if (isAvailability(value)) return value;
  const hint = `It must be one of ${AVAILABILITIES.map((one) => `"${one}"`).join(', ')}.`;
  warn({ message: `${file.shown} has ${describe(value)} as "availability".`, hint });
  return 'public';
}
