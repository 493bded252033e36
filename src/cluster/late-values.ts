/** What cloud-init gives a node, as an expression that Azure Resource Manager puts together. */
import { call, memberOf, type Expression, type Operand } from '../arm/expression.ts';
import type { Layout } from './layout.ts';
import { LATE_NAMES, type LateName } from './node-data.ts';
import { joined, parameter, stateOf, variable, type ResourceRef } from './resources/resource.ts';

/**
 * The late values come between two plain texts as base64 of JSON that ARM itself writes: no character in them has to be
 * quoted, and the expression stays short however long the texts are.
 *
 * @param group `master`, or the name of a pool
 */
export function customData(layout: Layout, group: string): Expression {
  const values = lateValues(layout);
  const object = call('createObject', ...LATE_NAMES.flatMap((name) => [name, values[name]]));
  return joined(variable(`${group}DataHead`), call('base64', call('string', object)), variable(`${group}DataTail`));
}

function lateValues({ masters, pools }: Layout): Readonly<Record<LateName, Operand>> {
  const agents = pools.find(({ outside }) => outside !== undefined)?.outside;
  return {
    cluster_name: parameter('clusterName'),
    master_list: call('string', variable('masterAddresses')),
    master_fqdn: fqdnOf(masters.address),
    agent_fqdn: agents === undefined ? '' : fqdnOf(agents.address),
    repository_url: parameter('dcosRepositoryURL'),
  };
}

/** What has to be there before nodes can be told of it: ARM sees no dependency in an id. */
export function lateSources({ masters, pools }: Layout): readonly ResourceRef[] {
  const agents = pools.find(({ outside }) => outside !== undefined)?.outside;
  return [masters.address, ...(agents === undefined ? [] : [agents.address])];
}

export function fqdnOf(address: ResourceRef): Expression {
  return memberOf(memberOf(stateOf(address), 'dnsSettings'), 'fqdn');
}
