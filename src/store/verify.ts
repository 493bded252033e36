/** Every byte of the store against its manifests, on demand. */
import { hashFile } from '../host/hash-file.ts';
import { isMissing } from '../host/files.ts';
import { inParallel } from '../host/in-parallel.ts';
import type { Sha256 } from '../model/digest.ts';
import type { Place, Shelf } from './shelf.ts';

export type Verdict =
  | { readonly id: string; readonly kind: 'whole'; readonly bytes: number }
  /** Without a manifest, or with a tarball of another size: it counts as absent anyway. */
  | { readonly id: string; readonly kind: 'missing' }
  | {
      readonly id: string;
      readonly kind: 'damaged';
      readonly expected: Sha256;
      readonly actual: Sha256;
      /** Where the bad tarball was put; the artifact counts as absent now, so that the next run makes it again. */
      readonly aside: string;
    };

export interface VerifyOptions {
  readonly jobs: number;
  readonly signal?: AbortSignal;
}

/** Hashes the tarballs of packages or bootstraps. The verdicts are in the order of the places. */
export async function verifyArtifacts(
  shelf: Shelf,
  places: readonly Place[],
  options: VerifyOptions,
): Promise<Verdict[]> {
  return inParallel(places, options, (place, signal) => verify(shelf, place, signal));
}

async function verify(shelf: Shelf, place: Place, signal: AbortSignal): Promise<Verdict> {
  const { id } = place;
  const manifest = shelf.find(place);
  if (manifest === undefined) return { id, kind: 'missing' };
  try {
    const { sha256: actual, bytes } = await hashFile(shelf.tarball(place, manifest), signal);
    const { sha256: expected } = manifest;
    if (actual === expected) return { id, kind: 'whole', bytes };
    return { id, kind: 'damaged', expected, actual, aside: await shelf.setAside(place, manifest) };
  } catch (error) {
    if (isMissing(error)) return { id, kind: 'missing' };
    throw error;
  }
}
