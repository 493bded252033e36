/** The options of `cluster`, and which of its actions they go with. */
import { UserError } from '../../model/errors.ts';
import type { CommonArguments } from '../context.ts';
import type { UpArguments } from './up-options.ts';

export const ACTIONS = ['template', 'check', 'show', 'diff', 'up', 'convert', 'schema'] as const;
type ClusterAction = (typeof ACTIONS)[number];

export interface ClusterArguments extends CommonArguments, UpArguments {
  readonly action: ClusterAction;
  readonly files: readonly string[];
  readonly file: string | undefined;
  readonly output: string | undefined;
  readonly release: string | undefined;
  readonly from: string | undefined;
  readonly trust: string | undefined;
  readonly image: string | undefined;
  readonly templateUrl: string | undefined;
  readonly parameters: string | undefined;
  readonly svg: string | undefined;
  readonly junit: string | undefined;
  readonly subnet: readonly string[];
}

/** How many files an action takes beside `-f`, and how it is called. */
const FILES: Readonly<
  Record<ClusterAction, { readonly least: number; readonly most: number; readonly usage: string }>
> = {
  template: { least: 1, most: 1, usage: 'cluster template -f cluster.json' },
  check: { least: 1, most: Infinity, usage: 'cluster check FILE…' },
  show: { least: 1, most: 1, usage: 'cluster show FILE' },
  diff: { least: 2, most: 2, usage: 'cluster diff A B' },
  up: { least: 1, most: 1, usage: 'cluster up --local -f cluster.json' },
  convert: { least: 1, most: 1, usage: 'cluster convert acs-engine.json --image NAME' },
  schema: { least: 0, most: 0, usage: 'cluster schema' },
};

const COMPOSING: readonly ClusterAction[] = ['template', 'check', 'show', 'diff'];

/** Options that only some actions look at. */
const ONLY_WITH: Readonly<Partial<Record<keyof ClusterArguments, readonly ClusterAction[]>>> = {
  output: ['template', 'convert', 'schema'],
  release: [...COMPOSING, 'convert'],
  from: COMPOSING,
  trust: COMPOSING,
  image: [...COMPOSING, 'up', 'convert'],
  templateUrl: ['template'],
  parameters: ['check', 'show'],
  svg: ['show'],
  junit: ['check'],
  subnet: ['convert'],
  ...onlyUp('local', 'masters', 'agents', 'memory', 'test', 'keep', 'timeout', 'bootTimeout', 'accelerator'),
};

function onlyUp(
  ...keys: readonly (keyof UpArguments)[]
): Readonly<Partial<Record<keyof UpArguments, readonly ['up']>>> {
  return Object.fromEntries(keys.map((key) => [key, ['up']]));
}

/**
 * The files that an action works on: those of `-f` and the words.
 *
 * @throws UserError USAGE for a wrong number of files, and for an option that would do nothing
 */
export function filesOf(args: ClusterArguments): readonly string[] {
  const { action } = args;
  const files = [...(args.file === undefined ? [] : [args.file]), ...args.files];
  const { least, most, usage } = FILES[action];
  if (files.length < least || files.length > most) {
    const problem = files.length < least ? 'too few files' : `one file too many: "${files[most]}"`;
    throw new UserError('USAGE', `"cluster ${action}" was given ${problem}.`, { hint: `Usage: dcos-build ${usage}` });
  }
  for (const [key, actions] of Object.entries(ONLY_WITH)) {
    const value: unknown = Object.entries(args).find(([name]) => name === key)?.[1];
    const isGiven = Array.isArray(value) ? value.length > 0 : value !== undefined;
    if (!isGiven || actions.includes(action)) continue;
    const option = key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UserError('USAGE', `--${option} does nothing for "cluster ${action}".`, {
      hint: `It goes with "cluster ${actions.join('" and "cluster ')}".`,
    });
  }
  return files;
}
