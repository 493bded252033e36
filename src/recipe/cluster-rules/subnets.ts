/** Subnets: whether each pool has one, where they lie, whether they meet, and whether the nodes have room. */
import { addressCount, cidrText, holds, networkOf, overlap, parseCidr, type Cidr } from '../../model/cidr.ts';
import { nearest } from '../../model/did-you-mean.ts';
import type { ClusterDefinition } from '../cluster-definition.ts';
import { mastersSubnet, poolSubnets, RESERVED_ADDRESSES } from '../cluster-subnets.ts';
import type { JsonPath } from '../json-reader.ts';
import { named, type Finding } from './finding.ts';

interface Subnet {
  readonly path: JsonPath;
  readonly range: Cidr;
  /** Of a network that is there already; several pools can be in one. */
  readonly existing?: string;
  readonly count: number;
  /** What lets us choose the range: nothing is said of it where this is wrong. */
  readonly restsOn: readonly JsonPath[];
}

export function* subnetRule(definition: ClusterDefinition): Iterable<Finding> {
  yield* unknownPools(definition);
  yield* missingSubnets(definition);
  const subnets = subnetsOf(definition);
  yield* spaceFindings(definition, subnets);
  yield* overlaps(subnets);
  yield* tooSmall(subnets);
}

function* unknownPools({ network, pools }: ClusterDefinition): Iterable<Finding> {
  const base = 'existing' in network ? ['network', 'existing', 'pools'] : ['network', 'pools'];
  const names = pools.map(({ name }) => name);
  for (const name of Object.keys('existing' in network ? network.existing.pools : network.pools)) {
    if (names.includes(name)) continue;
    const guess = nearest(name, names);
    const list = names.length === 0 ? 'There are no pools.' : `The pools are ${names.join(', ')}.`;
    const hint = guess === undefined ? list : `Did you mean "${guess}"? ${list}`;
    yield { path: [...base, name], message: `There is no pool "${name}".`, hint, restsOn: [['pools']] };
  }
}

function* missingSubnets(definition: ClusterDefinition): Iterable<Finding> {
  const subnets = poolSubnets(definition);
  const isExisting = 'existing' in definition.network;
  const key = isExisting ? 'network.existing.pools' : 'network.pools';
  for (const [index, { name }] of definition.pools.entries()) {
    if (subnets.has(name)) continue;
    const example = isExisting ? '{"subnet": …, "prefix": …}' : '"10.240.0.0/16"';
    const why = isExisting ? '' : ' Ranges are chosen for the first eight pools only.';
    yield {
      path: ['pools', index],
      message: `The pool "${name}" has no subnet.`,
      hint: `Add "${name}": ${example} to "${key}".${why}`,
      restsOn: [['network'], ['pools', index, 'name']],
    };
  }
}

/** Those that can be read; the others have been spoken of. */
function subnetsOf(definition: ClusterDefinition): readonly Subnet[] {
  const { network, masters, pools } = definition;
  const found: Subnet[] = [];
  const add = (text: string | undefined, rest: Omit<Subnet, 'range'>): void => {
    const range = text === undefined ? undefined : parseCidr(text);
    if (range !== undefined) found.push({ ...rest, range: networkOf(range) });
  };
  const mastersCount = { count: masters.count, restsOn: [['masters', 'count']] };
  if ('existing' in network) {
    const path = ['network', 'existing', 'masters', 'prefix'];
    add(mastersSubnet(definition), { path, existing: network.existing.masters.subnet, ...mastersCount });
  } else {
    add(mastersSubnet(definition), { path: ['network', 'masters'], ...mastersCount });
  }
  const subnets = poolSubnets(definition);
  for (const [index, { name, count }] of pools.entries()) {
    // A second pool of one name has been spoken of.
    if (pools.findIndex((pool) => pool.name === name) < index) continue;
    const rest = { count, restsOn: [['pools', index], ['network']] };
    if ('existing' in network) {
      const existing = network.existing.pools[name]?.subnet ?? '';
      add(subnets.get(name), { path: ['network', 'existing', 'pools', name, 'prefix'], existing, ...rest });
    } else {
      const isGiven = Object.hasOwn(network.pools, name);
      add(subnets.get(name), { path: isGiven ? ['network', 'pools', name] : ['pools', index], ...rest });
    }
  }
  return found;
}

function* spaceFindings({ network }: ClusterDefinition, subnets: readonly Subnet[]): Iterable<Finding> {
  if ('existing' in network) return;
  const spaces = network.address_space.map((text) => parseCidr(text));
  for (const [index, space] of spaces.entries()) {
    const other = spaces.findIndex((one, at) => at < index && one && space && overlap(one, space));
    if (other === -1) continue;
    const path = ['network', 'address_space', index];
    const message = `${named(path)} overlaps ${named(['network', 'address_space', other])}.`;
    yield { path, message, hint: 'Ranges of an address space have no address in common.' };
  }
  if (spaces.includes(undefined)) return;
  for (const { path, range, restsOn } of subnets) {
    if (spaces.some((space) => space && holds(space, range))) continue;
    const message = `The subnet of ${named(path)}, ${cidrText(range)}, is outside the address space.`;
    const hint =
      path[0] === 'pools'
        ? `Give it a range of its own in "network.pools", within ${network.address_space.join(' or ')}.`
        : `It must lie within ${network.address_space.join(' or ')}.`;
    yield { path, message, hint, restsOn: [...restsOn, ['network', 'address_space']] };
  }
}

function* overlaps(subnets: readonly Subnet[]): Iterable<Finding> {
  for (const [index, subnet] of subnets.entries()) {
    for (const other of subnets.slice(0, index)) {
      const isShared = subnet.existing !== undefined && subnet.existing === other.existing;
      const isSame = cidrText(subnet.range) === cidrText(other.range);
      if (isShared ? isSame : !overlap(subnet.range, other.range)) continue;
      const restsOn = [...subnet.restsOn, ...other.restsOn, other.path];
      const where = `${named(subnet.path)}, ${cidrText(subnet.range)},`;
      const message = isShared
        ? `The subnet "${subnet.existing}" of ${where} has other addresses at ${named(other.path)}.`
        : `The subnet of ${where} overlaps that of ${named(other.path)}, ${cidrText(other.range)}.`;
      yield { path: subnet.path, message, hint: 'Subnets have no address in common.', restsOn };
    }
  }
}

/** Groups in one existing subnet share its room. */
function* tooSmall(subnets: readonly Subnet[]): Iterable<Finding> {
  for (const subnet of subnets) {
    const sharing = subnets.filter(({ existing }) => existing !== undefined && existing === subnet.existing);
    const nodes = sharing.length === 0 ? subnet.count : sharing.reduce((sum, { count }) => sum + count, 0);
    const room = addressCount(subnet.range) - RESERVED_ADDRESSES;
    if (nodes <= room) continue;
    const message = `The subnet of ${named(subnet.path)}, ${cidrText(subnet.range)}, has ${Math.max(0, room)} addresses for ${nodes} nodes.`;
    const length = 32 - Math.ceil(Math.log2(nodes + RESERVED_ADDRESSES));
    const hint = `Azure keeps ${RESERVED_ADDRESSES} of every subnet; take a prefix of at most ${length} bits.`;
    yield {
      path: subnet.path,
      message,
      hint,
      restsOn: sharing.flatMap(({ restsOn }) => restsOn).concat(subnet.restsOn),
    };
  }
}
