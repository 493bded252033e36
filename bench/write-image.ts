/** Writes a disk of 30 GiB with what is in a folder, for the benchmark `disk`: `node bench/write-image.ts FOLDER OUT`. */
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeRootTree, type RootEntry } from '../src/image/root-tree.ts';
import { writeDisk } from '../src/image/write-disk.ts';
import { bootEntries, folder, hostFile, SETTINGS } from '../test/rig/boot-tree.ts';
import { Scratch } from '../test/rig/scratch.ts';

const [from = '', out = ''] = process.argv.slice(2);

function entriesIn(path: string): RootEntry[] {
  return readdirSync(join(from, path)).flatMap((name) => {
    const below = `${path}/${name}`;
    const file = join(from, below);
    return lstatSync(file).isDirectory() ? [folder(below), ...entriesIn(below)] : [hostFile(below, file)];
  });
}

using scratch = new Scratch();
const tree = makeRootTree([...bootEntries(scratch), ...entriesIn('')]);
const settings = { ...SETTINGS, diskBytes: 30 * 2 ** 30 };
await writeDisk({ tree, settings, out, signal: new AbortController().signal });
