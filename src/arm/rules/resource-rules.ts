/** Rules that hold for resources of all types. */
import { isJsonArray, isJsonObject, member, type Json } from '../../model/json.ts';
import type { Found, Rule } from '../finding.ts';
import { isExpressionText } from '../parse-expression.ts';
import type { Subject } from '../subject.ts';
import { walk } from '../walk.ts';

/** The oldest version of each service that is still recent, as of the end of 2026: a constant, so that runs agree. */
const OLDEST: Readonly<Record<string, string>> = {
  'microsoft.authorization': '2022-04-01',
  'microsoft.compute': '2023-01-02',
  'microsoft.managedidentity': '2023-01-31',
  'microsoft.network': '2023-05-01',
  'microsoft.storage': '2023-01-01',
  'microsoft.resources': '2022-09-01',
};
const OLDEST_OTHERS = '2019-01-01';

/** Those of which Azure has to know where they should be. */
const PLACED = [
  ...['compute/virtualmachines', 'compute/virtualmachinescalesets', 'compute/availabilitysets', 'compute/disks'],
  ...['compute/images', 'compute/snapshots', 'compute/virtualmachines/extensions', 'network/networkinterfaces'],
  ...['network/loadbalancers', 'network/publicipaddresses', 'network/networksecuritygroups', 'network/natgateways'],
  ...['network/virtualnetworks', 'network/routetables', 'network/publicipprefixes', 'storage/storageaccounts'],
  'managedidentity/userassignedidentities',
].map((type) => `microsoft.${type}`);

/** Hosts that differ from cloud to cloud. */
const CLOUD_HOSTS =
  /(?:management\.azure\.com|management\.core\.windows\.net|(?:blob|file|queue|table)\.core\.windows\.net|vault\.azure\.net|database\.windows\.net|graph\.windows\.net|login\.microsoftonline\.com|cloudapp\.azure\.com)/i;

export const RESOURCE_RULES: readonly Rule[] = [
  {
    id: 'apiVersions-Should-Be-Recent',
    severity: 'warning',
    what: 'Every resource has an apiVersion, and one that knows what the service demands today.',
    hint: 'Take a newer version, and see what has changed since.',
    find: oldVersions,
  },
  {
    id: 'Resources-Should-Have-Location',
    severity: 'error',
    what: 'Resources that stand somewhere have a location.',
    hint: `Add "location": "[parameters('location')]".`,
    find: placeless,
  },
  {
    id: 'Location-Should-Not-Be-Hardcoded',
    severity: 'warning',
    what: 'Locations come from a parameter or the resource group.',
    hint: 'Add a parameter "location" with the default [resourceGroup().location].',
    find: writtenLocations,
  },
  {
    id: 'DeploymentTemplate-Must-Not-Contain-Hardcoded-Uri',
    severity: 'warning',
    what: 'Hosts of Azure come from environment() or reference(): they differ from cloud to cloud.',
    hint: 'Use environment().suffixes, or what reference() of the resource gives.',
    find: writtenHosts,
  },
  {
    id: 'Retired-CDN-Must-Not-Be-Used',
    severity: 'error',
    what: 'Nothing is fetched from azureedge.net, which is gone.',
    hint: 'Serve the files from storage of your own.',
    find: retiredHosts,
  },
  {
    id: 'Template-Should-Not-Contain-Blanks',
    severity: 'hint',
    what: 'Resources have no empty texts, lists and objects, and no null: what is not set is left out.',
    hint: 'Leave it out.',
    find: blanks,
  },
];

function* oldVersions({ resources }: Subject): Iterable<Found> {
  for (const { type, apiVersion, path } of resources) {
    const [service = ''] = type.toLowerCase().split('/');
    const oldest = OLDEST[service] ?? OLDEST_OTHERS;
    const at = [...path, 'apiVersion'];
    if (apiVersion === '')
      yield { path: at, message: 'The resource has no apiVersion.', hint: 'Every resource has one.' };
    else if (/^\d{4}-\d\d-\d\d/.test(apiVersion) && apiVersion.slice(0, 10) < oldest) {
      yield { path: at, message: `${apiVersion} is older than ${oldest}.` };
    }
  }
}

function* placeless({ resources }: Subject): Iterable<Found> {
  for (const { type, name, location, path } of resources) {
    if (location !== undefined || !PLACED.includes(type.toLowerCase())) continue;
    yield { path, message: `"${name}" has no location.` };
  }
}

function* writtenLocations(subject: Subject): Iterable<Found> {
  for (const { path } of subject.resources) {
    const at = [...path, 'location'];
    const written = subject.sourceAt(at);
    if (typeof written !== 'string' || isExpressionText(written) || written.toLowerCase() === 'global') continue;
    yield { path: at, message: `The location "${written}" is written out.` };
  }
}

function* writtenHosts({ texts }: Subject): Iterable<Found> {
  for (const { path, text } of texts) {
    if (!['resources', 'variables', 'outputs'].includes(String(path[0])) || path.includes('metadata')) continue;
    const [host] = CLOUD_HOSTS.exec(text) ?? [];
    if (host !== undefined) yield { path, message: `The host "${host}" is written out.` };
  }
}

/** Also in what machines are told, if it stands in no text by itself. */
function* retiredHosts({ texts, machines }: Subject): Iterable<Found> {
  const written = texts.filter(({ text }) => /\bazureedge\.net\b/i.test(text));
  for (const { path } of written) yield { path, message: 'Something is fetched from azureedge.net.' };
  if (written.length > 0) return;
  for (const { path, customData } of machines) {
    if (customData === undefined || !/\bazureedge\.net\b/i.test(customData)) continue;
    yield { path: [...path, 'osProfile', 'customData'], message: 'The machine fetches something from azureedge.net.' };
  }
}

const MAY_BE_BLANK = [
  'copy',
  'tags',
  'dependsOn',
  'resources',
  'settings',
  'protectedSettings',
  'userAssignedIdentities',
];

function* blanks({ template }: Subject): Iterable<Found> {
  for (const { path, key, value } of walk(member(template, 'resources') ?? null, ['resources'])) {
    const isFree = path.length < 2 || path.some((step) => step !== 'resources' && MAY_BE_BLANK.includes(String(step)));
    if (!isFree && key !== 'resources' && isBlank(value)) yield { path, message: `The ${key} is empty.` };
  }
}

function isBlank(value: Json): boolean {
  if (isJsonArray(value)) return value.length === 0;
  return value === null || value === '' || (isJsonObject(value) && Object.keys(value).length === 0);
}
