/** What the builder roots of a bill are made of, from the locks in the tree. */
import { join } from 'node:path';
import type { Bill } from '../bom/bill.ts';
import { buildersOf, type BuilderContent } from '../bom/document.ts';
import { readTextNow } from '../host/quick-files.ts';
import { builderDigest, parseBuilderLock } from '../recipe/builder.ts';

/** By name. A builder whose id is not the digest of its lock, since the user gave it, is left out. */
export function readBuilders(bill: Bill, root: string): ReadonlyMap<string, BuilderContent> {
  const found = new Map<string, BuilderContent>();
  for (const { name, kind, id } of buildersOf(bill)) {
    const shown = `builders/${name}.lock.json`;
    const text = kind === 'root' ? readTextNow(join(root, shown)) : undefined;
    const lock = text === undefined ? undefined : parseBuilderLock(text, shown);
    if (lock !== undefined && id === `sha256:${builderDigest(lock)}`) found.set(name, lock);
  }
  return found;
}
