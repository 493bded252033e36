/** Where packages are unpacked, for the builds and bootstraps that need them. */
import { inParallel } from '../host/in-parallel.ts';
import type { PackageId } from '../model/package-id.ts';
import type { RunContext } from './run-context.ts';

/** The folders of packages that this run has built or the store holds; those that are only in the store are unpacked now. */
export async function unpackedFolders(
  ids: readonly PackageId[],
  context: RunContext,
): Promise<ReadonlyMap<PackageId, string>> {
  const { staged, packages, unpacked, cores: threads, signal } = context;
  const folders = await inParallel(ids, { jobs: 2, signal }, async (id) => {
    const here = staged.get(id);
    if (here !== undefined) return here;
    const manifest = packages.find(id);
    if (manifest === undefined) throw new Error(`${id} is needed, but neither built nor in the store`);
    return unpacked.open(packages, { ...manifest, id }, { threads, signal });
  });
  return new Map(ids.map((id, index) => [id, folders[index] ?? '']));
}
