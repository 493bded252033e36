/** Folders of many small entries, read and made without a promise each: an install root links tens of thousands. */
import { lstatSync, mkdirSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { byCodePoint } from '../model/order.ts';
import { isMissing } from './files.ts';
import { isFolderNow } from './quick-files.ts';
import { makeFolderNow } from './make-folder.ts';

export interface NamedEntry {
  readonly name: string;
  /** A folder itself, not a link to one. */
  readonly isFolder: boolean;
}

/** The entries of a folder in code point order; undefined if there is none, or something else of that name. */
export function readFolder(path: string): readonly NamedEntry[] | undefined {
  if (!isFolderNow(path)) return undefined;
  return readdirSync(path, { withFileTypes: true })
    .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
    .sort((a, b) => byCodePoint(a.name, b.name));
}

/** Whether a folder has one of that name: itself, or by links that lead to nothing outside of it. */
export function hasFolder(folder: string, name: string): boolean {
  const path = `${folder}/${name}`;
  const entry = lstatSync(path, { throwIfNoEntry: false });
  return entry?.isSymbolicLink() === true ? isWithin(folder, path) : entry?.isDirectory() === true;
}

/** Whether the path, with all links followed, is the folder itself or below it; false if it leads nowhere. */
function isWithin(folder: string, path: string): boolean {
  try {
    return `${realpathSync(path)}/`.startsWith(`${realpathSync(folder)}/`);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

export interface FolderContent {
  /** Outer folders before inner ones. */
  readonly folders: readonly string[];
  /** Targets of links by path. */
  readonly links: ReadonlyMap<string, string>;
  /** Texts of files by path. */
  readonly files: ReadonlyMap<string, string>;
}

/** Makes everything at its path relative to the folder, which is made too. Nothing of it may be there yet. */
export function fillFolder(folder: string, { folders, links, files }: FolderContent): void {
  makeFolderNow(folder);
  for (const path of folders) mkdirSync(join(folder, path), 0o755);
  for (const [path, target] of links) symlinkSync(target, `${folder}/${path}`);
  for (const [path, text] of files) writeFileSync(join(folder, path), text, { flag: 'wx', mode: 0o644 });
}
