/** What yargs says of a command line that it refuses, in our words. */
import { nearest } from '../model/did-you-mean.ts';
import { UserError } from '../model/errors.ts';

/**
 * @param message of yargs
 * @param command usage of the command that was named, if one was
 * @param commands names of all of them
 */
export function usageError(message: string, command: string | undefined, commands: readonly string[]): UserError {
  const help = `See "dcos-build ${command === undefined ? '' : `${command.split(' ')[0]} `}--help".`;
  if (message.startsWith('Not enough')) {
    if (command === undefined) return new UserError('USAGE', 'No command was given.', { hint: help });
    return new UserError('USAGE', `An argument is missing: dcos-build ${command}`, { hint: help });
  }
  const [, argument, given = '', choices = ''] = /Argument: (\S+), Given: "(.*)", Choices: (.*)/.exec(message) ?? [];
  if (argument !== undefined) {
    const known = choices.replaceAll('"', '').split(', ');
    const guess = nearest(given, known);
    const hint = guess === undefined ? help : `Did you mean "${guess}"?`;
    return new UserError('USAGE', `"${given}" is no ${argument}; it can be ${known.join(', ')}.`, { hint });
  }
  const unknown = /^Unknown (?:argument|command)s?: (\S+)/.exec(message)?.[1];
  if (command !== undefined || unknown === undefined) return new UserError('USAGE', message, { hint: help });
  const guess = nearest(unknown, commands);
  return new UserError('USAGE', `"${unknown}" is neither a command nor an option of all commands.`, {
    hint: guess === undefined ? help : `Did you mean "${guess}"?`,
  });
}
