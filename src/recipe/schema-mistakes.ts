/** What zod finds wrong with a JSON file, as mistakes with their places and what to do. */
import { z } from 'zod';
import { nearest } from '../model/did-you-mean.ts';
import { throwCollected, type ErrorCode, type UserError } from '../model/errors.ts';
import { valueAt } from '../model/json.ts';
import type { JsonPath } from './json-reader.ts';
import type { RecipeFile } from './recipe-file.ts';

export interface MistakeRules {
  /** The keys that the object under a path may have, for "did you mean". */
  readonly keysAt: (path: JsonPath) => readonly string[];
  readonly code?: ErrorCode;
}

/** Throws all of it. @throws UserError, UserErrors */
export function throwSchemaMistakes(file: RecipeFile, error: z.ZodError, { keysAt, code }: MistakeRules): never {
  const coded = code === undefined ? {} : { code };
  throwCollected(
    error.issues.flatMap((issue): UserError[] => {
      const path = issue.path.filter((step) => typeof step !== 'symbol');
      if (issue.code === 'unrecognized_keys') {
        return issue.keys.map((key) => {
          const keys = keysAt(path);
          const guess = nearest(key, keys);
          const hint = guess === undefined ? `The keys are ${keys.join(', ')}.` : `Did you mean "${guess}"?`;
          return file.mistake([...path, key], `${file.shown} has the unknown key "${key}".`, { hint, ...coded });
        });
      }
      const what = valueAt(file.value, path) === undefined ? 'missing' : 'wrong';
      return [file.mistake(path, `${file.shown}: "${path.join('.')}" is ${what}.`, { hint: hintFor(issue), ...coded })];
    }),
  );
  throw error;
}

function hintFor(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `It must be of type ${issue.expected}.`;
  if (issue.code === 'invalid_value')
    return `It must be one of ${issue.values.map((value) => `"${String(value)}"`).join(', ')}.`;
  return `It ${rule(issue.message)}.`;
}

/** zod's own messages begin with a capital and say what is wrong, ours what must be. */
function rule(message: string): string {
  return message.startsWith('must') ? message : `is refused: ${message}`;
}
