/** Which kind of store a location names. To add one: a file beside this one, a kind of location, and its lines here. */
import { UserError } from '../model/errors.ts';
import { redactUrls } from '../model/url.ts';
import type { ArtifactStore, ReadableStore, Repository } from './artifact-store.ts';
import { AzureBlobStore } from './azure-blob.ts';
import { DirectoryStore } from './directory.ts';
import { HttpStore, type HttpStoreOptions } from './http.ts';
import { parseLocation, type Location, type LocationOptions } from './locations.ts';

type OpenOptions = LocationOptions & HttpStoreOptions;

/**
 * A repository to fetch from.
 *
 * @param location a directory, `file://`, `az://ACCOUNT/CONTAINER/FOLDER`, a Blob URL with a SAS, or any http(s) URL
 * @throws UserError USAGE for another scheme, CONFIG_INVALID for a connection string that is none
 */
export function openRepository(location: string, options: OpenOptions = {}): Repository {
  return openToRead(parseLocation(location, options), options);
}

/**
 * A place to write to. A directory is made when the first artifact is written; a container has to be there.
 *
 * @param location a directory, `file://`, `az://ACCOUNT/CONTAINER/FOLDER`, or a Blob URL with a SAS
 * @throws UserError USAGE for another scheme, CONFIG_INVALID for a connection string that is none
 */
export function openStore(location: string, options: OpenOptions = {}): ArtifactStore {
  return openToWrite(parseLocation(location, options), options);
}

export function openToRead(location: Location, options: HttpStoreOptions = {}): Repository {
  if (location.kind === 'directory') return new DirectoryStore(location.folder, { mustExist: true });
  return location.kind === 'http' ? new HttpStore(location.url, options) : new AzureBlobStore(location.place, options);
}

/**
 * @param options mustExist: a folder that is not there is a mistake, and not a new store
 * @throws UserError USAGE for a web server
 */
export function openToWrite(
  location: Location,
  options: HttpStoreOptions & { readonly mustExist?: boolean } = {},
): ArtifactStore {
  const { mustExist = false } = options;
  if (location.kind === 'directory') return new DirectoryStore(location.folder, { mustExist });
  if (location.kind === 'azure') return new AzureBlobStore(location.place, options);
  throw new UserError('USAGE', `"${redactUrls(location.url)}" is no place that can be written to.`, {
    hint: 'Give a directory, az://ACCOUNT/CONTAINER/FOLDER, or a Blob URL with a SAS; what a web server shows can be read only.',
  });
}

export { DirectoryStore };
export type { ReadableStore };
