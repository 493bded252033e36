/** Every byte of the store against its manifest, on demand. */
import { hashFile } from '../host/hash-file.ts';
import { isMissing } from '../host/files.ts';
import { inParallel } from '../host/in-parallel.ts';
import type { Sha256 } from '../model/digest.ts';
import type { PackageId } from '../model/package-id.ts';
import { packagePlace, type PackageStore } from './package-store.ts';

export type Verdict =
  | { readonly id: PackageId; readonly kind: 'whole'; readonly bytes: number }
  | { readonly id: PackageId; readonly kind: 'missing' }
  | {
      readonly id: PackageId;
      readonly kind: 'damaged';
      readonly expected: Sha256;
      readonly actual: Sha256;
      /** Where the bad tarball was put; the package counts as absent now, so that the next run makes it again. */
      readonly aside: string;
    };

export interface VerifyOptions {
  readonly jobs: number;
  readonly signal?: AbortSignal;
  readonly onVerdict?: (verdict: Verdict) => void;
}

/** Hashes the tarballs of the packages. The verdicts are in the order of the ids. */
export async function verifyPackages(
  packages: PackageStore,
  ids: readonly PackageId[],
  options: VerifyOptions,
): Promise<Verdict[]> {
  return inParallel(ids, options, async (id, signal) => {
    const verdict = await verify(packages, id, signal);
    options.onVerdict?.(verdict);
    return verdict;
  });
}

async function verify(packages: PackageStore, id: PackageId, signal: AbortSignal): Promise<Verdict> {
  const manifest = packages.find(id);
  if (manifest === undefined) return { id, kind: 'missing' };
  try {
    const { sha256: actual, bytes } = await hashFile(packages.tarball(id, manifest), signal);
    const { sha256: expected } = manifest;
    if (actual === expected) return { id, kind: 'whole', bytes };
    return { id, kind: 'damaged', expected, actual, aside: await packages.shelf.setAside(packagePlace(id), manifest) };
  } catch (error) {
    if (isMissing(error)) return { id, kind: 'missing' };
    throw error;
  }
}
