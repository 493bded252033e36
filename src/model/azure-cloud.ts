/** The clouds of Azure, by the names that the az command gives them, and the hosts of each. */
import { nearest } from './did-you-mean.ts';
import { UserError } from './errors.ts';

export interface AzureCloud {
  readonly name: string;
  /** Azure Resource Manager; tokens for it name it as their audience. */
  readonly resourceManager: string;
  /** Entra ID. */
  readonly authority: string;
  /** Hosts of storage accounts end so, behind `<account>.blob.`. */
  readonly storageSuffix: string;
}

/** @see https://learn.microsoft.com/en-us/azure/azure-government/compare-azure-government-global-azure */
const CLOUDS: readonly AzureCloud[] = [
  {
    name: 'AzureCloud',
    resourceManager: 'https://management.azure.com',
    authority: 'https://login.microsoftonline.com',
    storageSuffix: 'core.windows.net',
  },
  {
    name: 'AzureUSGovernment',
    resourceManager: 'https://management.usgovcloudapi.net',
    authority: 'https://login.microsoftonline.us',
    storageSuffix: 'core.usgovcloudapi.net',
  },
  {
    name: 'AzureChinaCloud',
    resourceManager: 'https://management.chinacloudapi.cn',
    authority: 'https://login.chinacloudapi.cn',
    storageSuffix: 'core.chinacloudapi.cn',
  },
];

const CLOUD_NAMES = CLOUDS.map(({ name }) => name);

/** @param name default: the public cloud @throws UserError USAGE */
export function cloudNamed(name = 'AzureCloud'): AzureCloud {
  const found = CLOUDS.find((cloud) => cloud.name === name);
  if (found !== undefined) return found;
  const guess = nearest(name, CLOUD_NAMES);
  throw new UserError('USAGE', `There is no cloud "${name}" of Azure.`, {
    hint: guess === undefined ? `The clouds are ${CLOUD_NAMES.join(', ')}.` : `Did you mean "${guess}"?`,
  });
}

/** The cloud that an endpoint of Blob Storage is in; undefined: an emulator, or a host of somebody's own. */
export function cloudOfEndpoint(endpoint: string): AzureCloud | undefined {
  const host = URL.parse(endpoint)?.hostname ?? '';
  return CLOUDS.find(({ storageSuffix }) => host.endsWith(`.${storageSuffix}`));
}
