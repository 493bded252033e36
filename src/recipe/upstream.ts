/** upstream.json: another tree, whose components are used where this one has none of that name (facts: pkgpanda 5). */
import { throwCollected, UserError } from '../model/errors.ts';
import type { GitLocalSource, GitSource } from '../model/source.ts';
import type { RecipeFile } from './recipe-file.ts';
import { readSource } from './sources.ts';
import type { SourceRecipe } from './source-kinds.ts';

/** Where the upstream tree is checked out from: the only kinds that pkgpanda can use here. */
export type UpstreamSource = GitSource | GitLocalSource;

/** The same before the commit of a local repository has been looked up. */
export type UpstreamRecipe = Extract<SourceRecipe, { readonly kind: 'git' | 'git_local' }>;

/**
 * @param folder absolute path of the folder that holds upstream.json
 * @throws UserError, UserErrors
 */
export function readUpstream(file: RecipeFile, folder: string): UpstreamRecipe {
  const owner = { name: 'upstream', variant: undefined, folder };
  const { sources, mistakes } = readSource(file.value, { file, path: [], name: 'upstream' }, owner);
  throwCollected(mistakes);
  const source = sources[0]?.source;
  if (source?.kind === 'git' || source?.kind === 'git_local') return source;
  throw new UserError('TREE_INVALID', `${file.shown}: an upstream cannot be of kind "${source?.kind}".`, {
    hint: 'Use kind git or git_local.',
    place: file.place(['kind']),
  });
}
