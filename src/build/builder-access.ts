/** The builders of components: roots of ours, made once from their locks, or images of a container engine. */
import { buildRoot, hasRoot, rootFolder } from '../executor/builder-root.ts';
import type { BuildRoot } from '../executor/executor.ts';
import { mirrorUrl } from '../model/mirror.ts';
import type { BuilderLock } from '../recipe/builder.ts';
import type { PlannedComponent } from '../resolve/plan.ts';
import { readLock } from '../tree/builder-lock.ts';
import type { Folders } from '../tree/folders.ts';
import type { BuilderAccess } from './run-context.ts';

export interface BuilderOptions {
  /** Root of the tree: holds `builders/`. */
  readonly root: string;
  readonly folders: Folders;
  readonly offline: boolean;
  /** Folders and URLs that are asked for packages before Debian's archive is. */
  readonly mirrors: readonly string[];
}

export function builderAccess({ root, folders, offline, mirrors }: BuilderOptions): BuilderAccess {
  const locks = new Map<string, Promise<BuilderLock>>();
  const lockOf = (name: string): Promise<BuilderLock> => {
    const known = locks.get(name) ?? readLock(root, name);
    locks.set(name, known);
    return known;
  };
  return {
    missing: async (components) => {
      const missing = new Set<string>();
      for (const name of rootsOf(components)) {
        if (!(await hasRoot(folders.out, await lockOf(name)))) missing.add(name);
      }
      return missing;
    },
    make: async (name, task, signal) => {
      await buildRoot(await lockOf(name), {
        workFolder: folders.out,
        offline,
        mirrors: mirrors.map(mirrorUrl),
        signal,
        onWarning: (message) => task.warn(`builder ${name}: ${message}`),
        onDownload: (bytes, totalBytes) => task.progress(`packages of ${name}`, bytes, totalBytes),
        onWait: () => task.output('waits for another run that makes the same root'),
      });
    },
    rootOf: async ({ builder }): Promise<BuildRoot> =>
      builder.kind === 'root'
        ? { kind: 'folder', path: rootFolder(folders.out, await lockOf(builder.name)) }
        : { kind: 'image', reference: builder.name },
  };
}

/** Names of the builders that are roots of ours, each once. */
function rootsOf(components: readonly PlannedComponent[]): ReadonlySet<string> {
  return new Set(components.flatMap(({ builder }) => (builder.kind === 'root' ? [builder.name] : [])));
}
