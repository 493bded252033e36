/** Adds files to a folder that somebody else has filled, without touching what is there. */
import { lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { hasCode } from './files.ts';

/** What keeps a file from being added: something stands there, or the folder is closed. */
const IN_THE_WAY = ['EEXIST', 'ENOTDIR', 'EACCES', 'EROFS'];

/**
 * Writes files below a folder, making the folders above them. Nothing is overwritten, and no link is followed.
 *
 * @param files content by path relative to the folder
 * @returns the paths that were left alone, since something else stands in their place
 */
export function addFiles(folder: string, files: ReadonlyMap<string, string | Uint8Array>): readonly string[] {
  return [...files].flatMap(([path, content]) => {
    try {
      addFile(folder, path.split('/'), content);
      return [];
    } catch (error) {
      if (!IN_THE_WAY.some((code) => hasCode(error, code))) throw error;
      return [path];
    }
  });
}

function addFile(folder: string, path: readonly string[], content: string | Uint8Array): void {
  let parent = folder;
  for (const name of path.slice(0, -1)) {
    parent = `${parent}/${name}`;
    const stats = lstatSync(parent, { throwIfNoEntry: false });
    if (stats === undefined) mkdirSync(parent);
    // A link would lead the write to wherever the build wanted it.
    else if (!stats.isDirectory()) throw Object.assign(new Error(`${parent} is no folder`), { code: 'ENOTDIR' });
  }
  writeFileSync(`${parent}/${path.at(-1) ?? ''}`, content, { flag: 'wx', mode: 0o644 });
}
