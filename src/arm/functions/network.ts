/**
 * Functions of networks in CIDR notation (IPv4).
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-cidr
 */
import type { Arguments } from '../arguments.ts';
import { addressText, parseNetwork, type Network } from '../network.ts';
import type { TemplateFunction } from '../scope.ts';
import type { Value } from '../value.ts';

const HINT = 'Networks are written as 10.0.0.0/16.';

export const NETWORK_FUNCTIONS: readonly TemplateFunction[] = [
  { name: 'parseCidr', arity: [1, 1], run: parseCidr },
  { name: 'cidrSubnet', arity: [3, 3], run: cidrSubnet },
  { name: 'cidrHost', arity: [2, 2], run: cidrHost },
];

function networkOf(args: Arguments): Network {
  return parseNetwork(args.text(0)) ?? args.fail(`"${args.text(0)}" is no IPv4 network.`, HINT);
}

function parseCidr(args: Arguments): Value {
  const { first, size, bits } = networkOf(args);
  const isWide = size > 2;
  return {
    network: addressText(first),
    netmask: addressText(2 ** 32 - size),
    broadcast: addressText(first + size - 1),
    firstUsable: addressText(isWide ? first + 1 : first),
    lastUsable: addressText(isWide ? first + size - 2 : first + size - 1),
    cidr: bits,
  };
}

function cidrSubnet(args: Arguments): string {
  const { first, size, bits } = networkOf(args);
  const [wanted, index] = [args.whole(1), args.whole(2)];
  if (wanted < bits || wanted > 32) args.fail(`/${wanted} does not fit into /${bits}.`, `It is from ${bits} to 32.`);
  const step = 2 ** (32 - wanted);
  if (index < 0 || index >= size / step) args.fail(`there is no subnet ${index}.`, `There are ${size / step}.`);
  return `${addressText(first + index * step)}/${wanted}`;
}

function cidrHost(args: Arguments): string {
  const { first, size } = networkOf(args);
  const index = args.whole(1);
  const hosts = size > 2 ? size - 2 : size;
  if (index < 0 || index >= hosts) args.fail(`there is no host ${index}.`, `There are ${hosts}.`);
  return addressText(first + index + (size > 2 ? 1 : 0));
}
