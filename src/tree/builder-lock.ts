/** The locks of a tree's builders. */
import { join } from 'node:path';
import { readTextIfThere } from '../host/files.ts';
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
