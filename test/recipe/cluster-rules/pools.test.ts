import { expect, test } from 'vitest';
import { clusterMistakes, clusterWarnings } from '../../rig/cluster-file.ts';

const pool = (more: object) => ({ name: 'web', kind: 'public', ...more });

test.each<readonly [object[], message: string]>([
  [[pool({}), pool({})], 'pools.1.name: There is a pool "web" already.'],
  [[pool({ name: 'masters' })], 'pools.0.name: No pool can be named "masters".'],
  [[pool({ name: 'Web' })], 'It must be 1 to 12 of a-z and 0-9, with a letter first.'],
  [[pool({ name: 'averyverylongname' })], 'It must be 1 to 12 of a-z and 0-9'],
  [[pool({ ports: [80, 443, 80] })], 'pools.0.ports.2: "pools.0.ports" has the port 80 twice.'],
  [[pool({ ports: [22] })], 'opens 22, at which ssh answers on every node.'],
  [[pool({ ports: [5051] })], 'opens 5051, at which the agent of Mesos answers'],
  [[pool({ ports: [70_000] })], 'pools.0.ports.0: "pools.0.ports.0" is wrong: 70000. It must be from 1 to 65535.'],
  [[pool({ ports: Array.from({ length: 301 }, (_, index) => 1000 + index) })], 'Azure lets 300 rules lead to a node.'],
  [[pool({ kind: 'private', ports: [80] })], 'Remove "ports", or make the pool "public".'],
  [[pool({ kind: 'private', dns_prefix: 'web' })], 'Remove "dns_prefix", or make the pool "public".'],
  [[pool({ kind: 'private', ports_from: ['10.0.0.0/8'] })], 'Remove "ports_from"'],
  [[pool({ dns_prefix: 'my_web' })], 'It must be 3 to 45 of a-z, 0-9 and "-"'],
  [[pool({ attributes: { os: 'Linux' } })], 'The attribute "os" is set already.'],
  [[pool({ attributes: { 'a:b': 'c' } })], 'The attribute "a:b" has a name that Mesos would not read as one.'],
  [[pool({ attributes: { a: 'b;c:d' } })], 'has a value that Mesos would not read as one: "b;c:d".'],
  [[pool({ count: 1001 })], 'pools.0.count: "pools.0.count" is wrong: 1001. It must be from 0 to 1000.'],
])('%#: %s', (pools, message) => {
  expect(clusterMistakes({ pools })).toEqual([expect.stringContaining(message)]);
});

test('a name of a load balancer is taken once, also by the masters', () => {
  const pools = [
    pool({ dns_prefix: 'prod' }),
    pool({ name: 'api', dns_prefix: 'api' }),
    pool({ name: 'b', dns_prefix: 'api' }),
  ];
  expect(clusterMistakes({ dns_prefix: 'prod', pools })).toEqual([
    expect.stringMatching(/^pools\.0\.dns_prefix: .*"prod", which is the name of another/),
    expect.stringMatching(/^pools\.2\.dns_prefix: .*"api", which is the name of another/),
  ]);
});

test('ports that are hardly meant are warned of', () => {
  expect(clusterWarnings({ pools: [pool({ ports: [] })] })).toEqual([
    expect.stringContaining('nothing reaches this public pool'),
  ]);
  expect(clusterWarnings({ pools: [pool({ ports: [32_001] })] })).toEqual([
    expect.stringContaining('which no task gets'),
  ]);
});
