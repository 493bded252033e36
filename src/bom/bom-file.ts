/** What the readers of both formats share. */
import type { UserError } from '../model/errors.ts';
import { byCodePoint, sorted } from '../model/order.ts';
import type { JsonPath } from '../recipe/json-reader.ts';
import type { RecipeFile } from '../recipe/recipe-file.ts';
import type { AnyComponent } from './any-bill.ts';

/** A mistake at a place of the file. */
export function bomMistake(file: RecipeFile, path: JsonPath, what: string, hint: string): UserError {
  return file.mistake(path, `${file.shown} ${what}`, { hint, code: 'BOM_INVALID' });
}

/** One sentence: the version that the file has, and those that are known. */
export function unknownVersion(file: RecipeFile, path: JsonPath, format: string, known: readonly string[]): UserError {
  const versions =
    known.length === 1 ? `only ${known.join()} is` : `${known.slice(0, -1).join(', ')} and ${known.at(-1)} are`;
  const hint = 'Have the tool that wrote it write one of those.';
  return bomMistake(file, path, `is ${format}, which is not known here; ${versions}.`, hint);
}

/** A component of which nothing is known but its name. */
export function bareComponent(name: string): AnyComponent {
  return {
    label: name,
    name,
    variant: undefined,
    id: undefined,
    version: undefined,
    summary: undefined,
    licence: undefined,
    licenceNote: undefined,
    homepage: undefined,
    supplier: undefined,
    purl: undefined,
    cpe: undefined,
    availability: undefined,
    requires: undefined,
    sources: undefined,
    builder: undefined,
    package: undefined,
  };
}

/** Labels for what the references name; those that name no component of the file are left out. */
export function labelsOf(
  references: Iterable<string>,
  components: ReadonlyMap<string, AnyComponent>,
): readonly string[] {
  const labels = new Set<string>();
  for (const reference of references) {
    const label = components.get(reference)?.label;
    if (label !== undefined) labels.add(label);
  }
  return sorted(labels);
}

/** By label, and those of one label by version. */
export function sortedComponents(components: Iterable<AnyComponent>): AnyComponent[] {
  return [...components].toSorted(
    (a, b) => byCodePoint(a.label, b.label) || byCodePoint(a.version ?? '', b.version ?? ''),
  );
}
