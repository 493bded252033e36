/** Trees with a cluster definition, for the tests of `cluster template`. */
import { Rig, type CommandEnd } from '../rig/rig.ts';

const SUBSCRIPTION = '00000000-0000-0000-0000-000000000001';
export const GALLERY = `/subscriptions/${SUBSCRIPTION}/resourceGroups/images/providers/Microsoft.Compute/galleries/dcos`;
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcLhQjBqkD0z3J0p3cA7yLkW3a0XbFGDyBKqmyZ1J8a someone@example.com';

/** A tree with that definition, and a configured gallery. */
export function templateRig(change: object = {}, gallery: object = {}): Rig {
  const rig = new Rig();
  const place = { subscription: SUBSCRIPTION, resourceGroup: 'images', gallery: 'dcos', location: 'westeurope' };
  rig.write('dcos-build.config.json', JSON.stringify({ gallery: { ...place, ...gallery } }));
  const definition = {
    name: 'mydcos',
    dns_prefix: 'mydcos',
    admin: { ssh_keys: [KEY] },
    access: { ssh_from: ['203.0.113.0/24'] },
    image: { id: `${GALLERY}/images/node/versions/1.7.0` },
    pools: [
      { name: 'private', kind: 'private' },
      { name: 'public', kind: 'public' },
    ],
    ...change,
  };
  rig.write('cluster.json', `${JSON.stringify(definition, undefined, 2)}\n`);
  return rig;
}

export async function makeTemplate(rig: Rig, ...more: readonly string[]): Promise<CommandEnd> {
  return await rig.run('cluster', 'template', '-f', 'cluster.json', ...more);
}
