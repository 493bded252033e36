/** release.json: which release a tree is. It stands beside treeinfo.json, describes, and enters no id. */
import { nearest } from '../model/did-you-mean.ts';
import { throwCollected, type UserError } from '../model/errors.ts';
import { member } from '../model/json.ts';
import { describe, type RecipeFile } from './recipe-file.ts';

export interface Release {
  /** What is released: `DC/OS`. */
  readonly name: string;
  /** As people name it: `1.7.0`. */
  readonly version: string;
  /** Where it is published, as in its address: `stable`, `testing/master`. */
  readonly channel: string | undefined;
  readonly codename: string | undefined;
}

type Key = keyof Release;

interface Rule {
  readonly isRequired: boolean;
  readonly pattern: RegExp;
  /** What to do about a value that does not match. */
  readonly hint: string;
}

const LINE = {
  pattern: /^[^\s\p{Cc}](?:[^\p{Cc}]*[^\s\p{Cc}])?$/u,
  hint: 'Give a text of one line, without blanks around it.',
};

const RULES: Readonly<Record<Key, Rule>> = {
  name: { isRequired: true, ...LINE },
  version: {
    isRequired: true,
    pattern: /^\d[\w.+~-]*$/,
    hint: 'Give a string that begins with a digit, such as "1.7.0": letters, digits and any of . + ~ _ - may be used.',
  },
  channel: {
    isRequired: false,
    pattern: /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/,
    hint: 'Give a part of an address, such as "stable" or "testing/master".',
  },
  codename: { isRequired: false, ...LINE },
};

/** @throws UserError, UserErrors TREE_INVALID: all mistakes at once, each with its place */
export function readRelease(file: RecipeFile): Release {
  const mistakes = unknownKeys(file);
  const text = (key: Key): string | undefined => readText(file, key, mistakes);
  const [name = '', version = '', channel, codename] = [
    text('name'),
    text('version'),
    text('channel'),
    text('codename'),
  ];
  throwCollected(mistakes);
  return { name, version, channel, codename };
}

function unknownKeys(file: RecipeFile): UserError[] {
  const known = Object.keys(RULES);
  const unknown = Object.keys(file.value).filter((key) => !known.includes(key));
  return unknown.map((key) => {
    const guess = nearest(key, known);
    const hint = guess === undefined ? `The keys are ${known.join(', ')}.` : `Did you mean "${guess}"?`;
    return file.mistake([key], `${file.shown} has the unknown key "${key}".`, { hint, code: 'TREE_INVALID' });
  });
}

function readText(file: RecipeFile, key: Key, mistakes: UserError[]): string | undefined {
  const { isRequired, pattern, hint } = RULES[key];
  const value = member(file.value, key);
  if (value === undefined && !isRequired) return undefined;
  if (typeof value === 'string' && pattern.test(value)) return value;
  const what = value === undefined ? `lacks the key "${key}"` : `has ${describe(value)} as "${key}"`;
  mistakes.push(file.mistake([key], `${file.shown} ${what}.`, { hint, code: 'TREE_INVALID' }));
  return undefined;
}
