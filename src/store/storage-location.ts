/** Where a storage of the config is, with the right to it. */
import { resolve } from 'node:path';
import { UserError } from '../model/errors.ts';
import type { Storage, StorageConfig } from '../recipe/storage-config.ts';
import { settingsOf, type Settings } from '../recipe/storage-settings.ts';
import { isContainer, parseBlobUrl, parseConnectionString, toPrefix, type AzureAccount } from './azure-place.ts';
import { accountFrom, type Environment, type Location } from './locations.ts';

interface StorageSurroundings {
  /** Where relative paths of the config begin. */
  readonly treeRoot: string | undefined;
  readonly env: Environment;
}

/** @throws UserError CONFIG_INVALID */
export function locationOfStorage(
  storage: Storage,
  config: StorageConfig,
  { treeRoot = '', env }: StorageSurroundings,
): Location {
  const settings = settingsOf(storage, config, env);
  if (storage.kind === 'directory') return { kind: 'directory', folder: resolve(treeRoot, settings.path ?? '') };
  if (storage.kind === 'http') {
    const url = settings.url ?? '';
    if (/^https?:\/\//i.test(url) && URL.canParse(url)) return { kind: 'http', url };
    throw invalid(storage, 'url', 'is no http(s) URL', 'Give a URL that begins with https://.');
  }
  if (storage.kind === 'aws_s3') {
    throw new UserError(
      'CONFIG_INVALID',
      `The storage "${storage.name}" is in AWS S3, which dcos-build does not speak to.`,
      {
        hint: 'Name another storage; what S3 serves over HTTPS can be read by its URL.',
        place: storage.place,
      },
    );
  }
  const container = settings.container ?? '';
  if (!isContainer(container)) {
    const hint = 'Names of containers have 3 to 63 lower-case letters, digits and single dashes.';
    throw invalid(storage, 'container', 'is no name of a container', hint);
  }
  return {
    kind: 'azure',
    place: { ...accountFor(storage, settings, env), container, prefix: toPrefix(settings.prefix ?? '') },
  };
}

/** What the config says comes before what the environment says. */
function accountFor(storage: Storage, settings: Settings, env: Environment): AzureAccount {
  const { connectionString, accountKey: key, sas } = settings;
  const connected =
    connectionString === undefined
      ? undefined
      : parseConnectionString(connectionString, `the storage "${storage.name}"`);
  const name = settings.account ?? connected?.account ?? '';
  const endpoint = settings.endpoint?.replace(/\/+$/, '');
  if (endpoint !== undefined && !URL.canParse(endpoint)) {
    throw invalid(storage, 'endpoint', 'is no URL', 'Give one such as https://ACCOUNT.blob.core.usgovcloudapi.net.');
  }
  const found = connected ?? accountFrom(env, name, endpoint);
  const base = { account: name, endpoint: endpoint ?? found.endpoint };
  if (key !== undefined) return { ...base, credential: { kind: 'key', key } };
  if (sas !== undefined) return { ...base, credential: { kind: 'sas', sas: sas.replace(/^\?/, '') } };
  return { ...base, credential: found.credential };
}

function invalid(storage: Storage, key: 'url' | 'container' | 'endpoint', what: string, hint: string): UserError {
  const place = storage.settings[key]?.place ?? storage.place;
  return new UserError('CONFIG_INVALID', `The "${key}" of the storage "${storage.name}" ${what}.`, { hint, place });
}

/**
 * A URL without a SAS, of an account that the config knows.
 *
 * @returns undefined if it knows none, so that it is the URL of a web server
 */
export function accountOfUrl(url: string, config: StorageConfig, { env }: StorageSurroundings): Location | undefined {
  for (const storage of config.storages.values()) {
    if (storage.kind !== 'azure') continue;
    const account = accountIfKnown(storage, config, env);
    if (account === undefined || account.credential.kind === 'identity') continue;
    const place = url.startsWith(`${account.endpoint}/`) ? parseBlobUrl(new URL(url)) : undefined;
    if (place !== undefined) return { kind: 'azure', place: { ...place, ...account } };
  }
  return undefined;
}

/** A storage whose variables are not set is not the one that is meant. */
function accountIfKnown(storage: Storage, config: StorageConfig, env: Environment): AzureAccount | undefined {
  try {
    return accountFor(storage, settingsOf(storage, config, env), env);
  } catch (error) {
    if (error instanceof UserError && error.code === 'CONFIG_INVALID') return undefined;
    throw error;
  }
}
