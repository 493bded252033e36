/** Sums in one line. */
import type { Totals } from './inventory.ts';

export function totalsText({ nodes, cores, memoryGib, diskGib, publicIps, resources }: Totals): string {
  return [
    known(nodes, 'node', 'nodes'),
    known(cores, 'core', 'cores'),
    known(memoryGib, 'GiB of memory', 'GiB of memory'),
    known(diskGib, 'GiB of disks', 'GiB of disks'),
    known(publicIps, 'public IP address', 'public IP addresses'),
    known(resources, 'resource', 'resources'),
  ].join(', ');
}

function known(count: number | undefined, one: string, many: string): string {
  return `${count ?? '?'} ${count === 1 ? one : many}`;
}
