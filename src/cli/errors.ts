/** How errors look: for a person and as JSON. */
import { styleText } from 'node:util';
import { UserErrors, type Place, type UserError } from '../model/errors.ts';
import { useColour, type Context } from './context.ts';

/** The text of one or more errors for standard error: message, place, hint and code of each. */
export function describeErrors(error: UserError | UserErrors, context: Context): string {
  const errors = error instanceof UserErrors ? error.errors : [error];
  const colour = useColour(context);
  const word = colour ? styleText(['bold', 'red'], 'error', { validateStream: false }) : 'error';
  const blocks = errors.map((one) => {
    const place = one.place === undefined ? '' : `  at ${describePlace(one.place)}\n`;
    return `${word}: ${one.message}\n${place}  hint: ${one.hint} [${one.code}]\n`;
  });
  return errors.length === 1 ? blocks.join('') : `${blocks.join('\n')}\n${errors.length} errors.\n`;
}

/** The object that `--json` prints: the first error as `error`, and all of them as `errors` when there are more. */
export function errorsToJson(error: UserError | UserErrors): object {
  const errors = (error instanceof UserErrors ? error.errors : [error]).map((one) => ({
    code: one.code,
    message: one.message,
    hint: one.hint,
    ...(one.place === undefined ? {} : { place: one.place }),
  }));
  return { error: errors[0], ...(errors.length > 1 ? { errors } : {}) };
}

function describePlace({ file, line, column, key }: Place): string {
  const position = line === undefined ? '' : column === undefined ? `:${line}` : `:${line}:${column}`;
  return `${file}${position}${key === undefined ? '' : `, key ${key}`}`;
}
