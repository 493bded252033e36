/** A cluster as a template of Azure Resource Manager: from its definition, without looking at the world. */
import { expressionText, indexOf } from '../arm/expression.ts';
import type { JsonObject } from '../model/json.ts';
import type { ClusterDefinition } from '../recipe/cluster-definition.ts';
import { throwCollected } from '../model/errors.ts';
import { isFromOutside } from './access.ts';
import { createUiDefinition } from './create-ui-definition.ts';
import { deployReadme } from './deploy-readme.ts';
import { fqdnOf } from './late-values.ts';
import { layOut, type Layout } from './layout.ts';
import { FIRST_SSH_PORT, masterResources } from './masters.ts';
import { parametersFile, parametersJson, withoutOwnDefaults } from './parameter-files.ts';
import { keyParameters, templateParameters } from './parameters.ts';
import { poolResources } from './pools.ts';
import { loadBalancer } from './resources/load-balancer.ts';
import type { MachineImage } from './resources/machine-profile.ts';
import { natGateway, publicAddress, virtualNetwork } from './resources/network.ts';
import { joined, parameter, variable } from './resources/resource.ts';
import type { ResolvedImage, TemplateContext } from './template-context.ts';
import { nameClashes, templateLimits } from './template-limits.ts';
import { templateVariables } from './variables.ts';

export type { ResolvedImage, TemplateContext } from './template-context.ts';

/** The files of a cluster, as values. */
export interface ClusterTemplate {
  readonly template: JsonObject;
  /** What the definition says and the template has no default for. */
  readonly parameters: JsonObject;
  /** The same for the Azure Marketplace: without what holds only for its author. */
  readonly mainTemplate: JsonObject;
  readonly createUiDefinition: JsonObject;
  /** How to deploy it, in Markdown. */
  readonly readme: string;
}

/**
 * @param definition as parsing gave it: that its parts fit together has been checked
 * @throws UserError CLUSTER_INVALID when the template would be larger than Azure takes
 */
export function composeTemplate(definition: ClusterDefinition, context: TemplateContext): ClusterTemplate {
  const layout = layOut(definition, context.release?.version);
  const parameters = templateParameters(layout, context);
  const image = machineImage(context.image);
  const keys = keyParameters(layout);
  const template = {
    $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    parameters: parametersJson(parameters),
    variables: templateVariables(layout, context),
    resources: [
      ...networkResources(layout),
      ...masterResources(layout, image, keys),
      ...layout.pools.flatMap((pool) => poolResources(layout, pool, { image, keyParameters: keys })),
    ],
    outputs: outputs(layout),
  };
  throwCollected([
    ...nameClashes(
      parameters.map(({ name }) => name),
      'parameters',
    ),
    ...nameClashes(Object.keys(template.variables), 'variables'),
    ...templateLimits(template, context),
  ]);
  const others = withoutOwnDefaults(parameters);
  return {
    template,
    parameters: parametersFile(parameters),
    mainTemplate: { ...template, parameters: parametersJson(others) },
    createUiDefinition: createUiDefinition(others, context.image),
    readme: deployReadme({ definition, context, parameters, template }),
  };
}

function machineImage(image: ResolvedImage): MachineImage {
  const { plan, trustedLaunch: isTrusted } = image;
  const planJson = plan && { name: plan.name, product: plan.product, publisher: plan.publisher };
  if (image.kind === 'gallery') {
    return { reference: { id: expressionText(parameter('vmImageId')) }, isTrusted, plan: planJson };
  }
  const { publisher, offer, sku, version } = image;
  return { reference: { publisher, offer, sku, version }, isTrusted, plan: planJson };
}

/** Every node has a way out that is said: in a network of ours a gateway, else the outbound rule of a load balancer. */
function networkResources({ definition, network, gateway, wayOut, pools, zones, tags }: Layout): JsonObject[] {
  if (network !== undefined && !('existing' in definition.network)) {
    const { address_space: addressSpace } = definition.network;
    return [
      publicAddress(gateway.address, { zones, tags }),
      natGateway(gateway.ref, { address: gateway.address, tags }),
      virtualNetwork(network.ref, { addressSpace, subnets: network.subnets, gateway: gateway.ref, tags }),
    ];
  }
  if (!pools.some(({ balancer }) => balancer === wayOut.ref)) return [];
  return [
    publicAddress(wayOut.address, { zones, tags }),
    loadBalancer(wayOut.ref, { address: wayOut.address, balanced: [], forwarded: [], isWayOut: true, tags }),
  ];
}

function outputs({ masters, pools, definition }: Layout): JsonObject {
  const text = (value: string): JsonObject => ({ type: 'string', value });
  const masterName = expressionText(fqdnOf(masters.address));
  const outside = pools.flatMap(({ name, outside: found }) => (found === undefined ? [] : [{ name, ...found }]));
  const [first] = outside;
  const hasSsh = masters.ssh.kind !== 'nobody';
  const user = parameter('linuxAdminUsername');
  const command = (index: number) =>
    isFromOutside(masters.ssh)
      ? joined(`ssh -p ${FIRST_SSH_PORT + index} `, user, '@', fqdnOf(masters.address))
      : joined('ssh ', user, '@', indexOf(variable('masterAddresses'), index));
  return {
    masterFQDN: text(masterName),
    ...(first === undefined ? {} : { agentFQDN: text(expressionText(fqdnOf(first.address))) }),
    ...Object.fromEntries(outside.map(({ name, address }) => [`${name}FQDN`, text(expressionText(fqdnOf(address)))])),
    ...(hasSsh
      ? {
          sshCommands: {
            type: 'array',
            value: Array.from({ length: definition.masters.count }, (_, index) => expressionText(command(index))),
          },
        }
      : {}),
  };
}
