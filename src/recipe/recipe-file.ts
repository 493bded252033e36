/** One JSON file of a tree, its value, and errors that point into its text. */
import { UserError, type ErrorCode, type Place } from '../model/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { Warning } from '../model/warning.ts';
import { JsonMistake, JsonReader, type JsonPath } from './json-reader.ts';
import { parsePythonJson } from './python-json.ts';

export interface MistakeOptions extends ErrorOptions {
  /** What to do next: one sentence. */
  readonly hint: string;
  readonly code?: ErrorCode;
}

export class RecipeFile {
  /** The path as messages show it: relative to the root of the tree. */
  readonly shown: string;
  readonly text: string;
  readonly value: JsonObject;

  private constructor(shown: string, text: string, value: JsonObject) {
    this.shown = shown;
    this.text = text;
    this.value = value;
  }

  /** @throws UserError with that code, if the text is not JSON or no object */
  static parse(shown: string, text: string, code: ErrorCode): RecipeFile {
    const value = parseOrExplain(shown, text, code);
    if (isJsonObject(value)) return new RecipeFile(shown, text, value);
    throw new UserError(code, `${shown} must hold an object, but it holds ${describe(value)}.`, {
      hint: 'Put the keys and values between "{" and "}".',
      place: { file: shown, line: 1, column: 1 },
    });
  }

  /** An error about the value under a path of keys; the message names this file itself. */
  mistake(path: JsonPath, message: string, options: MistakeOptions): UserError {
    const { code = 'RECIPE_INVALID', ...rest } = options;
    return new UserError(code, message, { ...rest, place: this.place(path) });
  }

  warning(path: JsonPath, message: string): Warning {
    return { message, place: this.place(path) };
  }

  /** Line, column and key of a path; of what is missing, where its object stands. Reads the text again: only for what is printed. */
  place(path: JsonPath): Place {
    if (path.length === 0) return { file: this.shown };
    const offset = this.#offsetOf(path);
    const position = offset === undefined ? {} : positionOf(this.text, offset);
    return { file: this.shown, ...position, key: path.join('.') };
  }

  #offsetOf(path: JsonPath): number | undefined {
    const offsets = path.map((): number | undefined => undefined);
    const reader = new JsonReader(this.text, 0, this.text.length, (found, at) => {
      if (found.length <= path.length && found.every((step, index) => String(step) === String(path[index]))) {
        offsets.fill(undefined, found.length);
        offsets[found.length - 1] = at;
      }
    });
    try {
      reader.read();
    } catch (error) {
      // Blanks that only Python's strip knows stand around the value: the key alone must do.
      if (!(error instanceof JsonMistake)) throw error;
    }
    return offsets.findLast((offset) => offset !== undefined);
  }
}

/** A value for a message: short, and whole numbers in full. */
export function describe(value: Json): string {
  if (Array.isArray(value)) return 'a list';
  if (isJsonObject(value)) return 'an object';
  if (typeof value === 'string')
    return value.length > 80 ? `${JSON.stringify(value.slice(0, 80))}…` : JSON.stringify(value);
  return value !== null && typeof value === 'object' ? 'a number with a fraction' : String(value);
}

function parseOrExplain(shown: string, text: string, code: ErrorCode): Json {
  try {
    return parsePythonJson(text);
  } catch (error) {
    if (!(error instanceof JsonMistake)) throw error;
    throw new UserError(code, `${shown} is not valid JSON. ${error.message}`, {
      hint: hintFor(text, error.offset),
      place: { file: shown, ...positionOf(text, error.offset) },
      cause: error,
    });
  }
}

function hintFor(text: string, offset: number): string {
  if (text.startsWith('\uFEFF')) return 'Save the file as UTF-8 without a byte order mark.';
  const rest = text.slice(offset);
  if (/^[}\]]/.test(rest) && /,\s*$/.test(text.slice(0, offset))) return 'Remove the comma before it.';
  if (/^(\/\/|\/\*|#)/.test(rest)) return 'Remove the comment: JSON has none.';
  if (rest.startsWith("'")) return 'Use double quotes.';
  return 'Correct the text at that place.';
}

function positionOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}
