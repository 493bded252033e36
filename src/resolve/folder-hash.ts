/** What of a folder enters a hash: `extra/` of a component, `docker/` of a builder (facts: pkgpanda 6). */
import type { FileView } from '../model/file-view.ts';
import { FileTrouble } from '../model/file-view.ts';
import { canonicalHash } from './canonical-hash.ts';

/** SHA-1 by relative path; folders that hold nothing have the empty string. Modes, times and owners do not count. */
export type FolderContent = Readonly<Record<string, string>>;

/** A file in the folder that has no hash. */
export class FolderTrouble extends Error {
  /** Relative to the folder. */
  readonly path: string;
  /** The rest of a sentence that begins with the path. */
  readonly sentence: string;

  constructor(path: string, sentence: string, options?: ErrorOptions) {
    super(`${path} ${sentence}`, options);
    this.path = path;
    this.sentence = sentence;
  }
}

/**
 * Every file below a folder. Links to files count as the files; links to folders are passed over, though a folder that
 * holds one is not empty. What is no folder at all has no content.
 *
 * @throws FolderTrouble
 */
export function readFolder(view: FileView, folder: string): FolderContent {
  return Object.fromEntries(walk(view, folder, ''));
}

/** @throws FolderTrouble */
export function hashFolder(view: FileView, folder: string): string {
  return canonicalHash(readFolder(view, folder));
}

function walk(view: FileView, folder: string, below: string): [string, string][] {
  const entries = view.list(below === '' ? folder : `${folder}/${below}`) ?? [];
  if (entries.length === 0) return below === '' ? [] : [[below, '']];
  return entries.flatMap(({ name, kind, isLink, hasBadName }): [string, string][] => {
    const path = below === '' ? name : `${below}/${name}`;
    if (kind === 'folder' && isLink) return [];
    if (hasBadName) throw new FolderTrouble(path, 'has a name that is not UTF-8');
    if (kind === 'folder') return walk(view, folder, path);
    return [[path, hashFile(view, folder, path)]];
  });
}

function hashFile(view: FileView, folder: string, path: string): string {
  try {
    return view.sha1(`${folder}/${path}`);
  } catch (error) {
    if (!(error instanceof FileTrouble)) throw error;
    const sentence = error.reason === 'missing' ? 'is a link that leads nowhere' : error.sentence;
    throw new FolderTrouble(path, sentence, { cause: error });
  }
}
