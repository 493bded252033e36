/** How component.json follows a pin: version, package URL, CPE name and notes, where they spell what was pinned. Pure. */
import { isJsonObject, member } from '../model/json.ts';
import type { JsonChange } from '../recipe/json-edit.ts';
import type { RecipeFile } from '../recipe/recipe-file.ts';
import { follow, type Spellings, successor } from './spelled.ts';

export interface MovedSpellings {
  readonly spellings: Spellings;
  /** Whether the component has its version from this pin. */
  readonly isMain: boolean;
}

/** The changes of component.json; other texts in it (summary, licence_note) speak of more than one version and stay. */
export function followVersion(file: RecipeFile, moved: readonly MovedSpellings[]): JsonChange[] {
  const main = moved.flatMap(({ spellings, isMain }) => (isMain ? spellings : []));
  const all = [...main, ...moved.flatMap(({ spellings, isMain }) => (isMain ? [] : spellings))];
  return [
    changed(file, 'version', (version) => successor(version, main)),
    changed(file, 'purl', (purl) => followPurl(purl, main)),
    changed(file, 'cpe', (cpe) => followCpe(cpe, main)),
    changed(file, 'notes', (notes) => follow(notes, all)),
  ].flat();
}

function changed(file: RecipeFile, key: string, next: (text: string) => string | undefined): JsonChange[] {
  const before = isJsonObject(file.value) ? member(file.value, key) : undefined;
  if (typeof before !== 'string') return [];
  const after = next(before);
  return after === undefined || after === before ? [] : [{ path: [key], value: after }];
}

/** @see https://github.com/package-url/purl-spec: a version is percent-encoded, but for its colons */
function followPurl(purl: string, all: Spellings): string | undefined {
  const [, head, version = '', rest = ''] = /^([^@?#]+)@([^?#]+)(.*)$/s.exec(purl) ?? [];
  if (head === undefined) return undefined;
  const after = successor(decoded(version), all);
  return after === undefined ? undefined : `${head}@${encodeURIComponent(after).replaceAll('%3A', ':')}${rest}`;
}

/** The version is the sixth part; characters beyond letters, digits, `.`, `_` and `-` stand behind a backslash. */
function followCpe(cpe: string, all: Spellings): string | undefined {
  const parts = cpe.split(/(?<!\\):/);
  const after = successor((parts[5] ?? '').replaceAll(/\\(.)/g, '$1'), all);
  if (after === undefined) return undefined;
  return parts.with(5, after.replaceAll(/[^\w.-]/g, String.raw`\$&`)).join(':');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
