/** The licence texts that builds have packed, out of the packages of the store. */
import type { Bill, BillComponent } from '../bom/bill.ts';
import type { ComponentTexts } from '../bom/notice.ts';
import { ArchiveRefusal } from '../host/archive-entry.ts';
import { openArchive } from '../host/archive-open.ts';
import { findFiles } from '../host/find-files.ts';
import { inParallel } from '../host/in-parallel.ts';
import { isFolderNow, readTextNow } from '../host/quick-files.ts';
import { UserError } from '../model/errors.ts';
import { byCodePoint } from '../model/order.ts';
import { parsePackageId } from '../model/package-id.ts';
import { DirectoryStore } from '../store/directory.ts';
import { PackageStore } from '../store/package-store.ts';
import { UnpackedCache } from '../store/unpacked-cache.ts';
import type { Folders } from '../tree/folders.ts';

const READ_AT_ONCE = 2;
const MOST_ENTRIES = 10_000;

/**
 * Of the components that have any, in the order of the bill. A package that is unpacked already is looked at there.
 *
 * @throws UserError STORE_CORRUPT
 */
export async function readLicenceTexts(
  { components }: Bill,
  folders: Folders,
  signal: AbortSignal,
): Promise<readonly ComponentTexts[]> {
  const packages = new PackageStore(new DirectoryStore(folders.repository), folders.locks);
  const unpacked = new UnpackedCache({ folder: folders.unpacked, locks: folders.locks });
  const read = async ({ label, name, id }: BillComponent, each: AbortSignal): Promise<readonly ComponentTexts[]> => {
    const packageId = parsePackageId(id);
    const manifest = packages.find(packageId);
    if (manifest === undefined) return [];
    const below = `share/licenses/${name}/`;
    const folder = unpacked.find(packageId, manifest.sha256);
    const texts =
      folder === undefined
        ? await fromTarball(packages.tarball(packageId, manifest), below, each)
        : await fromFolder(`${folder}/${below}`);
    const inOrder = new Map([...texts].toSorted(([a], [b]) => byCodePoint(a, b)));
    return texts.size === 0 ? [] : [{ component: label, texts: inOrder }];
  };
  return (await inParallel(components, { jobs: READ_AT_ONCE, signal }, read)).flat();
}

async function fromFolder(folder: string): Promise<ReadonlyMap<string, string>> {
  if (!isFolderNow(folder)) return new Map();
  const files = await findFiles(folder, MOST_ENTRIES);
  return new Map(files.map((path) => [path, readTextNow(`${folder}/${path}`) ?? '']));
}

async function fromTarball(tarball: string, below: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  try {
    await openArchive(tarball, signal, async (entries) => {
      for await (const { name, kind, content } of entries) {
        const path = Buffer.from(name, 'latin1').toString('utf8').replace(/^\.\//, '');
        if (kind !== 'file' || !path.startsWith(below)) continue;
        const chunks: Uint8Array[] = [];
        for await (const chunk of content) chunks.push(chunk);
        texts.set(path.slice(below.length), Buffer.concat(chunks).toString('utf8'));
      }
    });
  } catch (error) {
    if (!(error instanceof ArchiveRefusal)) throw error;
    throw new UserError('STORE_CORRUPT', `The package ${tarball} cannot be read: ${error.message}.`, {
      hint: 'Run "dcos-build store verify", then build it again.',
      cause: error,
    });
  }
  return texts;
}
