/** Public addresses. */
import type { ConcreteResource } from '../../arm/expand-resources.ts';
import { isOfType, textAt } from './fields.ts';

export interface PublicAddress {
  readonly id: string;
  readonly name: string;
  readonly sku: string;
  readonly allocation: string | undefined;
  /** The first label of its name in Azure's DNS. */
  readonly label: string | undefined;
}

export function takeAddresses(resources: readonly ConcreteResource[]): readonly PublicAddress[] {
  return resources
    .filter((each) => isOfType(each, 'Microsoft.Network/publicIPAddresses'))
    .map(({ id, name, sku, properties }) => ({
      ...{ id, name },
      // What has no SKU was Basic until those were retired.
      sku: textAt(sku, 'name') ?? 'Basic',
      allocation: textAt(properties, 'publicIPAllocationMethod'),
      label: textAt(properties, 'dnsSettings', 'domainNameLabel'),
    }));
}
