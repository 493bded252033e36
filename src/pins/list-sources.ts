/** The sources of a tree with their pins, and what of them is in the cache: for `source ls`. */
import { join } from 'node:path';
import { sizeIfThere } from '../host/files.ts';
import type { Source } from '../model/source.ts';
import type { ComponentKey } from '../resolve/plan.ts';
import type { Folders } from '../tree/folders.ts';
import type { LoadedTree } from '../tree/load-plan.ts';
import { pinnedGroups } from './pinned-groups.ts';

export interface ListedSource {
  /** `<component>: <source>`, or `builder <name>`. */
  readonly source: string;
  readonly kind: Source['kind'] | 'builder';
  readonly files: readonly ListedFile[];
}

interface ListedFile {
  /** A file name, or the address of a repository. */
  readonly item: string;
  /** Its name in a mirror, such as `sha256/<hex>`. */
  readonly name: string;
  /** Size in the cache; undefined: it is not there, or it is a commit. */
  readonly bytes: number | undefined;
}

/** @throws UserError SOURCE_INVALID, BUILDER_UNKNOWN, BUILDER_INVALID */
export async function listSources(
  tree: LoadedTree,
  only: readonly ComponentKey[],
  { downloads }: Pick<Folders, 'downloads'>,
): Promise<readonly ListedSource[]> {
  const groups = await pinnedGroups(tree, only);
  return Promise.all(
    groups.map(async ({ label, items, origin }) => ({
      source: label,
      kind: origin.kind === 'builder' ? origin.kind : origin.request.source.kind,
      files: await Promise.all(
        items.map(async ({ kind, name, item }) => {
          return { item, name, bytes: kind === 'file' ? await sizeIfThere(join(downloads, name)) : undefined };
        }),
      ),
    })),
  );
}
