/** The inventory of expanded resources, with the sizes that we know. */
import type { ConcreteResource } from '../../arm/expand-resources.ts';
import { openPaths } from '../../arm/reach.ts';
import { takeInventory, type Inventory } from '../../cluster/show/inventory.ts';
import { VM_SIZES } from '../../model/vm-sizes.ts';

export function inventoryOf(resources: readonly ConcreteResource[]): Inventory {
  return takeInventory(resources, {
    paths: openPaths(resources),
    sizeOf: (name) => {
      const size = VM_SIZES.get(name);
      return size === undefined ? undefined : { cores: size.vcpus, memoryGib: size.memoryGib };
    },
  });
}
