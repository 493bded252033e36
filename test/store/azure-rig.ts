/** Stores on Azurite for tests: with a SAS or a key, through a proxy or not, and with tries that follow at once. */
import { AzureBlobStore, type AzureOptions } from '../../src/store/azure-blob.ts';
import { parseBlobUrl, parseConnectionString } from '../../src/store/azure-place.ts';
import type { Azurite, SasOptions } from '../rig/azurite.ts';

export interface StoreOptions extends AzureOptions {
  /** Default: Azurite's own. */
  readonly endpoint?: string;
  readonly prefix?: string;
  readonly sas?: SasOptions;
}

const FAST = { attempts: 4, retryBaseMs: 1 };

/** A store on that container, opened by a SAS. */
export function sasStore(azurite: Azurite, container: string, options: StoreOptions = {}): AzureBlobStore {
  const { endpoint, prefix = '', sas, ...rest } = options;
  const url = `${azurite.containerUrl(container, endpoint)}/${prefix}?${azurite.sas(container, sas)}`;
  return new AzureBlobStore(placeOf(url), { ...FAST, ...rest });
}

/** The same, opened by the key of the account. */
export function keyStore(azurite: Azurite, container: string, options: StoreOptions = {}): AzureBlobStore {
  const { endpoint, prefix = '', sas: _sas, ...rest } = options;
  const account = parseConnectionString(azurite.connectionString(endpoint), 'the test');
  return new AzureBlobStore({ ...account, container, prefix }, { ...FAST, ...rest });
}

export function placeOf(url: string): NonNullable<ReturnType<typeof parseBlobUrl>> {
  const place = parseBlobUrl(new URL(url));
  if (place === undefined) throw new Error(`no place: ${url}`);
  return place;
}
