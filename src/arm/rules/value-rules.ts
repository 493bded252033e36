/** Rules of the kinds and names of values, about which older interfaces were easier. */
import { isJsonObject } from '../../model/json.ts';
import type { Found, Rule } from '../finding.ts';
import type { Subject } from '../subject.ts';
import { walk, type Node } from '../walk.ts';

/** Ports of security rules are texts, since they may be ranges. */
const TEXTS = ['destinationPortRange', 'destinationPortRanges', 'sourcePortRange', 'sourcePortRanges'];

const NUMBERS = [
  ...['frontendPort', 'backendPort', 'frontendPortRangeStart', 'frontendPortRangeEnd', 'port', 'priority', 'lun'],
  ...['intervalInSeconds', 'numberOfProbes', 'probeThreshold', 'idleTimeoutInMinutes', 'diskSizeGB', 'capacity'],
  ...['platformFaultDomainCount', 'platformUpdateDomainCount', 'allocatedOutboundPorts', 'maxBatchInstancePercent'],
];

/** Names whose case people get wrong; the newer interfaces mind it. */
const EXACT_NAMES = [
  ...['computerName', 'computerNamePrefix', 'adminUsername', 'adminPassword', 'customData', 'linuxConfiguration'],
  ...['disablePasswordAuthentication', 'publicKeys', 'keyData', 'osProfile', 'storageProfile', 'networkProfile'],
  ...['hardwareProfile', 'vmSize', 'osDisk', 'dataDisks', 'imageReference', 'createOption', 'managedDisk', 'caching'],
  ...['storageAccountType', 'diskSizeGB', 'networkInterfaces', 'availabilitySet', 'securityProfile', 'securityType'],
  ...['virtualMachineProfile', 'upgradePolicy', 'orchestrationMode', 'overprovision', 'singlePlacementGroup'],
  ...['networkInterfaceConfigurations', 'ipConfigurations', 'frontendIPConfigurations', 'frontendIPConfiguration'],
  ...[
    'backendAddressPools',
    'backendAddressPool',
    'loadBalancingRules',
    'inboundNatRules',
    'inboundNatPools',
    'probes',
  ],
  ...['loadBalancerBackendAddressPools', 'loadBalancerInboundNatRules', 'loadBalancerInboundNatPools', 'probe'],
  ...['frontendPort', 'backendPort', 'enableFloatingIP', 'idleTimeoutInMinutes', 'intervalInSeconds', 'numberOfProbes'],
  ...['publicIPAddress', 'publicIPAllocationMethod', 'domainNameLabel', 'dnsSettings', 'privateIPAddress'],
  ...['privateIPAllocationMethod', 'subnet', 'subnets', 'addressSpace', 'addressPrefix', 'addressPrefixes'],
  ...['networkSecurityGroup', 'securityRules', 'sourceAddressPrefix', 'destinationAddressPrefix', 'sourcePortRange'],
  ...['destinationPortRange', 'outboundRules', 'natGateway', 'autoUpgradeMinorVersion', 'typeHandlerVersion'],
];

export const VALUE_RULES: readonly Rule[] = [
  {
    id: 'Property-Names-Must-Be-Exact',
    severity: 'error',
    what: 'Names of properties have their exact letters, as computerName, not computername.',
    hint: 'Write the name with these capitals.',
    find: misspelled,
  },
  {
    id: 'Ports-Must-Be-Texts',
    severity: 'error',
    what: 'Ports of security rules are texts.',
    hint: 'Put the port in quotes: ranges such as "8000-8999" are possible there.',
    find: (subject) =>
      nodes(subject, ({ key, value }) =>
        TEXTS.includes(key) && typeof value === 'number' ? 'is a number' : undefined,
      ),
  },
  {
    id: 'Numbers-Must-Not-Be-Texts',
    severity: 'error',
    what: 'Numbers of ports, probes, disks and priorities are numbers.',
    hint: 'Take the quotes away; int() makes a number of a parameter that is a text.',
    find: (subject) =>
      nodes(subject, ({ key, value }) => (NUMBERS.includes(key) && isDigits(value) ? 'is a text' : undefined)),
  },
  {
    id: 'Bools-Must-Not-Be-Texts',
    severity: 'error',
    what: 'true and false are bools, not texts.',
    hint: 'Take the quotes away; bool() makes a bool of a parameter that is a text.',
    find: (subject) => nodes(subject, ({ value }) => (isBoolText(value) ? 'is a text' : undefined)),
  },
];

/** Settings of extensions and tags are their own; what goes into a machine is no matter of Azure's. */
const FREE = ['settings', 'protectedSettings', 'tags', 'customData', 'userData', 'parameters', 'template'];

function* nodes({ resources }: Subject, mistake: (node: Node) => string | undefined): Iterable<Found> {
  for (const { properties, path } of resources) {
    for (const node of walk(properties, [...path, 'properties'])) {
      const wrong = node.path.some((step) => FREE.includes(String(step))) ? undefined : mistake(node);
      if (wrong !== undefined) yield { path: node.path, message: `The ${node.key} ${wrong}.` };
    }
  }
}

function isDigits(value: Node['value']): boolean {
  return typeof value === 'string' && /^\d+$/.test(value);
}

function isBoolText(value: Node['value']): boolean {
  return typeof value === 'string' && /^(?:true|false)$/i.test(value);
}

const exact = new Map(EXACT_NAMES.map((name) => [name.toLowerCase(), name]));

function* misspelled(subject: Subject): Iterable<Found> {
  for (const { properties, path } of subject.resources) {
    for (const { path: at, value } of walk(properties, [...path, 'properties'])) {
      if (!isJsonObject(value) || at.some((step) => FREE.includes(String(step)))) continue;
      for (const key of Object.keys(value)) {
        const known = exact.get(key.toLowerCase());
        if (known !== undefined && known !== key)
          yield { path: [...at, key], message: `"${key}" is written ${known}.` };
      }
    }
  }
}
