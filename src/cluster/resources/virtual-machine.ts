/** Single virtual machines, in loops: their network cards, their availability set, what is run once they are up. */
import { call, expressionText, type Expression, type ExpressionText } from '../../arm/expression.ts';
import type { JsonObject } from '../../model/json.ts';
import { diagnosticsProfile, osProfile, securityProfile, storageProfile, type Machine } from './machine-profile.ts';
import { backendPool, forwardingRule } from './load-balancer.ts';
import { compact, joined, linkTo, resource, type ResourceRef } from './resource.ts';

interface Loop {
  readonly name: string;
  readonly count: number | ExpressionText;
}

interface CardOptions {
  readonly loop: Loop;
  readonly subnet: ExpressionText;
  readonly securityGroup: ResourceRef;
  readonly balancer: ResourceRef | undefined;
  /** The front part of the names of the rules that forward to a card each; its number follows. */
  readonly forwardedBy?: string | undefined;
  /** Left out: the subnet gives one. */
  readonly address?: Expression;
  readonly dependsOn: readonly ResourceRef[];
  readonly tags: JsonObject;
}

export function networkCards(card: ResourceRef, options: CardOptions): JsonObject {
  const { loop, subnet, securityGroup, balancer, forwardedBy, address, dependsOn, tags } = options;
  const rules =
    balancer === undefined || forwardedBy === undefined
      ? undefined
      : [linkTo(forwardingRule(balancer, joined(forwardedBy, call('copyIndex'))))];
  return resource(card, {
    tags,
    copy: loop,
    dependsOn: [securityGroup, ...(balancer === undefined ? [] : [balancer]), ...dependsOn],
    properties: {
      networkSecurityGroup: linkTo(securityGroup),
      ipConfigurations: [
        {
          name: 'ipConfig',
          properties: compact({
            subnet: { id: subnet },
            privateIPAllocationMethod: address === undefined ? 'Dynamic' : 'Static',
            privateIPAddress: address === undefined ? undefined : expressionText(address),
            loadBalancerBackendAddressPools: balancer === undefined ? undefined : [linkTo(backendPool(balancer))],
            loadBalancerInboundNatRules: rules,
          }),
        },
      ],
    },
  });
}

interface AvailabilitySetOptions {
  readonly faultDomains: number;
  readonly updateDomains: number;
  readonly tags: JsonObject;
}

/** Aligned: what managed disks need. */
export function availabilitySet(set: ResourceRef, options: AvailabilitySetOptions): JsonObject {
  return resource(set, {
    tags: options.tags,
    sku: { name: 'Aligned' },
    properties: {
      platformFaultDomainCount: options.faultDomains,
      platformUpdateDomainCount: options.updateDomains,
    },
  });
}

interface MachinesOptions {
  readonly loop: Loop;
  readonly name: Expression;
  readonly card: ResourceRef;
  readonly set: ResourceRef | undefined;
  /** Of the machine that is being made. */
  readonly zone: ExpressionText | undefined;
  readonly machine: Machine;
  readonly dependsOn: readonly ResourceRef[];
  readonly tags: JsonObject;
}

export function virtualMachines(machines: ResourceRef, options: MachinesOptions): JsonObject {
  const { loop, name, card, set, zone, machine, dependsOn, tags } = options;
  return resource(machines, {
    tags,
    copy: loop,
    zones: zone === undefined ? undefined : [zone],
    plan: machine.image.plan,
    dependsOn: [card, ...(set === undefined ? [] : [set]), ...dependsOn],
    properties: compact({
      availabilitySet: set === undefined ? undefined : linkTo(set),
      hardwareProfile: { vmSize: machine.size },
      osProfile: osProfile(machine, { computerName: expressionText(name) }),
      storageProfile: storageProfile(machine),
      securityProfile: securityProfile(machine),
      networkProfile: { networkInterfaces: [{ ...linkTo(card), properties: { primary: true } }] },
      diagnosticsProfile: diagnosticsProfile(),
    }),
  });
}

interface ScriptOptions {
  readonly command: string;
  readonly dependsOn: readonly ResourceRef[];
  readonly tags: JsonObject;
}

/** A deployment waits for the command, and fails with it. */
export function script(extension: ResourceRef, { command, dependsOn, tags }: ScriptOptions): JsonObject {
  return resource(extension, {
    tags,
    dependsOn,
    properties: {
      publisher: 'Microsoft.Azure.Extensions',
      type: 'CustomScript',
      typeHandlerVersion: '2.1',
      autoUpgradeMinorVersion: true,
      settings: { commandToExecute: command },
    },
  });
}
