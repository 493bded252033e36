/** Clusters of many shapes, for tests of what is made of them. */
import type { ClusterDefinition } from '../../src/recipe/cluster-definition.ts';
import { parseClusterDefinition } from '../../src/recipe/parse-cluster.ts';
import type { NodeData } from '../../src/cluster/node-data.ts';
import type { ResolvedImage, TemplateContext } from '../../src/cluster/template.ts';

const GROUP = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/images';
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcLhQjBqkD0z3J0p3cA7yLkW3a0XbFGDyBKqmyZ1J8a someone@example.com';

const NODE_DATA: NodeData = { head: '#cloud-config\n{"write_files":[{"content":"', tail: '"}]}\n' };

const GALLERY_ID = `${GROUP}/providers/Microsoft.Compute/galleries/dcos/images/node/versions/1.2.3`;
export const GALLERY_IMAGE: ResolvedImage = {
  kind: 'gallery',
  id: GALLERY_ID,
  generation: '2',
  trustedLaunch: true,
};
export const STOCK_IMAGE: ResolvedImage = {
  kind: 'stock',
  publisher: 'Debian',
  offer: 'debian-12',
  sku: '12-gen2',
  version: '0.20261101.1',
  trustedLaunch: true,
};

const NETWORK = `${GROUP}/providers/Microsoft.Network/virtualNetworks/corporate`;
export const EXISTING = {
  existing: {
    id: NETWORK,
    masters: { subnet: 'masters', prefix: '10.1.0.0/24' },
    pools: {
      agents: { subnet: 'agents', prefix: '10.1.4.0/22' },
      public: { subnet: 'public', prefix: '10.1.1.0/24' },
    },
  },
};

/** Parts of `cluster.json` in place of those of a small cluster with a private and a public pool. */
export function definitionOf(change: object = {}): ClusterDefinition {
  const text = JSON.stringify({
    name: 'test',
    dns_prefix: 'test-masters',
    admin: { ssh_keys: [KEY] },
    access: { ssh_from: ['203.0.113.0/24'], web_from: ['203.0.113.0/24', '198.51.100.7'] },
    image: { id: GALLERY_ID },
    pools: [privatePool(), publicPool()],
    ...change,
  });
  return parseClusterDefinition('cluster.json', text).definition;
}

export function privatePool(change: object = {}): object {
  return { name: 'agents', kind: 'private', count: 2, ...change };
}

export function publicPool(change: object = {}): object {
  return { name: 'public', kind: 'public', dns_prefix: 'test-agents', ...change };
}

export function contextOf({ pools }: ClusterDefinition, change: Partial<TemplateContext> = {}): TemplateContext {
  return {
    image: GALLERY_IMAGE,
    nodeData: { masters: NODE_DATA, pools: new Map(pools.map(({ name }) => [name, NODE_DATA])) },
    release: { id: '0123456789abcdef0123456789abcdef01234567', version: '1.13.0' },
    ...change,
  };
}
