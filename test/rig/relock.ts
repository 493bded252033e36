/** The shell builder of a tree, locked to other packages; its root, which is made of none, stays what it is. */
import { readFileSync, renameSync } from 'node:fs';
import { sha256 } from '../../src/model/digest.ts';
import { builderDigest, formatBuilderLock, parseBuilderLock, type LockedPackage } from '../../src/recipe/builder.ts';
import { Rig } from './rig.ts';
import { SHELL_BUILDER } from './shell-root.ts';

const FILE = `builders/${SHELL_BUILDER}.lock.json`;

export function relock(rig: Rig, packages: readonly LockedPackage[]): void {
  const old = parseBuilderLock(readFileSync(rig.path(FILE), 'utf8'), FILE);
  const lock = { ...old, packages };
  rig.write(FILE, formatBuilderLock(lock));
  renameSync(rig.path('out/cache/builders', builderDigest(old)), rig.path('out/cache/builders', builderDigest(lock)));
}

/** What the package of {@link cachedBuilderRig} holds. */
export const PACKAGE = 'a package';

/** A tree whose builder is locked to one package, which is in the cache and nowhere else. */
export function cachedBuilderRig(): Rig {
  const rig = Rig.withBuilder();
  const digest = sha256(PACKAGE);
  const file = 'pool/main/s/shell/shell_1_all.deb';
  relock(rig, [{ name: 'shell', version: '1', architecture: 'all', file, bytes: PACKAGE.length, sha256: digest }]);
  rig.write(`out/cache/sources/sha256/${digest}`, PACKAGE);
  return rig;
}
