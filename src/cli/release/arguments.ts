/** The options of `release`, and which of its actions they go with. */
import { UserError } from '../../model/errors.ts';
import type { CommonArguments } from '../context.ts';
import type { TreeArguments } from '../load.ts';
import type { ViewArguments } from '../view.ts';

type ReleaseAction = 'create' | 'promote' | 'rollback' | 'list' | 'show' | 'verify' | 'copy' | 'sign' | 'share' | 'gc';

export interface ReleaseArguments extends CommonArguments, ViewArguments {
  readonly variant: readonly string[];
  readonly builderIds: string | undefined;
  readonly action: ReleaseAction;
  readonly names: readonly string[];
  readonly to: string | undefined;
  readonly tag: string | undefined;
  readonly dryRun: boolean;
  readonly jobs: number | undefined;
  readonly transfers: number;
  readonly repository: readonly string[];
  readonly mirror: readonly string[];
  readonly offline: boolean;
  readonly key: readonly string[];
  readonly keyless: boolean;
  readonly trust: string | undefined;
  readonly fromScratch: boolean;
  readonly release: string | undefined;
  readonly expires: string | undefined;
  readonly keep: number | undefined;
  readonly minAge: string | undefined;
}

/** The options by which a tree is found. */
export function treeArguments({ variant, ...args }: ReleaseArguments): TreeArguments {
  return { ...args, variant: variant[0] };
}

/** How many names an action takes, and how they are called. */
const NAMES: Readonly<
  Record<ReleaseAction, { readonly least: number; readonly most: number; readonly usage: string }>
> = {
  create: { least: 1, most: 1, usage: 'release create CHANNEL' },
  promote: { least: 2, most: 2, usage: 'release promote FROM CHANNEL' },
  rollback: { least: 1, most: 1, usage: 'release rollback CHANNEL' },
  list: { least: 0, most: 0, usage: 'release list' },
  show: { least: 1, most: 1, usage: 'release show NAME' },
  verify: { least: 1, most: 1, usage: 'release verify NAME' },
  copy: { least: 2, most: Infinity, usage: 'release copy FROM-URL TO-URL [NAME..]' },
  sign: { least: 1, most: 1, usage: 'release sign NAME --key FILE' },
  share: { least: 1, most: 1, usage: 'release share NAME --expires 7d' },
  gc: { least: 0, most: 0, usage: 'release gc --keep 5' },
};

/** Options that only some actions look at. */
const ONLY_WITH: Readonly<Partial<Record<keyof ReleaseArguments, readonly ReleaseAction[]>>> = {
  dryRun: ['create', 'promote', 'rollback', 'copy', 'gc'],
  variant: ['create'],
  tag: ['create'],
  jobs: ['create', 'verify'],
  repository: ['create'],
  mirror: ['create', 'verify'],
  offline: ['create', 'verify'],
  key: ['create', 'sign'],
  keyless: ['create', 'sign'],
  fromScratch: ['verify'],
  release: ['rollback'],
  expires: ['share'],
  keep: ['gc'],
  minAge: ['gc'],
};

/** @throws UserError USAGE for a wrong number of names, and for an option that would do nothing */
export function checkArguments(args: ReleaseArguments): void {
  const { action, names } = args;
  const { least, most, usage } = NAMES[action];
  if (names.length < least || names.length > most) {
    const problem = names.length < least ? 'too few names' : `one name too many: "${names[most]}"`;
    throw new UserError('USAGE', `"release ${action}" was given ${problem}.`, { hint: `Usage: dcos-build ${usage}` });
  }
  for (const [key, actions] of Object.entries(ONLY_WITH)) {
    const value: unknown = Object.entries(args).find(([name]) => name === key)?.[1];
    const isGiven = value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
    if (!isGiven || actions.includes(action)) continue;
    const option = key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UserError('USAGE', `--${option} does nothing for "release ${action}".`, {
      hint: `It goes with "release ${actions.join('" and "release ')}".`,
    });
  }
}
