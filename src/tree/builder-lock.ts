/** The locks of a tree: those of its builders, and those of its disk images. */
import { join } from 'node:path';
import { readTextIfThere } from '../host/files.ts';
import { listFolder } from '../host/listing.ts';
import { UserError } from '../model/errors.ts';
import { parseBuilderLock, type BuilderLock } from '../recipe/builder.ts';

/** @throws UserError BUILDER_UNKNOWN, BUILDER_INVALID */
export async function readLock(root: string, name: string): Promise<BuilderLock> {
  const file = `builders/${name}.lock.json`;
  const text = await readTextIfThere(join(root, file));
  if (text !== undefined) return parseBuilderLock(text, file);
  throw new UserError('BUILDER_UNKNOWN', `The builder "${name}" has no lock, ${file}.`, {
    hint: `Run "dcos-build builder lock ${name}".`,
  });
}

const LOCKED = [
  { folder: 'builders', command: 'dcos-build builder lock' },
  { folder: 'pipelines/images', command: 'dcos-build image lock' },
] as const;

/** All of them, whether something names them or not: by their packages is told which downloads are in use. */
export async function readAllLocks(root: string): Promise<readonly BuilderLock[]> {
  const locks = await Promise.all(
    LOCKED.map(async ({ folder, command }) => {
      const files = (await listFolder(join(root, folder))).filter(({ path }) => path.endsWith('.lock.json'));
      return await Promise.all(
        files.map(async ({ path }) => {
          const shown = `${folder}/${path}`;
          return parseBuilderLock((await readTextIfThere(join(root, shown))) ?? '', shown, command);
        }),
      );
    }),
  );
  return locks.flat();
}
