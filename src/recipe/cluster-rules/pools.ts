/** Pools: their names, ports and attributes. */
import type { ClusterDefinition, ClusterPool } from '../cluster-definition.ts';
import type { JsonPath } from '../json-reader.ts';
import { named, repeated, type Finding } from './finding.ts';

/** Names of other parts of the cluster, from which names of resources are made. */
const TAKEN_NAMES = ['master', 'masters', 'bootstrap'];

export function* poolNameRule({ dns_prefix: masters, pools }: ClusterDefinition): Iterable<Finding> {
  for (const { value: name, index } of repeated(pools.map((pool) => pool.name))) {
    const path = ['pools', index, 'name'];
    yield { path, message: `There is a pool "${name}" already.`, hint: 'Each pool has a name of its own.' };
  }
  for (const [index, { name }] of pools.entries()) {
    if (!TAKEN_NAMES.includes(name)) continue;
    const path = ['pools', index, 'name'];
    yield { path, message: `No pool can be named "${name}".`, hint: `${TAKEN_NAMES.join(', ')} are other nodes.` };
  }
  for (const { value, index } of repeated([masters, ...pools.map((pool) => pool.dns_prefix)])) {
    if (value === undefined) continue;
    const path = ['pools', index - 1, 'dns_prefix'];
    const message = `${named(path)} is "${value}", which is the name of another load balancer of the cluster.`;
    yield { path, message, hint: 'Each name stands for one address: give it another.' };
  }
}

/** On every agent; tasks on public agents get ports up to 32000 but these. */
const PORTS_OF_NODES: Readonly<Record<number, string>> = {
  22: 'ssh',
  5051: 'the agent of Mesos',
  61_001: 'Admin Router',
  61_053: 'the name server',
  61_091: 'metrics',
  61_420: "Erlang's port mapper",
  62_053: 'the name server',
  62_080: 'the overlay network',
  62_501: 'the name server',
  64_000: 'metrics of the network',
};
const LAST_TASK_PORT = 32_000;
/** Azure's limit on the rules of one network interface. */
const MOST_PORTS = 300;

export function* portRule({ pools }: ClusterDefinition): Iterable<Finding> {
  for (const [index, pool] of pools.entries()) {
    const path = ['pools', index];
    if (pool.kind === 'private') {
      yield* onlyPublic(path, pool);
      continue;
    }
    const { ports } = pool;
    if (ports !== undefined) yield* judgePorts([...path, 'ports'], ports);
  }
}

function* onlyPublic(path: JsonPath, pool: ClusterPool): Iterable<Finding> {
  for (const key of ['ports', 'ports_from', 'dns_prefix'] as const) {
    if (pool[key] === undefined) continue;
    yield {
      path: [...path, key],
      message: `The private pool "${pool.name}" has "${key}", but nothing leads to it from outside.`,
      hint: `Remove "${key}", or make the pool "public".`,
      restsOn: [[...path, 'kind']],
    };
  }
}

function* judgePorts(path: JsonPath, ports: readonly number[]): Iterable<Finding> {
  for (const { value, index } of repeated(ports)) {
    yield {
      path: [...path, index],
      message: `${named(path)} has the port ${value} twice.`,
      hint: 'Remove one of them.',
    };
  }
  for (const [index, port] of ports.entries()) {
    const owner = PORTS_OF_NODES[port];
    if (owner !== undefined) {
      const message = `${named(path)} opens ${port}, at which ${owner} answers on every node.`;
      yield {
        path: [...path, index],
        message,
        hint: `Take ports of tasks: 1 to ${LAST_TASK_PORT} without 22 and 5051.`,
      };
    } else if (port > LAST_TASK_PORT) {
      const message = `${named(path)} opens ${port}, which no task gets from DC/OS unless asked for from a range of its own.`;
      const hint = `On public agents tasks get ports from 1 to ${LAST_TASK_PORT}.`;
      yield { severity: 'warning', path: [...path, index], message, hint };
    }
  }
  if (ports.length > MOST_PORTS) {
    const message = `${named(path)} has ${ports.length} ports.`;
    yield { path, message, hint: `Azure lets ${MOST_PORTS} rules lead to a node.` };
  }
  if (ports.length > 0) return;
  const hint = 'Left out, they are 80, 443 and 8080.';
  yield { severity: 'warning', path, message: `${named(path)} is empty: nothing reaches this public pool.`, hint };
}

/** Set on every node, so that a second value would contradict. */
const SET_ALREADY = ['os', 'public_ip'];

/** @see https://mesos.apache.org/documentation/latest/attributes-resources/ */
export function* attributeRule({ pools }: ClusterDefinition): Iterable<Finding> {
  for (const [index, { attributes }] of pools.entries()) {
    for (const [name, value] of Object.entries(attributes)) {
      const path = ['pools', index, 'attributes', name];
      if (SET_ALREADY.includes(name)) {
        const hint = `${SET_ALREADY.join(' and ')} follow from the kind of the pool: remove it.`;
        yield { path, message: `The attribute "${name}" is set already.`, hint };
      }
      if (!/^[\w.-]+$/.test(name)) {
        const message = `The attribute "${name}" has a name that Mesos would not read as one.`;
        yield { path, message, hint: 'It is made of letters, digits, "_", "-" and ".".' };
      }
      if (/[;\p{Cc}]/u.test(value) || value.trim() !== value) {
        const message = `The attribute "${name}" has a value that Mesos would not read as one: ${JSON.stringify(value)}.`;
        yield { path, message, hint: 'It is one line without ";" and without blanks around it.' };
      }
    }
  }
}
