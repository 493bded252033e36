/** Bootstraps from another repository into the store of this machine. */
import type { ReadableStore } from './artifact-store.ts';
import { bootstrapPlace, type BootstrapStore } from './bootstrap-store.ts';
import { fetchTarball, type Fetched, type FetchTarballOptions } from './fetch-tarball.ts';
import { parseManifest } from './manifest.ts';
import { manifestName } from './shelf.ts';

/**
 * Fetches one bootstrap with the list of what is in it, if the repository has it.
 *
 * @throws UserError REPOSITORY_UNAVAILABLE, STORE_FORBIDDEN, DISK_FULL
 */
export async function fetchBootstrap(
  { shelf }: BootstrapStore,
  repository: ReadableStore,
  id: string,
  options: FetchTarballOptions,
): Promise<Fetched> {
  const place = bootstrapPlace(id);
  const active = `${id}.active.json`;
  const [text, list] = [
    await repository.readText(manifestName(place), options),
    await repository.readText(`${place.folder}/${active}`, options),
  ];
  const manifest = text === undefined ? undefined : parseManifest(text, id);
  if (manifest === undefined || list === undefined) return { kind: 'missing' };
  return await fetchTarball(shelf, repository, { place, manifest }, { ...options, beside: { [active]: list } });
}
