/** How pure code reads the files of a tree: synchronously, and so that someone else can note what was looked at. */
import type { Sha1 } from './digest.ts';

/** What stands at a path, links followed; a link to nowhere is `missing`. */
export type PathKind = 'file' | 'folder' | 'other' | 'missing';

export interface FolderEntry {
  readonly name: string;
  readonly kind: PathKind;
  /** The entry is a link; `kind` is that of its target. */
  readonly isLink: boolean;
  /** The name is not UTF-8: `name` shows U+FFFD in its place and leads nowhere. */
  readonly hasBadName: boolean;
}

export interface FileView {
  kind(path: string): PathKind;
  /** Names in a folder in no particular order, or undefined if there is no folder. */
  names(folder: string): readonly string[] | undefined;
  /** As {@link names}, with the kind of each entry. */
  list(folder: string): readonly FolderEntry[] | undefined;
  /** @throws FileTrouble */
  readText(path: string): string;
  /** SHA-1 of a file's content. @throws FileTrouble */
  sha1(path: string): Sha1;
}

export type FileTroubleReason = 'missing' | 'folder' | 'special' | 'unreadable' | 'not-utf8';

const SENTENCES: Readonly<Record<FileTroubleReason, string>> = {
  missing: 'does not exist',
  folder: 'is a folder, not a file',
  special: 'is no regular file',
  unreadable: 'cannot be read',
  'not-utf8': 'is not UTF-8 text',
};

/** Why a file could not be read. Whoever asked for the file turns it into a UserError that says what it was for. */
export class FileTrouble extends Error {
  readonly path: string;
  readonly reason: FileTroubleReason;
  /** The reason as the rest of a sentence that begins with the file's name. */
  readonly sentence: string;

  constructor(path: string, reason: FileTroubleReason, options?: ErrorOptions) {
    super(`${path} ${SENTENCES[reason]}`, options);
    this.path = path;
    this.reason = reason;
    this.sentence = SENTENCES[reason];
  }
}
