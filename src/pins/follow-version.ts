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
  // A version that is called after its commit has it in the middle: 0.0.0+2e353718.
  const commits = main.filter(([before]) => /^[0-9a-f]{7,40}$/.test(before));
  const next: Next = (version) => successor(version, main) ?? follow(version, commits);
  return [
    changed(file, 'version', next),
    changed(file, 'purl', (purl) => followPurl(purl, next)),
    changed(file, 'cpe', (cpe) => followCpe(cpe, next)),
    changed(file, 'notes', (notes) => follow(notes, all)),
  ].flat();
}

/** What becomes of a version; the same text if it is not the one that moved. */
type Next = (version: string) => string;

function changed(file: RecipeFile, key: string, following: (text: string) => string | undefined): JsonChange[] {
  const before = isJsonObject(file.value) ? member(file.value, key) : undefined;
  if (typeof before !== 'string') return [];
  const after = following(before);
  return after === undefined || after === before ? [] : [{ path: [key], value: after }];
}

/** @see https://github.com/package-url/purl-spec: a version is percent-encoded, but for its colons */
function followPurl(purl: string, next: Next): string | undefined {
  const [, head, version = '', rest = ''] = /^([^@?#]+)@([^?#]+)(.*)$/s.exec(purl) ?? [];
  if (head === undefined) return undefined;
  const before = decoded(version);
  const after = next(before);
  return after === before ? undefined : `${head}@${encodeURIComponent(after).replaceAll('%3A', ':')}${rest}`;
}

/** The version is the sixth part; characters beyond letters, digits, `.`, `_` and `-` stand behind a backslash. */
function followCpe(cpe: string, next: Next): string | undefined {
  const parts = cpe.split(/(?<!\\):/);
  const before = (parts[5] ?? '').replaceAll(/\\(.)/g, '$1');
  const after = next(before);
  if (after === before) return undefined;
  return parts.with(5, after.replaceAll(/[^\w.-]/g, String.raw`\$&`)).join(':');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
