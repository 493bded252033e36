/** A cluster's template as the resources that its deployment would make. */
import { expandTemplate, type Expansion } from '../../src/arm/expand.ts';
import type { ConcreteResource } from '../../src/arm/expand-resources.ts';
import { composeTemplate, type TemplateContext } from '../../src/cluster/template.ts';
import { isJsonObject, valueAt, type Json } from '../../src/model/json.ts';
import type { ClusterDefinition } from '../../src/recipe/cluster-definition.ts';
import { contextOf } from './examples.ts';

/** What Azure would tell of public addresses. */
export const fqdnOf = (id: string): string => `${id.split('/').at(-1) ?? ''}.westeurope.cloudapp.azure.com`;

interface ExpandOptions {
  readonly context?: Partial<TemplateContext>;
  /** Beside those of the parameters file. */
  readonly parameters?: Readonly<Record<string, Json>>;
}

export function expandCluster(definition: ClusterDefinition, options: ExpandOptions = {}): Expansion {
  const { template, parameters } = composeTemplate(definition, contextOf(definition, options.context));
  const inFile = isJsonObject(parameters['parameters']) ? parameters['parameters'] : {};
  const given = Object.entries(inFile).map(([name, entry]) => [name, valueAt(entry, ['value'])]);
  return expandTemplate(template, {
    parameters: { nameSuffix: 'abc123', ...Object.fromEntries(given), ...options.parameters },
    references: (id) => (id.includes('/publicIPAddresses/') ? { dnsSettings: { fqdn: fqdnOf(id) } } : undefined),
  });
}

/** What each kind of node is told, decoded: by the name of the machine or the scale set. */
export function customDataOf({ resources }: Expansion): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { name, properties } of resources) {
    const data =
      valueAt(properties, ['osProfile', 'customData']) ??
      valueAt(properties, ['virtualMachineProfile', 'osProfile', 'customData']);
    if (typeof data === 'string') found.set(name, Buffer.from(data, 'base64').toString());
  }
  return found;
}

export function ofType(expansion: Expansion, type: string): readonly ConcreteResource[] {
  return expansion.resources.filter((resource) => resource.type === type);
}
