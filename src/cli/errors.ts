/** How errors look: for a person and as JSON. */
import { styleText } from 'node:util';
import { describePlace, errorData, UserErrors, type UserError } from '../model/errors.ts';
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
  const errors = errorData(error);
  return { error: errors[0], ...(errors.length > 1 ? { errors } : {}) };
}
