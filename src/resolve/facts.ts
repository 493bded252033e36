/** What a plan needs besides the tree's files: asked for once it is known which, and looked up by the caller. */
import type { UserError } from '../model/errors.ts';
import { sorted } from '../model/order.ts';
import type { ComponentVariant } from './component-variant.ts';

/** Ids of builders and commits of local repositories. An error says why there is none, without naming a component. */
export interface Facts {
  /** By the value of `docker`. */
  readonly builders: ReadonlyMap<string, BuilderFact | UserError>;
  /** HEAD by absolute path of the repository. */
  readonly commits: ReadonlyMap<string, string | UserError>;
}

export interface BuilderFact {
  readonly kind: 'root' | 'image';
  readonly id: string;
}

export interface NeededFacts {
  readonly builders: readonly string[];
  readonly repositories: readonly string[];
}

export function neededFacts(components: Iterable<ComponentVariant>): NeededFacts {
  const builders = new Set<string>();
  const repositories = new Set<string>();
  for (const { recipe } of components) {
    builders.add(recipe.builder);
    for (const { source } of recipe.sources) if (source.kind === 'git_local') repositories.add(source.path);
  }
  return { builders: sorted(builders), repositories: sorted(repositories) };
}
