/** What yargs says of a command line that it refuses, in our words. */
import { nearest } from '../model/did-you-mean.ts';
import { UserError } from '../model/errors.ts';

export interface KnownWords {
  /** Names of all commands. */
  readonly commands: readonly string[];
  /** Usage of the command that was named, if one was. */
  readonly command: string | undefined;
  /** Its help, which names its options. */
  readonly help: string;
}

/** @param message of yargs */
export function usageError(message: string, { commands, command, help }: KnownWords): UserError {
  const seeHelp = `See "dcos-build ${command === undefined ? '' : `${command.split(' ')[0]} `}--help".`;
  if (message.startsWith('Not enough')) {
    if (command === undefined) return usage('No command was given.', seeHelp);
    return usage(`An argument is missing: dcos-build ${command}`, seeHelp);
  }
  const [, argument, given = '', choices = ''] = /Argument: (\S+), Given: "(.*)", Choices: (.*)/.exec(message) ?? [];
  if (argument !== undefined) {
    const allowed = choices.replaceAll('"', '').split(', ');
    return usage(`"${given}" is no ${argument}; it can be ${allowed.join(', ')}.`, meant(given, allowed) ?? seeHelp);
  }
  const unknown = /^Unknown (?:argument|command)s?: ([^\s,]+)/.exec(message)?.[1];
  if (unknown === undefined) return usage(message, seeHelp);
  if (command === undefined) {
    return usage(
      `"${unknown}" is neither a command nor an option of all commands.`,
      meant(unknown, commands) ?? seeHelp,
    );
  }
  const options = [...help.matchAll(/--([a-z][a-z-]+)/g)].map(([, name = '']) => name);
  const option = unknown.length === 1 ? `-${unknown}` : `--${unknown}`;
  return usage(
    `${message}.`,
    meant(
      option,
      [...new Set(options)].map((name) => `--${name}`),
    ) ?? seeHelp,
  );
}

function meant(typed: string, known: readonly string[]): string | undefined {
  const guess = nearest(typed, known);
  return guess === undefined ? undefined : `Did you mean "${guess}"?`;
}

function usage(message: string, hint: string): UserError {
  return new UserError('USAGE', message, { hint });
}
