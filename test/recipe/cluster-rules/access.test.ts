import { expect, test } from 'vitest';
import { clusterMistakes, clusterWarnings } from '../../rig/cluster-file.ts';

test.each([
  ['root', 'a name that Azure refuses'],
  ['admin', 'a name that Azure refuses'],
  ['www-data', 'an account that the system has already'],
  ['dcos_exhibitor', 'an account that the system has already'],
  ['Azure', 'It must be 1 to 32 of a-z, 0-9, "_" and "-"'],
])('nobody administers as %s: %s', (user, message) => {
  expect(clusterMistakes({ admin: { user } })).toEqual([expect.stringContaining(message)]);
});

test.each(['*', 'Internet'])('ssh from "%s" is refused, with what to give instead', (text) => {
  expect(clusterMistakes({ access: { ssh_from: [text] } })).toEqual([
    `access.ssh_from.0: "access.ssh_from.0" is "${text}": everybody could try keys on the masters. Give the addresses that you come from, such as "203.0.113.7/32".`,
  ]);
});

test('who writes all addresses of the world as a range is warned', () => {
  expect(clusterWarnings({ access: { ssh_from: ['0.0.0.0/0'] } })).toEqual([
    expect.stringContaining('everybody can try keys'),
  ]);
  expect(clusterWarnings({ access: { web_from: ['*'] } })).toEqual([expect.stringContaining('open to everybody')]);
});

test('addresses, ranges and one service tag are taken, for ports also everybody', () => {
  const access = { ssh_from: ['203.0.113.7', '198.51.100.0/24'], web_from: ['VirtualNetwork'] };
  const pools = [{ name: 'a', kind: 'public', ports_from: ['*'] }];
  expect(clusterWarnings({ access, pools })).toEqual([]);
});

test.each([
  [['203.0.113.300'], 'is no range of addresses: "203.0.113.300"'],
  [['203.0.113.7/24'], 'The range that holds it is "203.0.113.0/24".'],
  [['203.0.113.0/24', '203.0.113.7'], '"203.0.113.7", overlaps "203.0.113.0/24", which stands before it'],
  [['VirtualNetwork', '203.0.113.7'], 'A rule of Azure names one service tag'],
  [['here'], 'It must be an IPv4 address, a range such as "203.0.113.0/24", or a service tag.'],
])('%j is refused wherever sources are given', (sources, message) => {
  expect(clusterMistakes({ access: { ssh_from: sources } })).toEqual([expect.stringContaining(message)]);
  expect(clusterMistakes({ access: { web_from: sources } })).toEqual([expect.stringContaining(message)]);
  const pools = [{ name: 'a', kind: 'public', ports_from: sources }];
  expect(clusterMistakes({ pools })).toEqual([expect.stringContaining(message)]);
});
