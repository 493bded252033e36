/** The sources of one buildinfo.json: `sources`, or `single_source` under the component's own name. */
import { nearest } from '../model/did-you-mean.ts';
import type { UserError } from '../model/errors.ts';
import { isJsonObject, member, type Json, type JsonObject } from '../model/json.ts';
import { sorted } from '../model/order.ts';
import type { Warning } from '../model/warning.ts';
import type { JsonPath } from './json-reader.ts';
import { describe, type RecipeFile } from './recipe-file.ts';
import { SourceFields } from './source-fields.ts';
import { SOURCE_KINDS, type SourceRecipe } from './source-kinds.ts';
import { variantPrefix } from './names.ts';

export interface NamedSource {
  readonly name: string;
  readonly source: SourceRecipe;
  /** The object as the recipe gives it. */
  readonly raw: JsonObject;
  /** Where it stands in the recipe. */
  readonly path: JsonPath;
}

export interface SourcesResult {
  /** In the order of their names. */
  readonly sources: readonly NamedSource[];
  readonly mistakes: readonly UserError[];
  readonly warnings: readonly Warning[];
}

export interface SourceOwner {
  readonly name: string;
  readonly variant: string | undefined;
  /** Absolute path of the folder that relative paths start from. */
  readonly folder: string;
}

const NONE: SourcesResult = { sources: [], mistakes: [], warnings: [] };

export function readSources(file: RecipeFile, owner: SourceOwner): SourcesResult {
  const many = member(file.value, 'sources');
  const single = member(file.value, 'single_source');
  if (many === undefined && single === undefined) return NONE;
  if (many !== undefined && single !== undefined) {
    const message = `${file.shown} has both "sources" and "single_source".`;
    return { ...NONE, mistakes: [file.mistake(['single_source'], message, { hint: 'Keep one of them.' })] };
  }
  if (single !== undefined) return readSource(single, { file, path: ['single_source'], name: owner.name }, owner);
  if (!isJsonObject(many)) {
    const message = `${file.shown} has ${describe(many ?? null)} as "sources".`;
    const hint = 'Give an object: the name of each source, and the source.';
    return { ...NONE, mistakes: [file.mistake(['sources'], message, { hint })] };
  }
  const results = sorted(Object.keys(many)).map((name) =>
    readSource(member(many, name) ?? null, { file, path: ['sources', name], name }, owner),
  );
  return {
    sources: results.flatMap(({ sources }) => sources),
    mistakes: results.flatMap(({ mistakes }) => mistakes),
    warnings: results.flatMap(({ warnings }) => warnings),
  };
}

/** Reads one source object; upstream.json is one by itself. */
export function readSource(
  value: Json,
  at: { readonly file: RecipeFile; readonly path: JsonPath; readonly name: string },
  owner: SourceOwner,
): SourcesResult {
  const place = { ...at, title: `source "${at.name}"` };
  const fields = new SourceFields(isJsonObject(value) ? value : {}, place);
  if (isJsonObject(value)) {
    checkName(at.name, fields, owner);
    const source = readByKind(value, fields, owner.folder);
    if (source !== undefined && fields.mistakes.length === 0) {
      return { ...NONE, sources: [{ name: at.name, source, raw: value, path: at.path }], warnings: fields.warnings };
    }
  } else {
    fields.fail('', `is ${describe(value)}, not an object`, 'Give an object with a "kind".');
  }
  return { ...NONE, mistakes: fields.mistakes, warnings: fields.warnings };
}

function readByKind(value: JsonObject, fields: SourceFields, folder: string): SourceRecipe | undefined {
  const kind = member(value, 'kind');
  const read = typeof kind === 'string' ? SOURCE_KINDS.get(kind) : undefined;
  if (read !== undefined) return read(fields, folder);
  const known = [...SOURCE_KINDS.keys()];
  const guess = typeof kind === 'string' ? nearest(kind, known) : undefined;
  const hint = guess === undefined ? `The kinds are ${known.join(', ')}.` : `Did you mean "${guess}"?`;
  if (kind === undefined) fields.fail('', 'lacks the key "kind"', hint);
  else fields.fail('kind', `has the unknown kind ${describe(kind)}`, hint);
  return undefined;
}

/** The name becomes a folder of the build. pkgpanda also keeps the id of the last build beside that folder. */
function checkName(name: string, fields: SourceFields, { variant }: SourceOwner): void {
  const hint = 'Give the source another name.';
  if (name.split('/').includes('..') || name.includes('\0'))
    fields.fail('', 'has a name that leads out of its folder', hint);
  else if (name === `${variantPrefix(variant)}latest`)
    fields.fail('', 'has a name that pkgpanda keeps for itself', hint);
  else if (name === '' || name === '.' || /^\/|\/$|\/\//.test(name))
    fields.warn('', 'has a name that no folder can have');
}
