/** What zod finds wrong with a JSON file, as mistakes with their places and what to do. */
import { z } from 'zod';
import { nearest } from '../model/did-you-mean.ts';
import { throwCollected, type ErrorCode, type UserError } from '../model/errors.ts';
import { valueAt } from '../model/json.ts';
import type { JsonPath } from './json-reader.ts';
import { describe, type RecipeFile } from './recipe-file.ts';
import { plainIssues, type PlainIssue } from './schema-issues.ts';

export interface MistakeRules {
  /** The keys that the object under a path may have, for "did you mean". */
  readonly keysAt: (path: JsonPath) => readonly string[];
  /** What a number under a path may be, as "from 1 to 5"; undefined: the one bound that it breaks is told. */
  readonly rangeAt?: (path: JsonPath) => string | undefined;
  /** Whether messages hold the value that is wrong. */
  readonly tellsValues?: true;
  readonly code?: ErrorCode;
}

/** Throws all of it. @throws UserError, UserErrors */
export function throwSchemaMistakes(file: RecipeFile, error: z.ZodError, rules: MistakeRules): never {
  throwCollected(schemaMistakes(file, error, rules));
  throw error;
}

export function schemaMistakes(file: RecipeFile, error: z.ZodError, rules: MistakeRules): readonly UserError[] {
  return plainIssues(error.issues, file.value).flatMap((found) => mistakesOf(file, found, rules));
}

function mistakesOf(file: RecipeFile, { issue, path }: PlainIssue, rules: MistakeRules): readonly UserError[] {
  const coded = rules.code === undefined ? {} : { code: rules.code };
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const keys = rules.keysAt(path);
      const guess = nearest(key, keys);
      const hint = guess === undefined ? `The keys are ${keys.join(', ')}.` : `Did you mean "${guess}"?`;
      return file.mistake([...path, key], `${file.shown} has the unknown key "${key}".`, { hint, ...coded });
    });
  }
  const value = valueAt(file.value, path);
  const what = value === undefined ? 'missing' : `wrong${rules.tellsValues ? `: ${describe(value)}` : ''}`;
  const hint = hintFor(issue, { value, range: rules.rangeAt?.(path) });
  return [file.mistake(path, `${file.shown}: "${path.join('.')}" is ${what}.`, { hint, ...coded })];
}

interface Seen {
  readonly value: unknown;
  readonly range: string | undefined;
}

/** zod's own messages begin with a capital and say what is wrong, ours what must be. */
function hintFor(issue: z.core.$ZodIssue, { value, range }: Seen): string {
  if (issue.message.startsWith('must')) return `It ${issue.message}.`;
  if (issue.code === 'invalid_union') return unionHint(issue);
  if (issue.code === 'invalid_value') {
    return `${guessOf(value, issue.values)}It must be one of ${issue.values.map((one) => spelled(one)).join(', ')}.`;
  }
  if (issue.code === 'invalid_type') {
    return range === undefined ? `It must be of type ${issue.expected}.` : `It must be a whole number ${range}.`;
  }
  if (issue.code !== 'too_small' && issue.code !== 'too_big') return `It is refused: ${issue.message}.`;
  const bound = issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
  return issue.origin === 'array' ? `It must have ${bound} of them.` : `It must be ${range ?? bound}.`;
}

/** Of a value that may have several forms: a type of each, or the key by which each is known. */
function unionHint(issue: z.core.$ZodIssueInvalidUnion): string {
  const firsts = issue.errors.flatMap(([first]) => (first === undefined ? [] : [first]));
  const keys = firsts.flatMap(({ path }) => (path.length === 1 ? [`"${String(path[0])}"`] : []));
  if (keys.length > 0) return `It must have one of ${keys.join(', ')}.`;
  const types = firsts.flatMap((first) => (first.code === 'invalid_type' ? [first.expected] : []));
  return `It must be of type ${[...new Set(types)].join(' or ')}.`;
}

/** Short words are as near to each other as to what was meant. */
const SHORTEST_GUESSED = 3;

function guessOf(value: unknown, values: readonly unknown[]): string {
  if (typeof value !== 'string' || value.length < SHORTEST_GUESSED) return '';
  const guess = nearest(
    value,
    values.filter((one) => typeof one === 'string'),
  );
  return guess === undefined ? '' : `Did you mean "${guess}"? `;
}

function spelled(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : String(value);
}
