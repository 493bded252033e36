/** Durations of builds on another machine, as `tree --json` prints them there. */
import { UserError } from '../model/errors.ts';
import { isJsonArray, isJsonObject, valueAt, type Json } from '../model/json.ts';
import { parseJson } from '../model/parse-json.ts';
import type { ComponentKey } from './plan.ts';

/**
 * Milliseconds by component. Everything but keys and durations is passed over.
 *
 * @param shown the file as messages name it
 * @throws UserError USAGE for what `tree --json` does not print
 */
export function readDurations(text: string, shown: string): ReadonlyMap<ComponentKey, number> {
  const components = valueAt(parse(text, shown), ['components']);
  if (!isJsonArray(components)) throw notOurs(shown, 'has no list "components"');
  return new Map(
    components.flatMap((component): [ComponentKey, number][] => {
      if (!isJsonObject(component)) throw notOurs(shown, 'has something else than objects in "components"');
      const key = valueAt(component, ['key']);
      const durationMs = valueAt(component, ['state', 'durationMs']);
      return typeof key === 'string' && typeof durationMs === 'number' && durationMs >= 0 ? [[key, durationMs]] : [];
    }),
  );
}

function parse(text: string, shown: string): Json {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw notOurs(shown, 'is no JSON');
  }
}

function notOurs(shown: string, problem: string): UserError {
  return new UserError('USAGE', `${shown} ${problem}.`, {
    hint: 'Write it where the tree was built: dcos-build tree --json > durations.json',
  });
}
