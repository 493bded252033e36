/** `[variant.]treeinfo.json`: which components a tree has, and which of them its bootstrap (facts: pkgpanda 4). */
import { nearest } from '../model/did-you-mean.ts';
import type { UserError } from '../model/errors.ts';
import { isJsonArray, isJsonObject, member } from '../model/json.ts';
import type { Warning } from '../model/warning.ts';
import { isListableName } from './names.ts';
import { describe, type RecipeFile } from './recipe-file.ts';

export interface Treeinfo {
  readonly file: RecipeFile;
  /** undefined: the default tree. */
  readonly variant: string | undefined;
  readonly exclude: ReadonlySet<string>;
  /** If not empty: the tree is these and what they require; else all that is not excluded. */
  readonly corePackageList: readonly string[];
  /** If not empty: the bootstrap is these and what they require; else the whole tree. */
  readonly bootstrapPackageList: readonly string[];
  /** Which variant the tree takes of a component; the default one of those not named here. */
  readonly variants: ReadonlyMap<string, string | undefined>;
  /** Components whose variant is given as neither string nor null: a mistake only if the tree has them. */
  readonly wrongVariants: ReadonlyMap<string, UserError>;
}

export interface TreeinfoResult {
  readonly variant: string | undefined;
  /** undefined: there are mistakes. */
  readonly treeinfo: Treeinfo | undefined;
  readonly mistakes: readonly UserError[];
  readonly warnings: readonly Warning[];
}

const LISTS = ['exclude', 'core_package_list', 'bootstrap_package_list'] as const;
const KEYS: readonly string[] = [...LISTS, 'variants'];

type ListKey = (typeof LISTS)[number];

export function readTreeinfo(file: RecipeFile, variant: string | undefined): TreeinfoResult {
  const mistakes: UserError[] = [];
  const warnings = checkKeys(file, mistakes);
  const exclude = new Set(readList(file, 'exclude', mistakes));
  const corePackageList = readList(file, 'core_package_list', mistakes, exclude);
  const bootstrapPackageList = readList(file, 'bootstrap_package_list', mistakes, exclude);
  const treeinfo = { file, variant, exclude, corePackageList, bootstrapPackageList, ...readVariants(file, mistakes) };
  return { variant, treeinfo: mistakes.length === 0 ? treeinfo : undefined, mistakes, warnings };
}

/** pkgpanda refuses unknown keys only beside all the known ones; so that its trees work, a lone typo is a warning. */
function checkKeys(file: RecipeFile, mistakes: UserError[]): Warning[] {
  const isStrict = KEYS.every((key) => Object.hasOwn(file.value, key));
  const warnings: Warning[] = [];
  for (const key of Object.keys(file.value)) {
    if (KEYS.includes(key)) continue;
    const guess = nearest(key, KEYS);
    const hint = guess === undefined ? `The keys are ${KEYS.join(', ')}.` : `Did you mean "${guess}"?`;
    const what = `${file.shown} has the unknown key "${key}"`;
    if (isStrict) mistakes.push(file.mistake([key], `${what}.`, { hint, code: 'TREE_INVALID' }));
    else warnings.push(file.warning([key], `${what}, which does nothing. ${hint}`));
  }
  return warnings;
}

function readList(
  file: RecipeFile,
  key: ListKey,
  mistakes: UserError[],
  exclude: ReadonlySet<string> = new Set(),
): readonly string[] {
  const value = member(file.value, key);
  if (value === undefined) return [];
  const fail = (what: string, hint: string, index?: number): void => {
    const path = index === undefined ? [key] : [key, index];
    mistakes.push(file.mistake(path, `${file.shown} ${what}.`, { hint, code: 'TREE_INVALID' }));
  };
  if (!isJsonArray(value)) {
    fail(
      `has ${describe(value)} as "${key}", which must be a list`,
      'Give a list of component names, or leave it out.',
    );
    return [];
  }
  const names: string[] = [];
  for (const [index, name] of value.entries()) {
    if (typeof name !== 'string')
      fail(`has ${describe(name)} in "${key}"`, 'Each element must be a component name.', index);
    else if (!isListableName(name)) {
      fail(`has ${describe(name)} in "${key}", which cannot be a component`, 'Give the name of a component.', index);
    } else if (exclude.has(name)) {
      fail(`names "${name}" both in "exclude" and in "${key}"`, 'Remove it from one of the two.', index);
    } else names.push(name);
  }
  return names;
}

function readVariants(file: RecipeFile, mistakes: UserError[]): Pick<Treeinfo, 'variants' | 'wrongVariants'> {
  const value = member(file.value, 'variants');
  const variants = new Map<string, string | undefined>();
  const wrongVariants = new Map<string, UserError>();
  if (value === undefined) return { variants, wrongVariants };
  if (!isJsonObject(value)) {
    const message = `${file.shown} has ${describe(value)} as "variants".`;
    const hint = 'Give an object: component names, and the variant of each.';
    mistakes.push(file.mistake(['variants'], message, { hint, code: 'TREE_INVALID' }));
    return { variants, wrongVariants };
  }
  for (const [name, variant] of Object.entries(value)) {
    if (variant === null || typeof variant === 'string') {
      variants.set(name, variant ?? undefined);
    } else {
      const message = `${file.shown} has ${describe(variant)} as the variant of "${name}".`;
      const hint = 'Give a string, or null for the default variant.';
      wrongVariants.set(name, file.mistake(['variants', name], message, { hint, code: 'TREE_INVALID' }));
    }
  }
  return { variants, wrongVariants };
}
