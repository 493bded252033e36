/** Ranges of addresses, each by itself: whether it is one, and whether Azure and the nodes leave it to us. */
import { cidrText, networkOf, overlap, parseCidr, type Cidr } from '../../model/cidr.ts';
import type { ClusterDefinition } from '../cluster-definition.ts';
import type { JsonPath } from '../json-reader.ts';
import { named, type Finding } from './finding.ts';

/** @see https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq */
const SMALLEST_LENGTH = 2;
const LARGEST_LENGTH = 29;

/** Azure lets no virtual network have these. */
const FORBIDDEN = ['224.0.0.0/4', '255.255.255.255/32', '127.0.0.0/8', '169.254.0.0/16', '168.63.129.16/32'];

/** What nodes route elsewhere, by DC/OS's defaults. */
const TAKEN_ON_NODES: Readonly<Record<string, string>> = {
  '172.17.0.0/16': "Docker's bridge",
  '9.0.0.0/8': "DC/OS's overlay network",
  '11.0.0.0/8': 'virtual addresses of services',
  '198.51.100.0/24': "DC/OS's name server",
};

export function* rangeRule(definition: ClusterDefinition): Iterable<Finding> {
  for (const { path, text } of ranges(definition)) yield* judgeRange(path, text);
}

/** Every range as it is typed. */
function ranges({ network }: ClusterDefinition): readonly { readonly path: JsonPath; readonly text: string }[] {
  if ('existing' in network) {
    const { masters, pools } = network.existing;
    return [
      { path: ['network', 'existing', 'masters', 'prefix'], text: masters.prefix },
      ...Object.entries(pools).map(([name, { prefix }]) => ({
        path: ['network', 'existing', 'pools', name, 'prefix'],
        text: prefix,
      })),
    ];
  }
  return [
    ...network.address_space.map((text, index) => ({ path: ['network', 'address_space', index], text })),
    { path: ['network', 'masters'], text: network.masters },
    ...Object.entries(network.pools).map(([name, text]) => ({ path: ['network', 'pools', name], text })),
  ];
}

function* judgeRange(path: JsonPath, text: string): Iterable<Finding> {
  const range = parseCidr(text);
  if (range === undefined) {
    const hint = 'Give an IPv4 address, a slash and the length of the prefix, such as "10.0.0.0/8".';
    yield { path, message: `${named(path)} is no range of addresses: "${text}".`, hint };
    return;
  }
  if (networkOf(range).address !== range.address) {
    const message = `${named(path)} is "${text}", which has bits behind its prefix.`;
    yield { path, message, hint: `The range that holds it is "${cidrText(networkOf(range))}".` };
  }
  if (range.length < SMALLEST_LENGTH || range.length > LARGEST_LENGTH) {
    const message = `${named(path)} is "${text}", a size that Azure does not have.`;
    yield { path, message, hint: `The length of the prefix is from ${SMALLEST_LENGTH} to ${LARGEST_LENGTH}.` };
  }
  const forbidden = FORBIDDEN.find((other) => meets(range, other));
  if (forbidden !== undefined) {
    const message = `${named(path)} is "${text}", of which Azure keeps ${forbidden} for itself.`;
    yield { path, message, hint: 'Take a private range: within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16.' };
  }
  // A whole address space may hold what no subnet of it has.
  const taken = path.includes('address_space') ? [] : Object.entries(TAKEN_ON_NODES);
  for (const [other, owner] of taken.filter(([network]) => meets(range, network))) {
    const message = `${named(path)} is "${text}", which meets ${other}: ${owner} on every node.`;
    yield { severity: 'warning', path, message, hint: 'Take another range, or change that of the nodes in "config".' };
  }
}

function meets(range: Cidr, text: string): boolean {
  const other = parseCidr(text);
  return other !== undefined && overlap(range, other);
}
