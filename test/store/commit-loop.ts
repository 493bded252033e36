/**
 * Run as a process of its own: commits packages until it is killed. argv: folder of a StoreRig, a letter to fill packages
 * with, number of the first package. Each `a` is committed once, `b` is replaced all the time.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../src/model/digest.ts';
import { parsePackageId, type PackageId } from '../../src/model/package-id.ts';
import { DirectoryStore } from '../../src/store/directory.ts';
import { PackageStore } from '../../src/store/package-store.ts';
import { FACTS } from './store-rig.ts';

const [root = '', letter = '', first = '0'] = process.argv.slice(2);
const packages = new PackageStore(new DirectoryStore(join(root, 'repository')), join(root, 'locks'));
mkdirSync(join(root, 'new'), { recursive: true });

for (let round = Number(first); ; round += 1) {
  await commit(parsePackageId(`a--${String(round).padStart(40, '0')}`), round, false);
  await commit(parsePackageId(`b--${'0'.repeat(40)}`), round, true);
  if (round === Number(first)) process.stdout.write('started\n');
}

async function commit(id: PackageId, round: number, replace: boolean): Promise<void> {
  // Of one length, so that only the hash can tell one from another.
  const content = `${letter}${String(round).padStart(6, '0')}`.padEnd(50_000, letter);
  const tarball = join(root, 'new', `${process.pid}`);
  writeFileSync(tarball, content);
  const packed = { tarball, compression: 'xz', sha256: sha256(content), bytes: content.length, facts: FACTS } as const;
  await packages.commit(id, packed, { replace });
}
