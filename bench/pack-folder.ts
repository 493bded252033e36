/** Packs a folder with the function that packs packages: `node bench/pack-folder.ts FOLDER TARBALL xz|zst`. */
import { cpus } from 'node:os';
import { pack } from '../src/host/tar-pack.ts';

const [folder = '', tarball = '', suffix] = process.argv.slice(2);
await pack(folder, tarball, { compression: suffix === 'xz' ? 'xz' : 'zst', threads: cpus().length, epoch: 0 });
