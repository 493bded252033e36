/** What a location names: a directory, a place in Blob Storage with the right to it, or a web server. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../model/errors.ts';
import { redactUrls } from '../model/url.ts';
import {
  isSigned,
  parseAzUrl,
  parseBlobUrl,
  parseConnectionString,
  publicEndpoint,
  type AzureAccount,
  type AzurePlace,
} from './azure-place.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface LocationOptions {
  /** Where relative paths begin. Default: the working folder of the process. */
  readonly cwd?: string;
  /** Where credentials are looked for, under the names that the az command uses. Default: nowhere. */
  readonly env?: Environment;
  /** How hosts of storage accounts end in the cloud that is meant. Default: the public one. */
  readonly storageSuffix?: string;
}

export type Location =
  | { readonly kind: 'directory'; readonly folder: string }
  | { readonly kind: 'azure'; readonly place: AzurePlace }
  | { readonly kind: 'http'; readonly url: string };

/** A scheme, as all URLs begin that are no folder of this machine. */
const SCHEME = /^[a-z][a-z0-9+.-]+:(?=\/\/)/i;
const KNOWN = ['file://', 'az://', 'https://', 'http://'];

/** @throws UserError USAGE for what is none of these, CONFIG_INVALID for a connection string that is none */
export function parseLocation(location: string, options: LocationOptions = {}): Location {
  const { cwd = '', env = {}, storageSuffix } = options;
  const scheme = SCHEME.exec(location)?.[0].toLowerCase();
  if (scheme === undefined) return { kind: 'directory', folder: resolve(cwd, location) };
  if (scheme === 'az:') {
    const bare = parseAzUrl(location);
    const endpoint = publicEndpoint(bare.account, storageSuffix);
    return { kind: 'azure', place: { ...accountFrom(env, bare.account, endpoint), ...bare } };
  }
  if (URL.canParse(location)) {
    if (scheme === 'file:') return { kind: 'directory', folder: fileURLToPath(location) };
    if (scheme === 'http:' || scheme === 'https:') return parseHttp(location, env);
  }
  throw new UserError('USAGE', `"${redactUrls(location)}" is no repository that can be read or written to.`, {
    hint: `Give a directory, a name out of dcos-build.config.json, or a URL that begins with ${KNOWN.join(', ')}.`,
  });
}

/** Whether it is an http(s) URL without a right of its own, so that the config may have one for it. */
export function isBareUrl(location: string): boolean {
  return /^https?:/i.test(location) && URL.canParse(location) && !isSigned(new URL(location));
}

/**
 * The account with what the environment has for it, as the az command looks for it: a connection string, a key, a SAS. One
 * that is of another account is left alone. Without any, whoever runs this is asked for.
 */
export function accountFrom(env: Environment, account: string, endpoint = publicEndpoint(account)): AzureAccount {
  const connected = connectedAccount(env);
  if (connected?.account === account) return connected;
  const isMeant = [undefined, '', account].includes(env['AZURE_STORAGE_ACCOUNT']);
  const key = isMeant ? env['AZURE_STORAGE_KEY'] : undefined;
  if (key !== undefined && key !== '') return { account, endpoint, credential: { kind: 'key', key } };
  const sas = isMeant ? env['AZURE_STORAGE_SAS_TOKEN'] : undefined;
  if (sas !== undefined && sas !== '') {
    return { account, endpoint, credential: { kind: 'sas', sas: sas.replace(/^\?/, '') } };
  }
  return { account, endpoint, credential: { kind: 'identity' } };
}

/** The account of the connection string in the environment. */
function connectedAccount(env: Environment): AzureAccount | undefined {
  const name = 'AZURE_STORAGE_CONNECTION_STRING';
  const text = env[name];
  return text === undefined || text === '' ? undefined : parseConnectionString(text, name);
}

/** A URL of the service that is signed, or of the account that the environment opens; else whatever a web server shows. */
function parseHttp(location: string, env: Environment): Location {
  const url = new URL(location);
  const isSas = isSigned(url);
  const connected = isSas ? undefined : connectedAccount(env);
  const isConnected = connected !== undefined && location.startsWith(`${connected.endpoint}/`);
  if (!isSas && !isConnected) return { kind: 'http', url: location };
  const place = parseBlobUrl(url);
  if (place === undefined) {
    throw new UserError('USAGE', `${redactUrls(location)} names no container.`, {
      hint: 'Write https://ACCOUNT.blob.core.windows.net/CONTAINER/FOLDER?SAS, in quotes.',
    });
  }
  return { kind: 'azure', place: connected === undefined ? place : { ...place, ...connected } };
}
