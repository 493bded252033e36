/** dcos-build.config.json: the storages of a tree by name. It stands in the root of the tree, and enters no id. */
import { nearest } from '../model/did-you-mean.ts';
import { throwCollected, UserError, type Place } from '../model/errors.ts';
import { isJsonObject, member, type Json, type JsonObject } from '../model/json.ts';
import type { JsonPath } from './json-reader.ts';
import { describe, RecipeFile } from './recipe-file.ts';

/** One text of the file, as it stands there. */
export interface Setting {
  readonly text: string;
  readonly place: Place;
}

export type StorageKind = 'azure' | 'directory' | 'http' | 'aws_s3';

export const SETTING_NAMES = [
  ...(['account', 'container', 'prefix', 'endpoint', 'connectionString', 'accountKey', 'sas'] as const),
  ...(['path', 'url'] as const),
] as const;

export type SettingName = (typeof SETTING_NAMES)[number];

export interface Storage {
  readonly name: string;
  readonly kind: StorageKind;
  readonly settings: Readonly<Partial<Record<SettingName, Setting>>>;
  /** Nothing is to be written there, whoever could. */
  readonly isReadOnly: boolean;
  readonly place: Place;
}

export interface StorageConfig {
  /** The file, as messages show it. */
  readonly shown: string;
  /** The storage that is meant when none is named. */
  readonly preferred: string | undefined;
  readonly storages: ReadonlyMap<string, Storage>;
  /** How a text names a variable of the environment: `${NAME}` anywhere in it, or `$NAME` as the whole of it. */
  readonly variables: 'braces' | 'whole';
  /** What the file says of signing, and of whom to trust; read by who signs and verifies. */
  readonly signing: JsonObject | undefined;
  readonly trust: JsonObject | undefined;
  /** What it says of images: where they are registered, and as what they are offered. */
  readonly gallery: JsonObject | undefined;
  readonly marketplace: JsonObject | undefined;
}

export const CONFIG_FILE = 'dcos-build.config.json';

const KEYS = ['preferred', 'storages', 'signing', 'trust', 'gallery', 'marketplace'] as const;

/** The keys of each kind, and which of them it cannot do without. */
const SETTINGS: Readonly<
  Record<'azure' | 'directory' | 'http', Readonly<Partial<Record<SettingName, 'required' | 'optional'>>>>
> = {
  azure: {
    account: 'optional',
    container: 'required',
    prefix: 'optional',
    endpoint: 'optional',
    connectionString: 'optional',
    accountKey: 'optional',
    sas: 'optional',
  },
  directory: { path: 'required' },
  http: { url: 'required' },
};

/** @throws UserError, UserErrors CONFIG_INVALID: all mistakes at once, each with its place */
export function readStorageConfig(text: string): StorageConfig {
  const file = RecipeFile.parse(CONFIG_FILE, text, 'CONFIG_INVALID');
  const reader = new ConfigReader(file);
  const config = reader.read();
  throwCollected(reader.mistakes);
  return config;
}

class ConfigReader {
  readonly mistakes: UserError[] = [];
  readonly #file: RecipeFile;

  constructor(file: RecipeFile) {
    this.#file = file;
  }

  read(): StorageConfig {
    const { value, shown } = this.#file;
    this.#refuseUnknown([], value, KEYS);
    const storages = this.#storages(member(value, 'storages'));
    return {
      ...{ shown, storages, variables: 'braces' },
      preferred: this.#preferred(member(value, 'preferred'), storages),
      signing: this.#object('signing'),
      trust: this.#object('trust'),
      gallery: this.#object('gallery'),
      marketplace: this.#object('marketplace'),
    };
  }

  #storages(value: Json | undefined): ReadonlyMap<string, Storage> {
    if (value === undefined) return new Map();
    if (!isJsonObject(value)) {
      this.#mistake(['storages'], `has ${describe(value)} as "storages"`, 'Give an object: a name for each storage.');
      return new Map();
    }
    const read = Object.entries(value).map(([name, storage]) => [name, this.#storage(name, storage)] as const);
    return new Map(read.flatMap(([name, storage]) => (storage === undefined ? [] : [[name, storage] as const])));
  }

  #storage(name: string, value: Json): Storage | undefined {
    const path = ['storages', name];
    if (!/^[A-Za-z][\w-]*$/.test(name)) {
      this.#mistake(
        path,
        `has a storage "${name}"`,
        'Names of storages begin with a letter, and have letters, digits, "_" and "-".',
      );
    }
    if (!isJsonObject(value)) {
      this.#mistake(path, `has ${describe(value)} as "${name}"`, 'Give an object with the key "kind".');
      return undefined;
    }
    const kind = member(value, 'kind');
    const kinds = Object.keys(SETTINGS);
    if (kind !== 'azure' && kind !== 'directory' && kind !== 'http') {
      const what = kind === undefined ? 'has no "kind"' : `has the kind ${describe(kind)}`;
      const guess = typeof kind === 'string' ? nearest(kind, kinds) : undefined;
      this.#mistake(
        [...path, 'kind'],
        `has a storage "${name}" that ${what}`,
        guess === undefined ? `The kinds are ${kinds.join(', ')}.` : `Did you mean "${guess}"?`,
      );
      return undefined;
    }
    const settings = this.#settings(path, value, SETTINGS[kind]);
    if (kind === 'azure' && !('account' in settings) && !('connectionString' in settings)) {
      this.#mistake(
        path,
        `has a storage "${name}" without an account`,
        'Give the key "account", or "connectionString".',
      );
    }
    const readOnly = member(value, 'readOnly') ?? false;
    if (typeof readOnly !== 'boolean') {
      this.#mistake([...path, 'readOnly'], `has ${describe(readOnly)} as "readOnly"`, 'Give true or false.');
    }
    return { name, kind, settings, isReadOnly: readOnly === true, place: this.#file.place(path) };
  }

  #settings(
    path: JsonPath,
    value: JsonObject,
    rules: Readonly<Partial<Record<SettingName, 'required' | 'optional'>>>,
  ): Storage['settings'] {
    this.#refuseUnknown(path, value, ['kind', 'readOnly', ...Object.keys(rules)]);
    const found: Partial<Record<SettingName, Setting>> = {};
    for (const key of SETTING_NAMES) {
      const rule = rules[key];
      const text = member(value, key);
      if (rule === undefined || (text === undefined && rule === 'optional')) continue;
      if (typeof text === 'string' && text.trim() === text && (text !== '' || key === 'prefix')) {
        found[key] = { text, place: this.#file.place([...path, key]) };
        continue;
      }
      const what = text === undefined ? `lacks the key "${key}" in` : `has ${shownValue(key, text)} as "${key}" of`;
      this.#mistake(
        text === undefined ? path : [...path, key],
        `${what} the storage "${path.at(-1)}"`,
        'Give a text without blanks around it.',
      );
    }
    return found;
  }

  #preferred(value: Json | undefined, storages: ReadonlyMap<string, Storage>): string | undefined {
    if (value === undefined || (typeof value === 'string' && storages.has(value))) return value;
    // One that has mistakes of its own is there all the same.
    const named = member(this.#file.value, 'storages');
    if (typeof value === 'string' && isJsonObject(named) && member(named, value) !== undefined) return undefined;
    const guess = typeof value === 'string' ? nearest(value, storages.keys()) : undefined;
    this.#mistake(
      ['preferred'],
      `has ${describe(value)} as "preferred"`,
      guess === undefined ? 'Give the name of one of the "storages".' : `Did you mean "${guess}"?`,
    );
    return undefined;
  }

  #object(key: 'signing' | 'trust' | 'gallery' | 'marketplace'): JsonObject | undefined {
    const value = member(this.#file.value, key);
    if (value === undefined || isJsonObject(value)) return value;
    this.#mistake([key], `has ${describe(value)} as "${key}"`, 'Give an object.');
    return undefined;
  }

  #refuseUnknown(path: JsonPath, value: JsonObject, known: readonly string[]): void {
    for (const key of Object.keys(value).filter((each) => !known.includes(each))) {
      const guess = nearest(key, known);
      const hint = guess === undefined ? `The keys are ${known.join(', ')}.` : `Did you mean "${guess}"?`;
      this.#mistake([...path, key], `has the unknown key "${key}"`, hint);
    }
  }

  #mistake(path: JsonPath, what: string, hint: string): void {
    this.mistakes.push(this.#file.mistake(path, `${this.#file.shown} ${what}.`, { hint, code: 'CONFIG_INVALID' }));
  }
}

/** What may be a secret is not repeated, even where it is no good. */
function shownValue(key: SettingName, value: Json): string {
  const isSecret = key === 'connectionString' || key === 'accountKey' || key === 'sas' || key === 'url';
  return isSecret && typeof value === 'string' ? 'such a text' : describe(value);
}
