/** The well-known changes. The first row that fits counts. */
import type { EffectKind } from './effects.ts';

interface EffectRule {
  /** Type of the resource; `*`: any. */
  readonly of: string;
  readonly path: RegExp;
  readonly kind: EffectKind;
  readonly why: string;
}

const VM = 'Microsoft.Compute/virtualMachines';
const VMSS = 'Microsoft.Compute/virtualMachineScaleSets';
const NETWORK = 'Microsoft.Network/';
const ANEW = 'the machine has to be deleted first; another is made then';
const SET_ANEW = 'the scale set has to be deleted first; another is made then';
const WHEN_UPGRADED = 'nodes that are there take it with az vmss update-instances';
const WHEN_REIMAGED = 'nodes that are there take it when they are reimaged: az vmss reimage';

export const EFFECT_RULES: readonly EffectRule[] = [
  { of: '*', path: /^location$/, kind: 'refused', why: 'nothing moves to another region; it has to be deleted first' },
  { of: '*', path: /^tags(?:\.|$)/, kind: 'in place', why: '' },
  { of: '*', path: /^identity(?:\.|$)/, kind: 'in place', why: '' },

  { of: VM, path: /^zones$/, kind: 'refused', why: ANEW },
  { of: VM, path: /^properties\.hardwareProfile\./, kind: 'restart', why: 'the machine starts again in its new size' },
  {
    of: VM,
    path: /^properties\.osProfile(?:\.|$)/,
    kind: 'refused',
    why: `it is read at the first boot only; ${ANEW}`,
  },
  { of: VM, path: /^properties\.storageProfile\.imageReference/, kind: 'refused', why: ANEW },
  {
    of: VM,
    path: /^properties\.storageProfile\.(?:osDisk|dataDisks\[[^\]]*\])\.(?:managedDisk\.storageAccountType|caching)$/,
    ...{ kind: 'restart', why: 'while the machine is deallocated' },
  },
  { of: VM, path: /^properties\.storageProfile\.osDisk/, kind: 'refused', why: ANEW },
  {
    of: VM,
    path: /^properties\.storageProfile\.dataDisks(?:\[[^\]]*\])?$/,
    ...{
      kind: 'in place',
      why: 'disks are attached and detached; new ones are not formatted, that is done at the first boot',
    },
  },
  { of: VM, path: /^properties\.availabilitySet/, kind: 'refused', why: ANEW },
  {
    of: VM,
    path: /^properties\.securityProfile/,
    ...{ kind: 'restart', why: 'while the machine is deallocated, and from Trusted Launch there is no way back' },
  },
  { of: VM, path: /^properties\.networkProfile/, kind: 'restart', why: 'while the machine is deallocated' },
  { of: VM, path: /^properties\.(?:priority|evictionPolicy)/, kind: 'refused', why: ANEW },
  { of: VM, path: /^properties\.(?:diagnosticsProfile|licenseType)/, kind: 'in place', why: '' },

  { of: VMSS, path: /^sku\.capacity$/, kind: 'in place', why: 'nodes are added, or removed' },
  { of: VMSS, path: /^sku\.(?:name|tier)$/, kind: 'new nodes', why: WHEN_UPGRADED },
  {
    of: VMSS,
    path: /^properties\.virtualMachineProfile\.storageProfile\.imageReference\.(?:publisher|offer)$/,
    ...{ kind: 'refused', why: SET_ANEW },
  },
  {
    of: VMSS,
    path: /^properties\.virtualMachineProfile\.storageProfile\.imageReference/,
    ...{ kind: 'new nodes', why: WHEN_REIMAGED },
  },
  {
    of: VMSS,
    path: /^properties\.virtualMachineProfile\.storageProfile\.osDisk\.managedDisk/,
    ...{ kind: 'refused', why: SET_ANEW },
  },
  {
    of: VMSS,
    path: /^properties\.virtualMachineProfile\.osProfile\.customData$/,
    ...{ kind: 'new nodes', why: WHEN_REIMAGED },
  },
  {
    of: VMSS,
    path: /^properties\.virtualMachineProfile\.osProfile\.(?:adminUsername|computerNamePrefix)$/,
    ...{ kind: 'refused', why: SET_ANEW },
  },
  { of: VMSS, path: /^properties\.virtualMachineProfile/, kind: 'new nodes', why: WHEN_UPGRADED },
  {
    of: VMSS,
    path: /^(?:zones|properties\.(?:orchestrationMode|platformFaultDomainCount|zoneBalance))$/,
    ...{ kind: 'refused', why: SET_ANEW },
  },
  {
    of: VMSS,
    path: /^properties\.singlePlacementGroup$/,
    ...{ kind: 'in place', why: 'from true to false only, and never back' },
  },
  { of: VMSS, path: /^properties\.(?:upgradePolicy|overprovision|scaleInPolicy)/, kind: 'in place', why: '' },

  {
    of: 'Microsoft.Compute/availabilitySets',
    path: /^(?:sku|properties\.platform(?:Fault|Update)DomainCount)/,
    ...{ kind: 'refused', why: 'it has to be deleted first, with all machines in it' },
  },
  {
    of: `${NETWORK}virtualNetworks`,
    path: /^properties\.subnets\[[^\]]*\]\.properties\.addressPrefix(?:es)?$/,
    ...{ kind: 'refused', why: 'while anything is in the subnet' },
  },
  {
    of: `${NETWORK}virtualNetworks`,
    path: /^properties\./,
    kind: 'in place',
    why: 'a subnet goes only when it is empty',
  },
  {
    of: `${NETWORK}virtualNetworks/subnets`,
    path: /^properties\.addressPrefix/,
    kind: 'refused',
    why: 'while anything is in it',
  },
  { of: `${NETWORK}virtualNetworks/subnets`, path: /^properties\./, kind: 'in place', why: '' },
  {
    of: `${NETWORK}publicIPAddresses`,
    path: /^(?:sku|zones)/,
    kind: 'refused',
    why: 'it has to be deleted first; another address is given then',
  },
  {
    of: `${NETWORK}publicIPAddresses`,
    path: /^properties\.(?:publicIPAllocationMethod|publicIPAddressVersion)$/,
    ...{ kind: 'refused', why: 'while it is in use' },
  },
  {
    of: `${NETWORK}publicIPAddresses`,
    path: /^properties\.dnsSettings/,
    kind: 'in place',
    why: 'the old name is gone at once',
  },
  { of: `${NETWORK}publicIPAddresses`, path: /^properties\./, kind: 'in place', why: '' },
  { of: `${NETWORK}loadBalancers`, path: /^sku/, kind: 'refused', why: 'it has to be deleted first' },
  { of: `${NETWORK}loadBalancers`, path: /^properties\./, kind: 'in place', why: '' },
  { of: `${NETWORK}loadBalancers/inboundNatRules`, path: /^properties\./, kind: 'in place', why: '' },
  {
    of: `${NETWORK}networkSecurityGroups`,
    path: /^properties\./,
    kind: 'in place',
    why: 'connections that are open stay open',
  },
  {
    of: `${NETWORK}networkSecurityGroups/securityRules`,
    path: /^properties\./,
    kind: 'in place',
    why: 'connections that are open stay open',
  },
  {
    of: `${NETWORK}networkInterfaces`,
    path: /\.(?:privateIPAddress|subnet)(?:\.|$)/,
    kind: 'restart',
    why: 'the machine loses its network for a moment',
  },
  { of: `${NETWORK}networkInterfaces`, path: /^properties\./, kind: 'in place', why: '' },
  { of: `${NETWORK}natGateways`, path: /^(?:sku|zones)/, kind: 'refused', why: 'it has to be deleted first' },
  { of: `${NETWORK}natGateways`, path: /^properties\./, kind: 'in place', why: 'connections through it may break' },

  { of: 'Microsoft.Storage/storageAccounts', path: /^kind$/, kind: 'refused', why: 'it has to be deleted first' },
  { of: 'Microsoft.Storage/storageAccounts', path: /^(?:sku|properties)/, kind: 'in place', why: '' },
  {
    of: `${VM}/extensions`,
    path: /^properties\.(?:publisher|type)$/,
    kind: 'refused',
    why: 'the extension has to be removed first',
  },
  { of: `${VM}/extensions`, path: /^properties\./, kind: 'in place', why: 'the extension runs again' },
  {
    of: 'Microsoft.Authorization/roleAssignments',
    path: /^properties\./,
    ...{ kind: 'refused', why: 'a role assignment has to be deleted first' },
  },
];
