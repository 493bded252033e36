/** Networks of acs-engine: its own ranges, or subnets that were there. */
import type { JsonObject } from '../../model/json.ts';
import type { AcsEngineModel } from '../../recipe/acs-engine.ts';
import type { JsonPath } from '../../recipe/json-reader.ts';
import type { ConversionNote } from './note.ts';

/** acs-engine's, for DC/OS; pools had 10.0.0.0/16, 10.1.0.0/16 and so on. */
const MASTERS = '192.168.255.0/24';
const FIRST_MASTER = '192.168.255.5';

export interface NetworkMistake {
  readonly path: JsonPath;
  readonly message: string;
  readonly hint: string;
}

export interface ConvertedNetwork {
  readonly network: JsonObject;
  readonly firstIp: string | undefined;
  readonly notes: readonly ConversionNote[];
  readonly mistakes: readonly NetworkMistake[];
}

/** @param prefixes ranges of existing subnets by name, which an API model does not tell */
export function convertNetwork(model: AcsEngineModel, prefixes: ReadonlyMap<string, string>): ConvertedNetwork {
  const { masterProfile: masters, agentPoolProfiles: pools } = model.properties;
  const users = [
    { name: undefined, id: masters.vnetSubnetID ?? '', path: ['properties', 'masterProfile', 'vnetSubnetID'] },
    ...pools.map((pool, index) => ({
      name: pool.name,
      id: pool.vnetSubnetID ?? '',
      path: ['properties', 'agentPoolProfiles', index, 'vnetSubnetID'],
    })),
  ];
  if (users.every(({ id }) => id === '')) return ownNetwork(model);
  return existingNetwork(users, { prefixes, firstIp: masters.firstConsecutiveStaticIP });
}

function ownNetwork({ properties }: AcsEngineModel): ConvertedNetwork {
  const { masterProfile: masters, agentPoolProfiles: pools } = properties;
  const network = {
    address_space: [MASTERS, '10.0.0.0/8'],
    masters: MASTERS,
    pools: Object.fromEntries(pools.map(({ name }, index) => [name, `10.${index}.0.0/16`])),
  };
  const message = `The network keeps acs-engine's ranges: ${MASTERS} for masters, 10.0.0.0/16 and following for pools.`;
  return {
    network,
    firstIp: masters.firstConsecutiveStaticIP ?? FIRST_MASTER,
    notes: [{ path: ['properties', 'masterProfile'], kind: 'mapped', message }],
    mistakes: [],
  };
}

interface User {
  /** Of the pool; undefined: the masters. */
  readonly name: string | undefined;
  readonly id: string;
  readonly path: JsonPath;
}

interface Rest {
  readonly prefixes: ReadonlyMap<string, string>;
  readonly firstIp: string | undefined;
}

const ALL_OR_NONE = 'Give "vnetSubnetID" to the masters and to every pool, or to none.';

function existingNetwork(users: readonly User[], { prefixes, firstIp }: Rest): ConvertedNetwork {
  const mistakes: NetworkMistake[] = [];
  const networks = new Set<string>();
  const subnets = users.map(({ name, id, path }) => {
    const [network = '', subnet = '', ...more] = id.split(/\/subnets\//i);
    const who = name === undefined ? 'The masters' : `The pool "${name}"`;
    const prefix = prefixes.get(subnet);
    if (id === '') mistakes.push({ path, message: `${who} have no subnet, and others do.`, hint: ALL_OR_NONE });
    else if (subnet === '' || more.length > 0 || !network.startsWith('/')) {
      const hint = 'It is like /subscriptions/…/virtualNetworks/<name>/subnets/<name>.';
      mistakes.push({ path, message: `"${id}" is no id of a subnet.`, hint });
    } else {
      networks.add(network);
      const hint = `An API model does not tell: give its range, as in --subnet ${subnet}=10.1.0.0/24.`;
      if (prefix === undefined) mistakes.push({ path, message: `Which addresses has the subnet "${subnet}"?`, hint });
    }
    return { name, subnet, prefix: prefix ?? '' };
  });
  const [network = '', ...others] = networks;
  if (others.length > 0) {
    const path = ['properties', 'masterProfile', 'vnetSubnetID'];
    const hint = 'Take subnets of one virtual network.';
    mistakes.push({ path, message: `Subnets are of ${networks.size} virtual networks.`, hint });
  }
  const places = subnets.map(({ name, subnet, prefix }) => [name, { subnet, prefix }] as const);
  const [masters, ...pools] = places;
  return {
    network: { existing: { id: network, masters: masters?.[1] ?? {}, pools: Object.fromEntries(pools) } },
    firstIp,
    notes: [],
    mistakes,
  };
}
