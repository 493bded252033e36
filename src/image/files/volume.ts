/** One file system of an image, as its reader shows it: nodes, without paths. */

export type NodeKind = 'file' | 'folder' | 'link' | 'other';

export interface NodeFacts {
  readonly kind: NodeKind;
  readonly bytes: number;
  /** Permission bits; undefined where the file system has none. */
  readonly mode: number | undefined;
  readonly uid: number;
  readonly gid: number;
}

/** `Ref` is how the file system itself names a node: a number of an inode, a place on the disk. */
export interface Volume<Ref> {
  readonly root: Ref;
  facts(ref: Ref): Promise<NodeFacts>;
  /** By name as it is looked up: with `fold` applied. Without `.` and `..`. */
  children(ref: Ref): Promise<ReadonlyMap<string, Ref>>;
  /** Target of a symbolic link. */
  target(ref: Ref): Promise<string>;
  /** The bytes from `start`; less than asked at the end of the file. */
  read(ref: Ref, start: number, bytes: number): Promise<Buffer>;
  /** How a name is looked up: in lower case where case does not count. */
  fold(name: string): string;
}

/** A file system that contradicts itself, or asks for something that is not read here. */
export class VolumeError extends Error {
  /** `damaged`: nothing could read it; `unread`: others can. */
  readonly reason: 'damaged' | 'unread';

  constructor(reason: 'damaged' | 'unread', message: string) {
    super(message);
    this.reason = reason;
  }
}

/** More is no folder of a system, but something made to keep a reader busy. */
export const MOST_FOLDER_BYTES = 16 * 2 ** 20;
