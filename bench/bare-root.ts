/**
 * The mmdebstrap run of an image's base, and nothing else: `node bench/bare-root.ts TREE LOCK TARBALL`. Its packages are in the
 * tree's cache already.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeBaseArchive } from '../src/bake/base-stage.ts';
import { fetchPackages } from '../src/executor/builder-packages.ts';
import { parseBuilderLock } from '../src/recipe/builder.ts';

const [tree = '', name = '', tarball = ''] = process.argv.slice(2);
const lock = parseBuilderLock(readFileSync(join(tree, name), 'utf8'), name);
const { signal } = new AbortController();
const workFolder = join(tree, 'out');
const packages = await fetchPackages(lock, { workFolder, purpose: 'image', mirrors: [], offline: true, signal });
await makeBaseArchive(lock, packages, { tarball, signal });
