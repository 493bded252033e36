/** A recipe of this repository, in the tree of a test, with stand-ins for what it would fetch. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const PACKAGES = resolve(import.meta.dirname, '../../packages');

export interface StandIns {
  /** By the names of the sources; each as buildinfo.json spells a source. Every source of the recipe needs one. */
  readonly sources: Readonly<Record<string, object>>;
  /** In place of the recipe's builder; default: the recipe's. */
  readonly docker?: string;
}

/**
 * Copies packages/<name> into the tree: scripts, extra and keys as they are, but for what the stand-ins replace.
 * Variants are copied as well, with the same stand-ins.
 */
export function copyRecipe(tree: string, name: string, { sources, docker }: StandIns): void {
  const folder = join(tree, 'packages', name);
  cpSync(join(PACKAGES, name), folder, { recursive: true });
  for (const file of readdirSync(folder).filter((entry) => entry.endsWith('buildinfo.json'))) {
    const recipe = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    // No recipe has `offline`: whoever builds adds it.
    const names = [...Object.keys(recipe.sources ?? {}), ...('offline' in sources ? ['offline'] : [])];
    const replaced = Object.fromEntries(names.map((source) => [source, sources[source]]));
    const builder = docker === undefined ? {} : { docker };
    writeFileSync(join(folder, file), JSON.stringify({ ...recipe, sources: replaced, ...builder }));
  }
}
