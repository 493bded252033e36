/** Keys of acs-engine's API model for which there is no place in a cluster definition, and why. */
import { isJsonArray, isJsonObject, valueAt, type JsonObject } from '../../model/json.ts';
import type { JsonPath } from '../../recipe/json-reader.ts';
import type { ConversionNote } from './note.ts';

const BY_RELEASE = 'the release says what nodes fetch, and from where';
const BY_IMAGE = 'the image is chosen when the definition is made';
const BY_BAKE = 'what nodes need beside DC/OS belongs into the image';
const OF_OTHERS = 'it is of other orchestrators than DC/OS';
const MADE_BY_AZURE = 'it is an answer of Azure, not a wish';
const NO_PLACE = 'there is nothing like it here';

type Reasons = Readonly<Record<string, string>>;

const NODES: Reasons = {
  fqdn: MADE_BY_AZURE,
  subnet: MADE_BY_AZURE,
  distro: BY_IMAGE,
  imageReference: BY_IMAGE,
  extensions: BY_BAKE,
  preProvisionExtension: BY_BAKE,
  customFiles: BY_BAKE,
  kubernetesConfig: OF_OTHERS,
  ipAddressCount: OF_OTHERS,
};

/** By place; `*` is any index. Keys that are converted have no entry: see KEPT. */
const DROPPED: readonly (readonly [place: readonly string[], reasons: Reasons])[] = [
  [[], { id: MADE_BY_AZURE, type: MADE_BY_AZURE, plan: NO_PLACE }],
  [
    ['properties'],
    {
      provisioningState: MADE_BY_AZURE,
      windowsProfile: 'nodes run Linux; its password should not be in a file',
      servicePrincipalProfile: 'DC/OS asks nothing of Azure; its secret should not be in a file',
      certificateProfile: OF_OTHERS,
      aadProfile: OF_OTHERS,
      jumpboxProfile: NO_PLACE,
      extensionProfiles: BY_BAKE,
    },
  ],
  [['properties', 'orchestratorProfile'], { kubernetesConfig: OF_OTHERS, openShiftConfig: OF_OTHERS }],
  [
    ['properties', 'orchestratorProfile', 'dcosConfig'],
    {
      dcosBootstrapURL: BY_RELEASE,
      dcosWindowsBootstrapURL: BY_RELEASE,
      dcosRepositoryURL: BY_RELEASE,
      dcosClusterPackageListID: BY_RELEASE,
      dcosProviderPackageID: BY_RELEASE,
      registry: 'give the registry to Docker in the image',
      registryUser: 'give the registry to Docker in the image',
      registryPassword: 'secrets should not be in a file',
      bootstrapProfile: 'there is no bootstrap node: nodes boot with DC/OS, or fetch it from the release',
    },
  ],
  [
    ['properties', 'masterProfile'],
    {
      ...NODES,
      subjectAltNames: OF_OTHERS,
      vnetCidr: 'the range of each subnet is named instead',
      availabilityProfile: OF_OTHERS,
    },
  ],
  [
    ['properties', 'agentPoolProfiles', '*'],
    {
      ...NODES,
      role: OF_OTHERS,
      scaleSetPriority: NO_PLACE,
      scaleSetEvictionPolicy: NO_PLACE,
      acceleratedNetworkingEnabled: NO_PLACE,
    },
  ],
  [
    ['properties', 'linuxProfile'],
    { secrets: 'secrets of a Key Vault are not put on nodes', scriptRootURL: BY_RELEASE },
  ],
];

/** What is converted, so that whatever else is there can be told. */
const NODES_KEPT = ['count', 'vmSize', 'osDiskSizeGB', 'vnetSubnetID', 'storageProfile', 'dnsPrefix'];
const KEPT: readonly (readonly string[])[] = [
  ['apiVersion', 'name', 'location', 'tags', 'properties'],
  ['orchestratorProfile', 'masterProfile', 'agentPoolProfiles', 'linuxProfile', 'diagnosticsProfile'],
  ['orchestratorType', 'orchestratorRelease', 'orchestratorVersion', 'dcosConfig'],
  [],
  [...NODES_KEPT, 'firstConsecutiveStaticIP', 'oauthEnabled', 'HTTPSourceAddressPrefix'],
  [...NODES_KEPT, 'name', 'osType', 'ports', 'availabilityProfile', 'diskSizesGB', 'customNodeLabels'],
  ['adminUsername', 'ssh'],
];

export function droppedKeys(model: JsonObject): readonly ConversionNote[] {
  return DROPPED.flatMap(([place, reasons], index) =>
    objectsAt(model, place).flatMap(({ path, value }) =>
      Object.keys(value)
        .filter((key) => !KEPT[index]?.includes(key))
        .map((key): ConversionNote => {
          const why = Object.hasOwn(reasons, key) ? reasons[key] : 'it is not known here';
          return { path: [...path, key], kind: 'dropped', message: `"${key}" is left out: ${why}.` };
        }),
    ),
  );
}

interface Found {
  readonly path: JsonPath;
  readonly value: JsonObject;
}

function objectsAt(model: JsonObject, place: readonly string[]): readonly Found[] {
  const path = place.filter((step) => step !== '*');
  const value = valueAt(model, path);
  if (path.length === place.length) return isJsonObject(value) ? [{ path, value }] : [];
  if (!isJsonArray(value)) return [];
  return value.flatMap((item, index) => (isJsonObject(item) ? [{ path: [...path, index], value: item }] : []));
}
