/** Names and ids of what images are made of in Azure: galleries, definitions, versions, disks, storage accounts. */
import { UserError } from '../model/errors.ts';

export interface GroupPlace {
  readonly subscription: string;
  readonly resourceGroup: string;
}

export interface GalleryPlace extends GroupPlace {
  readonly gallery: string;
}

export interface VersionPlace extends GalleryPlace {
  readonly definition: string;
  readonly version: string;
}

/** Names that the service takes. The schema of galleries admits dashes, the service does not. */
const NAMES = {
  subscription: {
    pattern: /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i,
    hint: 'It is a GUID; "az account show" prints it.',
  },
  'resource-group': { pattern: /^[\w().-]{0,89}[\w()-]$/, hint: 'Letters, digits and any of _ ( ) . - may be used.' },
  gallery: {
    pattern: /^[A-Za-z0-9](?:[A-Za-z0-9._]{0,78}[A-Za-z0-9])?$/,
    hint: 'Letters, digits, and in between "." and "_" may be used, and no dashes.',
  },
  definition: {
    pattern: /^[A-Za-z0-9](?:[\w.-]{0,78}[A-Za-z0-9_])?$/,
    hint: 'Letters, digits, and in between any of . _ - may be used.',
  },
  disk: {
    pattern: /^[A-Za-z0-9](?:[\w.-]{0,78}[A-Za-z0-9_])?$/,
    hint: 'Letters, digits, and in between any of . _ - may be used.',
  },
} as const;

/** @param kind as its option is called @throws UserError USAGE */
export function checkName(kind: keyof typeof NAMES, name: string): string {
  const { pattern, hint } = NAMES[kind];
  if (pattern.test(name)) return name;
  const what = kind === 'subscription' ? 'no id of a subscription' : `no name of a ${kind.replace('-', ' ')}`;
  throw new UserError('USAGE', `"${name}" is ${what}.`, { hint });
}

const MOST = 2 ** 31 - 1;

/** Three numbers of 32 bits. @throws UserError IMAGE_INVALID */
export function checkVersion(version: string): string {
  const parts = version.split('.');
  if (parts.length === 3 && parts.every((part) => /^(?:0|[1-9]\d*)$/.test(part) && Number(part) <= MOST))
    return version;
  throw new UserError('IMAGE_INVALID', `"${version}" is no version that a gallery takes.`, {
    hint: 'It has three numbers of at most 2147483647, as 1.7.0.',
  });
}

/** By number, part for part. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let at = 0; at < 3; at += 1) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function groupId({ subscription, resourceGroup }: GroupPlace): string {
  return `/subscriptions/${subscription}/resourceGroups/${resourceGroup}`;
}

export function galleryId(place: GalleryPlace): string {
  return `${groupId(place)}/providers/Microsoft.Compute/galleries/${place.gallery}`;
}

export function definitionId(place: GalleryPlace & { readonly definition: string }): string {
  return `${galleryId(place)}/images/${place.definition}`;
}

export function versionId(place: VersionPlace): string {
  return `${definitionId(place)}/versions/${place.version}`;
}

export function diskId(place: GroupPlace, disk: string): string {
  return `${groupId(place)}/providers/Microsoft.Compute/disks/${disk}`;
}

export function storageAccountId(place: GroupPlace, account: string): string {
  return `${groupId(place)}/providers/Microsoft.Storage/storageAccounts/${account}`;
}

/** The id of the storage account that a blob is in. @throws UserError CONFIG_INVALID if it is none, or of another account */
export function checkStorageAccount(id: string, account: string): string {
  const pattern =
    /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Storage\/storageAccounts\/([a-z0-9]{3,24})$/i;
  const [, named] = pattern.exec(id) ?? [];
  if (named?.toLowerCase() === account) return id;
  const what =
    named === undefined ? 'no id of a storage account' : `the account ${named}, and the image is in ${account}`;
  throw new UserError('CONFIG_INVALID', `"gallery.storageAccountId" is ${what}.`, {
    hint: `"az storage account show --name ${account} --query id" prints it.`,
  });
}

/** A disk by its id, or by its name in the resource group. @throws UserError USAGE */
export function parseDisk(word: string, group: GroupPlace): GroupPlace & { readonly disk: string } {
  if (!word.startsWith('/')) return { ...group, disk: checkName('disk', word) };
  const pattern = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Compute\/disks\/([^/]+)$/i;
  const [, subscription, resourceGroup, disk] = pattern.exec(word) ?? [];
  if (subscription !== undefined && resourceGroup !== undefined && disk !== undefined) {
    return { subscription, resourceGroup, disk };
  }
  throw new UserError('USAGE', `"${word}" is no id of a disk.`, {
    hint: 'Ids begin with /subscriptions/ and end with /providers/Microsoft.Compute/disks/NAME; the name alone will do.',
  });
}
