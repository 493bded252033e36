/** What `requires` of a buildinfo.json asks for: components by name, or by name and variant. */
import type { UserError } from '../model/errors.ts';
import { isJsonArray, isJsonObject, member, type Json } from '../model/json.ts';
import { looksLikeId } from './names.ts';
import { describe, type RecipeFile } from './recipe-file.ts';

export interface Requirement {
  readonly name: string;
  /** undefined: the default variant. */
  readonly variant: string | undefined;
  /** Its place in the list. */
  readonly index: number;
}

export interface RequirementsResult {
  /** In the order of the list, repetitions included. */
  readonly requirements: readonly Requirement[];
  readonly mistakes: readonly UserError[];
}

export function readRequirements(file: RecipeFile): RequirementsResult {
  const value = member(file.value, 'requires');
  if (value === undefined) return { requirements: [], mistakes: [] };
  if (!isJsonArray(value)) {
    const message = `${file.shown} has ${describe(value)} as "requires", which must be a list.`;
    const mistake = file.mistake(['requires'], message, { hint: 'Give a list of component names.' });
    return { requirements: [], mistakes: [mistake] };
  }
  const requirements: Requirement[] = [];
  const mistakes: UserError[] = [];
  for (const [index, item] of value.entries()) {
    const read = readRequirement(item, index, file);
    if ('name' in read && 'variant' in read) requirements.push(read);
    else mistakes.push(read);
  }
  return { requirements, mistakes };
}

function readRequirement(item: Json, index: number, file: RecipeFile): Requirement | UserError {
  const fail = (what: string, hint: string): UserError =>
    file.mistake(['requires', index], `${file.shown} ${what}.`, { hint });
  const hint = 'Write a component name, or an object with "name" and "variant".';
  if (typeof item !== 'string' && !isJsonObject(item)) return fail(`requires ${describe(item)}`, hint);
  const name = typeof item === 'string' ? item : member(item, 'name');
  const variant = typeof item === 'string' ? null : member(item, 'variant');
  if (name === undefined || variant === undefined) {
    return fail(`has a requirement that lacks "${name === undefined ? 'name' : 'variant'}"`, hint);
  }
  if (typeof name !== 'string') return fail(`requires a component with the name ${describe(name)}`, hint);
  if (looksLikeId(name)) {
    return fail(
      `requires the package id "${name}"`,
      'Require the component by its name, without "--" and what follows.',
    );
  }
  if (variant !== null && typeof variant !== 'string') {
    return fail(`requires "${name}" with ${describe(variant)} as variant`, 'Give the variant as a string, or null.');
  }
  return { name, variant: variant ?? undefined, index };
}
