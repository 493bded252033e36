/** The image tags that DC/OS's `release` gives to the builders in `docker/` folders (facts: pkgpanda 6). */
import { UserError } from '../model/errors.ts';
import type { FileView } from '../model/file-view.ts';
import { sorted } from '../model/order.ts';
import type { ComponentStore } from './component-store.ts';
import { FolderTrouble, hashFolder } from './folder-hash.ts';

/** By the component that has the folder, in order. @throws UserError */
export function imageTags(store: ComponentStore, view: FileView): ReadonlyMap<string, string> {
  return new Map(
    sorted(store.builders.keys()).map((name) => [name, tagOf(name, store.builders.get(name) ?? '', view)]),
  );
}

function tagOf(name: string, folder: string, view: FileView): string {
  try {
    return `dcos/dcos-builder:${name}_dockerdir-${hashFolder(view, folder)}`;
  } catch (error) {
    if (!(error instanceof FolderTrouble)) throw error;
    throw new UserError('RECIPE_INVALID', `${folder}/${error.path} ${error.sentence}.`, {
      hint: 'Remove it, or put a regular file there.',
      cause: error,
    });
  }
}
