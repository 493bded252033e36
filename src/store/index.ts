/** Which kind of store a location names. To add one: a file beside this one, and a line in the table. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../model/errors.ts';
import { redactUrls } from '../model/url.ts';
import type { ArtifactStore, ReadableStore } from './artifact-store.ts';
import { DirectoryStore } from './directory.ts';
import { HttpStore, type HttpStoreOptions } from './http.ts';

type Opener = (location: string, options: HttpStoreOptions) => ReadableStore;

const BY_SCHEME: Readonly<Record<string, Opener>> = {
  'file:': (location) => new DirectoryStore(fileURLToPath(location), { mustExist: true }),
  'http:': (location, options) => new HttpStore(location, options),
  'https:': (location, options) => new HttpStore(location, options),
};

/**
 * A repository to fetch from.
 *
 * @param location a directory, or a URL of a scheme in the table
 * @throws UserError USAGE for another scheme
 */
export function openRepository(location: string, options: HttpStoreOptions = {}): ReadableStore {
  const scheme = /^[a-z][a-z0-9+.-]+:(?=\/\/)/i.exec(location)?.[0].toLowerCase();
  if (scheme === undefined) return new DirectoryStore(resolve(location), { mustExist: true });
  const open = BY_SCHEME[scheme];
  if (open !== undefined && URL.canParse(location)) return open(location, options);
  throw new UserError('USAGE', `"${location}" is no repository that can be read.`, {
    hint: `Give a directory, or a URL that begins with ${Object.keys(BY_SCHEME).join('//, ')}//.`,
  });
}

/**
 * A place to write to. It is made when the first artifact is written.
 *
 * @param location a directory, or a file:// URL of one
 * @throws UserError USAGE for another scheme
 */
export function openStore(location: string): ArtifactStore {
  if (URL.canParse(location) && new URL(location).protocol === 'file:') {
    return new DirectoryStore(fileURLToPath(location));
  }
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(location)) return new DirectoryStore(resolve(location));
  throw new UserError('USAGE', `"${redactUrls(location)}" is no place that can be written to.`, {
    hint: 'Give a directory; what serves it over HTTP can be read, not written.',
  });
}

export { DirectoryStore };
export type { ReadableStore };
