/** Which variants a folder has: `buildinfo.json` is the default one, `v.buildinfo.json` is variant v. */
import { sorted } from '../model/order.ts';

export interface VariantFiles {
  /** The default variant first, then by name. */
  readonly variants: readonly (string | undefined)[];
  /** Names that end like such a file but lack the dot before, or the variant before the dot. */
  readonly wrongNames: readonly string[];
}

/** @param names all names in the folder @param ending `buildinfo.json` or `treeinfo.json` */
export function findVariants(names: readonly string[], ending: string): VariantFiles {
  const variants: string[] = [];
  const wrongNames: string[] = [];
  for (const name of names) {
    if (!name.endsWith(ending) || name === ending) continue;
    const before = name.slice(0, -ending.length);
    if (before !== '.' && before.endsWith('.')) variants.push(before.slice(0, -1));
    else wrongNames.push(name);
  }
  const theDefault = names.includes(ending) ? [undefined] : [];
  return { variants: [...theDefault, ...sorted(variants)], wrongNames: sorted(wrongNames) };
}
