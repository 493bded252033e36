/** Names, addresses and what nodes are told: the parts of a template that its resources share. */
import { call, expressionText, indexOf, plainText } from '../arm/expression.ts';
import type { JsonObject } from '../model/json.ts';
import type { Layout } from './layout.ts';
import type { NodeData } from './node-data.ts';
import { zonesOf } from './placement.ts';
import { joined, parameter, variable } from './resources/resource.ts';
import type { TemplateContext } from './template-context.ts';

export function templateVariables(layout: Layout, context: TemplateContext): JsonObject {
  const { definition, pools } = layout;
  const { masters } = definition;
  return {
    ...nameVariable('master'),
    ...zonesJson(zonesOf(masters.placement)),
    ...addressVariables(masters.count),
    ...dataVariables('master', context.nodeData.masters),
    ...Object.assign(
      {},
      ...pools.map(({ name }) => ({
        ...nameVariable(name),
        ...dataVariables(name, dataOf(context, name)),
      })),
    ),
  };
}

function nameVariable(group: string): JsonObject {
  return { [`${group}Name`]: expressionText(joined(`dcos-${group}-`, parameter('nameSuffix'))) };
}

function zonesJson(zones: readonly string[] | undefined): JsonObject {
  return zones === undefined ? {} : { masterZones: zones };
}

/** The masters' addresses follow the first one. */
function addressVariables(count: number): JsonObject {
  const octets = call('split', parameter('firstConsecutiveStaticIP'), '.');
  const part = (index: number) => indexOf(variable('masterFirstAddrOctets'), index);
  const last = (index: number) => call('string', call('add', call('int', part(3)), index));
  const address = (index: number) => joined(variable('masterFirstAddrPrefix'), last(index));
  return {
    masterFirstAddrOctets: expressionText(octets),
    masterFirstAddrPrefix: expressionText(joined(part(0), '.', part(1), '.', part(2), '.')),
    masterAddresses: Array.from({ length: count }, (_, index) => expressionText(address(index))),
  };
}

/** Plain texts, to which the limit on the length of expressions does not apply. */
function dataVariables(group: string, { head, tail }: NodeData): JsonObject {
  return { [`${group}DataHead`]: plainText(head), [`${group}DataTail`]: plainText(tail) };
}

function dataOf({ nodeData }: TemplateContext, pool: string): NodeData {
  const data = nodeData.pools.get(pool);
  if (data === undefined) throw new Error(`There is no node data for pool ${pool}.`);
  return data;
}
