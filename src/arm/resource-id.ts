/** Ids of resources in Azure: the one module of this room that knows how they are spelled. */

export function groupScope(subscriptionId: string, resourceGroup: string): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
}

/**
 * @param within what the resource belongs to: a resource group, or another resource that it extends
 * @param type with its namespace, as `Microsoft.Network/virtualNetworks/subnets`
 * @param names one for each part of the type behind the namespace
 */
export function resourceId(within: string, type: string, names: readonly string[]): string {
  const [namespace = '', ...parts] = type.split('/');
  const pairs = parts.map((part, at) => `${part}/${names[at] ?? ''}`);
  return [`${within}/providers/${namespace}`, ...pairs].join('/');
}

/** Ids are the same if they differ in case alone. */
export function idKey(id: string): string {
  return id.toLowerCase();
}

/** The id of the resource that a child belongs to, of a subnet for example its network. */
export function parentId(id: string): string {
  return id.split('/').slice(0, -2).join('/');
}

/** The last name in an id. */
export function lastName(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

/** The type of the resource with that id, as `Microsoft.Network/virtualNetworks/subnets`. */
export function typeOfId(id: string): string {
  const behind = id.slice(id.toLowerCase().lastIndexOf('/providers/') + '/providers/'.length);
  const [namespace = '', ...rest] = behind.split('/');
  return [namespace, ...rest.filter((_, at) => at % 2 === 0)].join('/');
}
