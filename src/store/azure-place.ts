/** Where blobs are and by what right they are read and written: from URLs, `az://` and connection strings. */
import { UserError } from '../model/errors.ts';
import { redactUrls } from '../model/url.ts';

type AzureCredential =
  | { readonly kind: 'key'; readonly key: string }
  /** Without the `?`. */
  | { readonly kind: 'sas'; readonly sas: string }
  /** Whoever runs this, as @azure/identity finds it: environment, workload or managed identity, `az login`. */
  | { readonly kind: 'identity' };

/** An account as a connection string names it. */
export interface AzureAccount {
  readonly account: string;
  /** Of its blobs, without a slash at the end: `https://<account>.blob.core.windows.net`, of an emulator with a path. */
  readonly endpoint: string;
  readonly credential: AzureCredential;
}

export interface AzurePlace extends AzureAccount {
  readonly container: string;
  /** Before all names: empty, or with a slash at its end. */
  readonly prefix: string;
}

const SUFFIX = 'core.windows.net';
const ACCOUNT = /^[a-z0-9]{3,24}$/;
/** @see https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata */
const CONTAINER = /^(?:[a-z0-9](?:-?[a-z0-9]){2,62}|\$root|\$web|\$logs)$/;
/** What every emulator knows, as its documentation says. */
const EMULATOR = {
  account: 'devstoreaccount1',
  endpoint: 'http://127.0.0.1:10000/devstoreaccount1',
  key: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
} as const;

/** The endpoint of an account. @param suffix of the cloud; default: the public one */
export function publicEndpoint(account: string, suffix = SUFFIX): string {
  return `https://${account}.blob.${suffix}`;
}

/** For messages, and to tell places apart: the URL without its SAS. */
export function showPlace({ endpoint, container, prefix }: AzurePlace): string {
  return `${endpoint}/${container}/${prefix}`.replace(/\/$/, '');
}

/** A prefix as it stands before names; what a person writes may have slashes at either end. */
export function toPrefix(path: string): string {
  const bare = path.replaceAll(/^\/+|\/+$/g, '');
  return bare === '' ? '' : `${bare}/`;
}

/** `az://ACCOUNT/CONTAINER/prefix`, without any right yet. @throws UserError USAGE */
export function parseAzUrl(location: string): Omit<AzurePlace, 'endpoint' | 'credential'> {
  const [, account = '', container = '', path = ''] = /^az:\/\/([^/?#]*)\/?([^/?#]*)([^?#]*)$/i.exec(location) ?? [];
  if (ACCOUNT.test(account) && isContainer(container)) return { account, container, prefix: toPrefix(path) };
  const what = ACCOUNT.test(account) ? `"${container}" is no name of a container` : 'it names no account';
  throw new UserError('USAGE', `"${redactUrls(location)}" is no place in Blob Storage: ${what}.`, {
    hint: 'Write az://ACCOUNT/CONTAINER or az://ACCOUNT/CONTAINER/FOLDER; a SAS goes into AZURE_STORAGE_SAS_TOKEN.',
  });
}

/** Whether the service would take the name. */
export function isContainer(name: string): boolean {
  return CONTAINER.test(name);
}

/** A URL as the service, or an emulator, has it; its query is taken for a SAS. @returns undefined: it names no container */
export function parseBlobUrl(url: URL): AzurePlace | undefined {
  const host = /^([a-z0-9]{3,24})\.blob\./.exec(url.hostname)?.[1];
  const parts = url.pathname.split('/').slice(1);
  const account = host ?? parts.shift() ?? '';
  const [container = '', ...rest] = parts.map(decodeURIComponent);
  if (account === '' || !isContainer(container)) return undefined;
  const endpoint = host === undefined ? `${url.origin}/${account}` : url.origin;
  const sas = url.search.slice(1);
  return {
    ...{ account, endpoint, container, prefix: toPrefix(rest.join('/')) },
    credential: sas === '' ? { kind: 'identity' } : { kind: 'sas', sas },
  };
}

/**
 * A single blob by its signed URL, as a managed disk hands it out. Its host is none of an account's, and its path may have
 * more than a container and a name.
 */
export function parseSignedBlob(url: URL): { readonly place: AzurePlace; readonly blob: string } | undefined {
  const parts = url.pathname.split('/').slice(1).map(decodeURIComponent);
  const [container, blob] = parts.slice(-2);
  if (!isSigned(url) || container === undefined || blob === undefined || blob === '') return undefined;
  const endpoint = [url.origin, ...parts.slice(0, -2)].join('/');
  const account = url.hostname.split('.')[0] ?? '';
  return {
    place: { account, endpoint, container, prefix: '', credential: { kind: 'sas', sas: url.search.slice(1) } },
    blob,
  };
}

/** Whether the query of a URL is a shared access signature. */
export function isSigned({ searchParams }: URL): boolean {
  return searchParams.has('sig') && searchParams.has('sv');
}

/**
 * An account out of a connection string, as the portal and `az storage account show-connection-string` print it.
 *
 * @param where it stands, for messages: `AZURE_STORAGE_CONNECTION_STRING`; its content is never shown
 * @throws UserError CONFIG_INVALID
 */
export function parseConnectionString(text: string, where: string): AzureAccount {
  const pairs = text.split(';').flatMap((pair) => {
    const [, name, value] = /^\s*([^=]+)=(.*?)\s*$/s.exec(pair) ?? [];
    return name === undefined || value === undefined ? [] : ([[name.toLowerCase(), value]] as const);
  });
  const values = new Map(pairs);
  if (values.get('usedevelopmentstorage')?.toLowerCase() === 'true') {
    const { account, endpoint, key } = EMULATOR;
    return { account, endpoint, credential: { kind: 'key', key } };
  }
  const key = values.get('accountkey');
  const sas = values.get('sharedaccesssignature');
  const protocol = values.get('defaultendpointsprotocol') ?? 'https';
  const given = values.get('blobendpoint')?.replace(/\/+$/, '');
  const account = values.get('accountname') ?? (given === undefined ? undefined : accountOf(given));
  if (account === undefined) throw invalid(where, 'it has no AccountName');
  if (key === undefined && sas === undefined)
    throw invalid(where, 'it has neither AccountKey nor SharedAccessSignature');
  const endpoint = given ?? `${protocol}://${account}.blob.${values.get('endpointsuffix') ?? SUFFIX}`;
  if (!URL.canParse(endpoint)) throw invalid(where, 'its BlobEndpoint is no URL');
  if (key !== undefined) return { account, endpoint, credential: { kind: 'key', key } };
  return { account, endpoint, credential: { kind: 'sas', sas: (sas ?? '').replace(/^\?/, '') } };
}

/** The account that an endpoint is of: its first label, or the first part of its path at an emulator. */
function accountOf(endpoint: string): string | undefined {
  const url = URL.parse(endpoint);
  if (url === null) return undefined;
  const host = /^([a-z0-9]{3,24})\.blob\./.exec(url.hostname)?.[1];
  return host ?? /^\/([^/]+)/.exec(url.pathname)?.[1];
}

function invalid(where: string, what: string): UserError {
  return new UserError('CONFIG_INVALID', `The connection string in ${where} cannot be used: ${what}.`, {
    hint: '"az storage account show-connection-string" prints the one of an account.',
  });
}
