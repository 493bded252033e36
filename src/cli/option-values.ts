/** What yargs lets pass and no command expects: options without their value, given twice, or with a number out of range. */
import { UserError } from '../model/errors.ts';

/** Positionals and options that take several values. */
const REPEATABLE = ['_', 'components', 'names', 'only', 'repository', 'mirror', 'database', 'allow', 'deny'];

/**
 * Refuses options without the value that they take, and those given twice that take one.
 *
 * @param args as yargs hands them over, in camel case
 * @param words the command line
 * @param repeatable more options that take several values
 * @throws UserError USAGE
 */
export function checkValues(
  args: Readonly<Record<string, unknown>>,
  words: readonly string[],
  repeatable: readonly string[] = [],
): void {
  for (const [key, value] of Object.entries(args)) {
    // The short name of an option has the same value.
    if (key.length === 1 && !REPEATABLE.includes(key)) continue;
    const option = `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const values = Array.isArray(value) ? value : [value];
    const isLacking =
      values.includes('') || values.includes(undefined) || (values.length === 0 && words.includes(option));
    if (isLacking) throw usage(`${option} needs a value.`);
    if (Array.isArray(value) && ![...REPEATABLE, ...repeatable].includes(key))
      throw usage(`${option} is given more than once.`);
  }
}

/**
 * Refuses what is no whole number of at least 1.
 *
 * @param counts values by the name of their option; undefined stands for one that was not given
 * @throws UserError USAGE
 */
export function checkCounts(counts: Readonly<Record<string, number | undefined>>): void {
  for (const [option, value] of Object.entries(counts)) {
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 1)) {
      throw usage(`--${option} takes a whole number of at least 1.`, `For example: --${option} 4`);
    }
  }
}

function usage(message: string, hint = 'See "dcos-build <command> --help".'): UserError {
  return new UserError('USAGE', message, { hint });
}
