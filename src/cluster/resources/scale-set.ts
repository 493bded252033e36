/** Virtual machine scale sets, of either mode of orchestration. */
import { expressionText, type Expression, type ExpressionText } from '../../arm/expression.ts';
import type { JsonObject } from '../../model/json.ts';
import { diagnosticsProfile, osProfile, securityProfile, storageProfile, type Machine } from './machine-profile.ts';
import { backendPool } from './load-balancer.ts';
import { compact, linkTo, resource, type ResourceRef } from './resource.ts';

interface ScaleSetOptions {
  readonly mode: 'uniform' | 'flexible';
  readonly capacity: ExpressionText;
  /** Whether it may grow beyond the hundred machines that one placement group holds. */
  readonly isLarge: boolean;
  readonly zones: readonly string[] | undefined;
  /** What names of machines begin with. */
  readonly namePrefix: Expression;
  readonly subnet: ExpressionText;
  readonly securityGroup: ResourceRef;
  readonly balancer: ResourceRef | undefined;
  readonly machine: Machine;
  readonly dependsOn: readonly ResourceRef[];
  readonly tags: JsonObject;
}

/** Nodes keep what runs on them: Azure neither makes spare ones nor replaces any unasked. */
export function scaleSet(set: ResourceRef, options: ScaleSetOptions): JsonObject {
  const { capacity, zones, machine, securityGroup, balancer, dependsOn, tags } = options;
  return resource(set, {
    tags,
    zones,
    sku: { name: machine.size, tier: 'Standard', capacity },
    plan: machine.image.plan,
    dependsOn: [securityGroup, ...(balancer === undefined ? [] : [balancer]), ...dependsOn],
    properties: {
      ...modeJson(options),
      upgradePolicy: { mode: 'Manual' },
      virtualMachineProfile: compact({
        osProfile: osProfile(machine, { computerNamePrefix: expressionText(options.namePrefix) }),
        storageProfile: storageProfile(machine),
        securityProfile: securityProfile(machine),
        networkProfile: networkJson(options),
        diagnosticsProfile: diagnosticsProfile(),
      }),
    },
  });
}

/** A flexible one is always spread over as many racks as there are, and has no spare machines to be told about. */
function modeJson({ mode, isLarge, zones }: ScaleSetOptions): JsonObject {
  if (mode === 'flexible') return { orchestrationMode: 'Flexible', platformFaultDomainCount: 1 };
  return compact({
    orchestrationMode: 'Uniform',
    overprovision: false,
    singlePlacementGroup: !isLarge,
    platformFaultDomainCount: zones === undefined ? undefined : 1,
  });
}

/** A flexible set makes network cards itself, for which it has to be told the version of the service. */
function networkJson({ mode, subnet, securityGroup, balancer }: ScaleSetOptions): JsonObject {
  return compact({
    networkApiVersion: mode === 'flexible' ? '2022-11-01' : undefined,
    networkInterfaceConfigurations: [
      {
        name: 'nic',
        properties: {
          primary: true,
          networkSecurityGroup: linkTo(securityGroup),
          ipConfigurations: [
            {
              name: 'ipConfig',
              properties: compact({
                primary: true,
                subnet: { id: subnet },
                loadBalancerBackendAddressPools: balancer === undefined ? undefined : [linkTo(backendPool(balancer))],
              }),
            },
          ],
        },
      },
    ],
  });
}
