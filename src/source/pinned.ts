/** What a source is pinned to, piece by piece: the files and commits that a mirror of it holds. */
import { bundleName } from '../model/mirror.ts';
import type { Checksum, GitSource, Source } from '../model/source.ts';
import { unreachable } from '../model/unreachable.ts';
import { redactUrls } from '../model/url.ts';
import { debFileName } from './deb.ts';
import { hashPath } from './download.ts';
import { pinOf } from './git.ts';
import { fileName } from './url.ts';

interface Pinned {
  /** Its name in a mirror, such as `sha256/<hex>`. */
  readonly name: string;
  /** What a person calls it: a file name, or the address of a repository. */
  readonly item: string;
}

interface PinnedFile extends Pinned {
  readonly kind: 'file';
  readonly checksum: Checksum;
  /** The source of this file alone. */
  readonly source: Source;
}

interface PinnedCommit extends Pinned {
  readonly kind: 'commit';
  /** 40 hex digits, lower case. */
  readonly commit: string;
  readonly source: GitSource;
}

export type PinnedItem = PinnedFile | PinnedCommit;

/**
 * The pieces of one source. A `git_local` has none: it lies on this machine, and its commit may be nowhere else.
 *
 * @param label `<component>: <source name>`, for messages
 * @throws UserError SOURCE_INVALID
 */
export function pinnedItems(source: Source, label: string): readonly PinnedItem[] {
  const file = (checksum: Checksum, item: string, alone: Source): PinnedFile => {
    return { kind: 'file', name: hashPath(checksum, { label }), item, checksum, source: alone };
  };
  switch (source.kind) {
    case 'git': {
      const { commit } = pinOf(source, { label });
      return [{ kind: 'commit', name: bundleName(commit), item: redactUrls(source.git), commit, source }];
    }
    case 'git_local':
      return [];
    case 'url':
    case 'url_extract':
      return [file(source.checksum, redactUrls(fileName(source, { label })), source)];
    case 'deb_source':
      return [file(source.checksum, source.file, source)];
    case 'deb':
      return source.packages.map((each) => file(each.checksum, debFileName(each), { kind: 'deb', packages: [each] }));
    default:
      return unreachable(source);
  }
}
