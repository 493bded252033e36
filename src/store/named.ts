/** Stores by name: what dcos-build.config.json, or DC/OS's own dcos-release.config.yaml, calls them in the root of a tree. */
import { join, resolve } from 'node:path';
import { readTextIfThere } from '../host/files.ts';
import { isFolder } from '../host/listing.ts';
import { nearest } from '../model/did-you-mean.ts';
import { UserError } from '../model/errors.ts';
import { CONFIG_FILE, readStorageConfig, type Storage, type StorageConfig } from '../recipe/storage-config.ts';
import type { ArtifactStore, Repository } from './artifact-store.ts';
import { openToRead, openToWrite } from './index.ts';
import { isBareUrl, parseLocation, type Environment, type Location } from './locations.ts';
import { accountOfUrl, locationOfStorage } from './storage-location.ts';

export interface Surroundings {
  /** Holds the config file; undefined: there is no tree, and no name is known. */
  readonly treeRoot: string | undefined;
  /** Where relative paths of the command line begin. */
  readonly cwd: string;
  readonly env: Environment;
  /** Of the cloud in which accounts are named without a host. */
  readonly storageSuffix?: string;
}

const NAME = /^[A-Za-z][\w-]*$/;
/** Here too, since the module that reads it loads a reader of YAML. */
const DCOS_CONFIG = 'dcos-release.config.yaml';

/**
 * A place to write to.
 *
 * @param named a name out of the config, or a location as {@link parseLocation} reads it; undefined: the preferred storage
 * @throws UserError USAGE, CONFIG_INVALID; STORE_FORBIDDEN for a storage that is said to be read only
 */
export async function openNamedStore(
  named: string | undefined,
  surroundings: Surroundings,
  options: { readonly mustExist?: boolean } = {},
): Promise<ArtifactStore> {
  const { location, storage } = await locate(named, surroundings);
  if (storage?.isReadOnly !== true) return openToWrite(location, options);
  throw new UserError('STORE_FORBIDDEN', `The storage "${storage.name}" is for reading only.`, {
    hint: 'Name another storage, or take the mark out of its place in the config.',
    place: storage.place,
  });
}

/** A place to read from; named in the same way. @throws UserError USAGE, CONFIG_INVALID */
export async function openNamedRepository(named: string | undefined, surroundings: Surroundings): Promise<Repository> {
  return openToRead((await locate(named, surroundings)).location);
}

/** What people call the place: its name in the config, or else its kind, as DC/OS's tools call those. */
export async function storageName(named: string | undefined, surroundings: Surroundings): Promise<string> {
  const { location, storage } = await locate(named, surroundings);
  return storage?.name ?? (location.kind === 'azure' ? 'azure' : 'local');
}

/** What a name or a location stands for. @throws UserError USAGE, CONFIG_INVALID */
export async function locationOf(named: string | undefined, surroundings: Surroundings): Promise<Location> {
  return (await locate(named, surroundings)).location;
}

/** The config of a tree: ours, else DC/OS's; undefined if it has none. @throws UserError, UserErrors CONFIG_INVALID */
export async function findStorageConfig(treeRoot: string): Promise<StorageConfig | undefined> {
  const ours = await readTextIfThere(join(treeRoot, CONFIG_FILE));
  if (ours !== undefined) return readStorageConfig(ours);
  const theirs = await readTextIfThere(join(treeRoot, DCOS_CONFIG));
  if (theirs === undefined) return undefined;
  const { readDcosReleaseConfig } = await import('../recipe/dcos-release-config.ts');
  return readDcosReleaseConfig(theirs);
}

interface Located {
  readonly location: Location;
  readonly storage: Storage | undefined;
}

async function locate(named: string | undefined, surroundings: Surroundings): Promise<Located> {
  const { treeRoot, cwd, env, storageSuffix } = surroundings;
  const isName = named === undefined || NAME.test(named);
  const mayBeKnown = isName || isBareUrl(named);
  const config = mayBeKnown && treeRoot !== undefined ? await findStorageConfig(treeRoot) : undefined;
  const storage = isName ? storageOf(named, config) : undefined;
  if (config !== undefined && storage !== undefined) {
    return { storage, location: locationOfStorage(storage, config, surroundings) };
  }
  if (named === undefined) throw noneNamed(config);
  if (isName) await refuseMistyped(named, config, cwd);
  const suffix = storageSuffix === undefined ? {} : { storageSuffix };
  const known = isName || config === undefined ? undefined : accountOfUrl(named, config, surroundings);
  return { storage: undefined, location: known ?? parseLocation(named, { cwd, env, ...suffix }) };
}

function storageOf(named: string | undefined, config: StorageConfig | undefined): Storage | undefined {
  if (config === undefined) return undefined;
  const only = config.storages.size === 1 ? [...config.storages.keys()][0] : undefined;
  return config.storages.get(named ?? config.preferred ?? only ?? '');
}

/** A new folder is not made for what was to be the name of a storage. */
async function refuseMistyped(named: string, config: StorageConfig | undefined, cwd: string): Promise<void> {
  const guess = nearest(named, config?.storages.keys() ?? []);
  if (guess === undefined || (await isFolder(resolve(cwd, named)))) return;
  throw new UserError('USAGE', `There is no storage "${named}" in ${config?.shown ?? ''}, and no such folder.`, {
    hint: `Did you mean "${guess}"? For a new folder write "./${named}".`,
  });
}

function noneNamed(config: StorageConfig | undefined): UserError {
  if (config === undefined) {
    return new UserError('USAGE', `No storage is named, and the tree has no ${CONFIG_FILE}.`, {
      hint: 'Name a directory or az://ACCOUNT/CONTAINER/FOLDER, or describe storages in that file.',
    });
  }
  const names = [...config.storages.keys()].join(', ');
  return new UserError('USAGE', `No storage is named, and ${config.shown} prefers none of its own.`, {
    hint: names === '' ? 'Describe one below "storages".' : `Name one of ${names}, or set "preferred".`,
  });
}
