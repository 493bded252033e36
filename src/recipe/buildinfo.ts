/** buildinfo.json: the keys it may have, their defaults and rules (facts: pkgpanda 2). */
import { nearest } from '../model/did-you-mean.ts';
import type { UserError } from '../model/errors.ts';
import { isJsonObject, member, PythonFloat, type HashableJson, type Json } from '../model/json.ts';
import { isPackageName } from '../model/package-id.ts';
import { sorted } from '../model/order.ts';
import type { Warning } from '../model/warning.ts';
import { findObstacle, isHashable } from './hashable.ts';
import { isGroupName, isUserName, variantPrefix } from './names.ts';
import { describe, type RecipeFile } from './recipe-file.ts';
import { readSources, type NamedSource, type SourceOwner } from './sources.ts';

/** The image that builds a component which names none. */
export const DEFAULT_BUILDER = 'dcos/dcos-builder:dcos-builder_dockerdir-latest';

/** The order in which pkgpanda checks a component; of several mistakes it names only the first. */
const CHECKS = [
  'name',
  'variant',
  'sources',
  'build script',
  'build',
  'pkgpanda_version',
  'extra',
  'docker',
  'environment',
  'state_directory',
  'username',
  'group',
  'sysctl',
  'unknown keys',
  'hash',
  'version',
] as const;

export type Check = (typeof CHECKS)[number];

export interface CheckedMistake {
  readonly check: Check;
  readonly error: UserError;
}

/** One variant of a component as its buildinfo.json describes it, less `requires`. */
export interface Recipe {
  readonly sources: readonly NamedSource[];
  /** Path of the build script relative to the component's folder. */
  readonly buildScript: string;
  /** The value of `docker`, or pkgpanda's default. */
  readonly builder: string;
  /** What enters the id as it is: environment, state_directory, and if given username, group, sysctl. */
  readonly verbatim: Readonly<Record<string, HashableJson>>;
  /** Keys are given that pkgpanda sets itself; a mistake only if it does so for this component. */
  readonly hasExtraSourceKey: boolean;
  /** In no particular order; see {@link inCheckOrder}. */
  readonly mistakes: readonly CheckedMistake[];
  readonly warnings: readonly Warning[];
}

const KEYS = [
  'sources',
  'single_source',
  'build_script',
  'docker',
  'environment',
  'requires',
  'state_directory',
  'username',
  'group',
  'sysctl',
  'version_extra',
];

/** Keys that pkgpanda adds by itself, and the check that refuses them. */
const RESERVED: ReadonlyMap<string, Check> = new Map([
  ['name', 'name'],
  ['variant', 'variant'],
  ['build', 'build'],
  ['pkgpanda_version', 'pkgpanda_version'],
]);

const RESERVED_HINT = 'Remove the key: dcos-build sets it itself.';

/** Mistakes in the order in which pkgpanda would come to them. */
export function inCheckOrder(mistakes: readonly CheckedMistake[]): UserError[] {
  return mistakes
    .toSorted((left, right) => CHECKS.indexOf(left.check) - CHECKS.indexOf(right.check))
    .map(({ error }) => error);
}

/** Reads everything of a buildinfo.json but `requires`, which is read earlier, for all components of a tree. */
export function readRecipe(file: RecipeFile, owner: SourceOwner): Recipe {
  return new RecipeReader(file, owner).read();
}

class RecipeReader {
  readonly #file: RecipeFile;
  readonly #owner: SourceOwner;
  readonly #mistakes: CheckedMistake[] = [];
  readonly #warnings: Warning[] = [];

  constructor(file: RecipeFile, owner: SourceOwner) {
    this.#file = file;
    this.#owner = owner;
  }

  read(): Recipe {
    const { sources, mistakes, warnings } = readSources(this.#file, this.#owner);
    this.#mistakes.push(...mistakes.map((error) => ({ check: 'sources' as const, error })));
    this.#warnings.push(...warnings);
    this.#checkKeys();
    this.#checkName();
    return {
      sources,
      buildScript: this.#buildScript(),
      builder: this.#builder(),
      verbatim: this.#verbatim(),
      hasExtraSourceKey: this.#get('extra_source') !== undefined,
      mistakes: this.#mistakes,
      warnings: this.#warnings,
    };
  }

  #buildScript(): string {
    const fallback = `${variantPrefix(this.#owner.variant)}build`;
    const value = this.#getOr('build_script', fallback);
    if (typeof value !== 'string' || value === '' || value.includes('\0')) {
      this.#fail('build script', 'build_script', 'Give the path of a file in the folder of the component.');
      return fallback;
    }
    if (value.split('/').includes('..'))
      this.#warn('build_script', 'which leads out of the component: no build sees it');
    return value;
  }

  #builder(): string {
    const value = this.#getOr('docker', DEFAULT_BUILDER);
    if (typeof value === 'string' && !value.includes('\0')) return value;
    this.#fail('docker', 'docker', 'Give the name of a builder or of an OCI image.');
    return DEFAULT_BUILDER;
  }

  #verbatim(): Record<string, HashableJson> {
    const environment = this.#hashable('environment', {});
    if (!isJsonObject(environment)) this.#warn('environment', 'which is no object: the package cannot be activated');
    const values: Record<string, HashableJson> = { environment, state_directory: this.#stateDirectory() };
    if (this.#get('username') !== undefined) values['username'] = this.#text('username', isUserName, 'dcos_');
    if (this.#get('group') !== undefined) values['group'] = this.#text('group', isGroupName, 'a small letter or _');
    if (this.#get('group') !== undefined && this.#get('username') === undefined) {
      this.#warn('group', 'without a "username": the package cannot be activated');
    }
    if (this.#get('sysctl') !== undefined) values['sysctl'] = this.#hashable('sysctl', {});
    return values;
  }

  /** In Python 1 and 0 equal true and false, but they are hashed as numbers; 1.0 passes that test and cannot be hashed. */
  #stateDirectory(): HashableJson {
    const value = this.#getOr('state_directory', false);
    const number = value instanceof PythonFloat ? value.value : value;
    if (typeof number === 'boolean' || number === 0 || number === 1) {
      if (typeof value !== 'boolean') this.#warn('state_directory', 'which should be true or false');
      return this.#hashable('state_directory', false);
    }
    this.#fail('state_directory', 'state_directory', 'Give true or false.');
    return false;
  }

  #text(key: 'username' | 'group', isValid: (text: string) => boolean, beginning: string): string {
    const value = this.#getOr(key, '');
    if (typeof value === 'string' && isValid(value)) {
      if (value.endsWith('\n')) this.#warn(key, 'with a line feed at its end');
      return value;
    }
    this.#fail(key, key, `It begins with ${beginning} and goes on with small letters, digits and _.`);
    return '';
  }

  #hashable(key: string, fallback: HashableJson): HashableJson {
    const value = this.#getOr(key, fallback);
    if (isHashable(value)) return value;
    const { path = [], reason = '' } = findObstacle(value, [key]) ?? {};
    const message = `${this.#file.shown}: "${path.join('.')}" ${reason}.`;
    const hint = 'Give a string, a whole number, true or false.';
    this.#mistakes.push({ check: 'hash', error: this.#file.mistake(path, message, { hint }) });
    return fallback;
  }

  #checkKeys(): void {
    for (const key of sorted(Object.keys(this.#file.value))) {
      const check = RESERVED.get(key);
      if (check !== undefined) {
        this.#add(check, key, `has the key "${key}", which must not be there`, RESERVED_HINT);
      } else if (!KEYS.includes(key) && key !== 'extra_source') {
        this.#add('unknown keys', key, `has the unknown key "${key}"`, unknownKeyHint(key));
      }
    }
    if (this.#get('version_extra') !== undefined) {
      const what = 'has the key "version_extra", with which no package id can be valid';
      this.#add('version', 'version_extra', what, 'Remove the key: it has never worked.');
    }
  }

  #checkName(): void {
    const { name } = this.#owner;
    if (isPackageName(name)) return;
    const message = `${this.#file.shown}: "${name.replaceAll('\n', '\\n')}" cannot be the name of a component.`;
    const hint = 'Letters, digits and @ . _ + - may be used, not "--", "-" at the end, or "." or "-" at the beginning.';
    this.#mistakes.push({ check: 'version', error: this.#file.mistake([], message, { hint }) });
  }

  /** The value of a key; null counts as given. */
  #get(key: string): Json | undefined {
    return member(this.#file.value, key);
  }

  #getOr(key: string, fallback: Json): Json {
    const value = this.#get(key);
    return value === undefined ? fallback : value;
  }

  #fail(check: Check, key: string, hint: string): void {
    this.#add(check, key, `has ${describe(this.#getOr(key, null))} as "${key}"`, hint);
  }

  #add(check: Check, key: string, what: string, hint: string): void {
    const error = this.#file.mistake([key], `${this.#file.shown} ${what}.`, { hint });
    this.#mistakes.push({ check, error });
  }

  #warn(key: string, what: string): void {
    const value = describe(this.#getOr(key, null));
    this.#warnings.push(this.#file.warning([key], `${this.#file.shown} has ${value} as "${key}", ${what}.`));
  }
}

function unknownKeyHint(key: string): string {
  const guess = nearest(key, KEYS);
  return guess === undefined ? `The keys are ${KEYS.join(', ')}.` : `Did you mean "${guess}"?`;
}

/** The error for a key that pkgpanda sets only in some components: unknown in all others. */
export function extraSourceMistake(file: RecipeFile, hasExtra: boolean): CheckedMistake {
  const what = hasExtra ? 'has the key "extra_source", which must not be there' : 'has the unknown key "extra_source"';
  const error = file.mistake(['extra_source'], `${file.shown} ${what}.`, { hint: RESERVED_HINT });
  return { check: hasExtra ? 'extra' : 'unknown keys', error };
}
