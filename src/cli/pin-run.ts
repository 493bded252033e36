/** What `outdated` and `pin` share: the pins of the tree, and what they are looked up with. */
import type { LookContext } from '../pins/driver.ts';
import { openLookContext, PUBLIC_BASES } from '../pins/look-context.ts';
import type { PinnedItem } from '../pins/pinned-item.ts';
import { readPins, type RecipeOnDisk } from '../pins/read-pins.ts';
import { UserError } from '../model/errors.ts';
import type { CommonArguments, Context } from './context.ts';
import { locate } from './load.ts';

/** Environment variables with base URLs that are asked in place of the public ones. */
const BASE_VARIABLES = {
  pypi: 'DCOS_BUILD_PYPI_URL',
  npm: 'DCOS_BUILD_NPM_URL',
  github: 'DCOS_BUILD_GITHUB_URL',
} as const;

export interface TreePins {
  readonly recipes: readonly RecipeOnDisk[];
  /** Absolute path of the cache folder. */
  readonly cache: string;
}

/** @throws UserError TREE_NOT_FOUND, COMPONENT_UNKNOWN, RECIPE_INVALID; UserErrors */
export function loadPins(args: CommonArguments, context: Context, names: readonly string[]): TreePins {
  const { view, treeFolders, folders } = locate({ ...args, variant: undefined, builderIds: undefined }, context);
  return { recipes: readPins(view, treeFolders, names), cache: folders.sourceCache };
}

/** @throws UserError USAGE for a base URL that is none */
export function lookContext(items: readonly PinnedItem[], cache: string, context: Context): LookContext {
  const { env, signal } = context;
  const npm = baseUrl(BASE_VARIABLES.npm, env);
  const bases = {
    pypi: baseUrl(BASE_VARIABLES.pypi, env) ?? PUBLIC_BASES.pypi,
    github: baseUrl(BASE_VARIABLES.github, env) ?? PUBLIC_BASES.github,
    ...(npm === undefined ? {} : { npm }),
  };
  return openLookContext({ cache, items, bases, signal, onWarning: warner(context) });
}

export function warner({ stderr }: Context): (message: string) => void {
  return (message) => void stderr.write(`warning: ${message}\n`);
}

function baseUrl(variable: string, env: Context['env']): string | undefined {
  const value = env[variable];
  if (value === undefined || value === '') return undefined;
  if (/^https?:$/.test(URL.parse(value)?.protocol ?? '')) return value;
  throw new UserError('USAGE', `The variable ${variable} holds "${value}", which is no http or https URL.`, {
    hint: `For example: ${variable}=https://proxy.example.org/`,
  });
}
