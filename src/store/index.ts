/** Which kind of store a location names. To add one: a file beside this one, and a line in the table. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../model/errors.ts';
import type { ReadableStore } from './artifact-store.ts';
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

export { DirectoryStore };
export type { ReadableStore };
