/** A temporary folder for one test, and shorthands to fill and read it. */
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, readdirSync, rmSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export class Scratch implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'dcos-build-test-'));

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  /** Writes a file, with the folders above it. */
  write(path: string, content: string | Uint8Array = '', mode = 0o644): string {
    const full = this.path(path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, content);
    chmodSync(full, mode);
    return full;
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Everything below a folder that a tarball keeps, one line for each entry, the folder itself first. */
export function describeTree(folder: string): string[] {
  const inodes = new Map<number, string>();
  const describe = (path: string): string[] => {
    const stats = lstatSync(join(folder, path));
    const mode = (stats.mode & 0o7777).toString(8);
    const base = `${path} ${mode} ${stats.mtimeMs}`;
    if (stats.isSymbolicLink()) return [`${path} -> ${readlinkSync(join(folder, path))} ${stats.mtimeMs}`];
    if (stats.isDirectory()) {
      const names = readdirSync(join(folder, path)).toSorted();
      return [`${base} folder`, ...names.flatMap((name) => describe(`${path}/${name}`))];
    }
    const same = inodes.get(stats.ino);
    if (same !== undefined) return [`${base} = ${same}`];
    inodes.set(stats.ino, path);
    return [`${base} ${readFileSync(join(folder, path)).toString('hex')}`];
  };
  return describe('.');
}
