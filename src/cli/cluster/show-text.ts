/** What a template would make, as tables. */
import type { Inventory } from '../../cluster/show/inventory.ts';
import { disksText, whereOf } from '../../cluster/show/group-text.ts';
import { whoMay } from '../../cluster/show/entry-text.ts';
import { totalsText } from '../../cluster/show/totals-text.ts';
import { indentedTable, type Align } from '../table.ts';

type Rows = readonly (readonly string[])[];

export function describeInventory(inventory: Inventory, title: string): string {
  const sections = [
    section('Nodes', nodeRows(inventory), ['left', 'right', 'left', 'right', 'right']),
    section('Networks', networkRows(inventory)),
    section('Load balancers', balancerRows(inventory)),
    section('From outside', entryRows(inventory)),
    section('Security groups', ruleRows(inventory), ['left', 'right']),
    section('Public IP addresses', addressRows(inventory)),
    section('Ways out', egressRows(inventory)),
  ];
  return [`${title}: ${totalsText(inventory.totals)}`, ...sections.filter((text) => text !== '')].join('\n\n');
}

function section(title: string, rows: Rows, align: readonly Align[] = []): string {
  return rows.length < 2 ? '' : `${title}\n${indentedTable(rows, align)}`;
}

function nodeRows({ groups }: Inventory): Rows {
  const head = ['name', 'count', 'size', 'cores', 'memory', 'disks of each', 'subnet', 'security group', 'where'];
  const rows = groups.map((group) => [
    ...[group.name, shown(group.count), group.size, shown(group.cores)],
    group.memoryGib === undefined ? '?' : `${group.memoryGib} GiB`,
    ...[disksText(group.disks), group.subnet === undefined ? '' : nameIn(group.subnet)],
    ...[group.securityGroups.map(nameIn).join(', '), whereOf(group)],
  ]);
  return [head, ...rows];
}

function networkRows({ networks, securityGroups, egress }: Inventory): Rows {
  const rows = networks.flatMap(({ name, isExisting, prefixes, subnets }) => [
    [name, prefixes.join(', '), isExisting ? 'is there already' : '', ''],
    ...subnets.map((subnet) => {
      const guard = securityGroups.find(({ id }) => id.toLowerCase() === subnet.securityGroup?.toLowerCase());
      const exit = egress.find(({ subnets: served }) => served.includes(subnet.id));
      return [`  ${subnet.name}`, subnet.prefixes.join(', '), guard?.name ?? '', exit?.name ?? ''];
    }),
  ]);
  return [['name', 'addresses', 'security group', 'way out'], ...rows];
}

function balancerRows({ balancers }: Inventory): Rows {
  const rows = balancers.flatMap(({ name, sku, rules, probes }) => [
    [name, sku, '', '', '', ''],
    ...rules.map((rule) => {
      const probe = probes.find((each) => each.name === rule.probe);
      const asked = probe === undefined ? '' : `${probe.protocol} ${probe.port ?? ''}${probe.path ?? ''}`.trim();
      const ports = rule.kind === 'outbound' ? 'out' : `${shown(rule.frontendPort)} to ${shown(rule.backendPort)}`;
      return [`  ${rule.name}`, rule.kind === 'nat' ? 'NAT' : rule.kind, rule.protocol, ports, rule.pool ?? '', asked];
    }),
  ]);
  return [['name', 'kind', 'protocol', 'ports', 'pool', 'probe'], ...rows];
}

function entryRows({ entries, groups, addresses }: Inventory): Rows {
  const rows = entries.map((entry) => {
    const address = addresses.find(({ id }) => id.toLowerCase() === entry.publicIp.toLowerCase());
    const led = groups.filter(({ ids: [id] }) => entry.groups.includes(id ?? ''));
    const to = led.map(({ name }) => name).join(', ');
    return [entry.ports, entry.protocol.toLowerCase(), address?.name ?? nameIn(entry.publicIp), to, whoMay(entry)];
  });
  return [['ports', 'protocol', 'address', 'nodes', 'who'], ...rows];
}

function ruleRows({ securityGroups }: Inventory): Rows {
  const rows = securityGroups.flatMap(({ name, rules }) => [
    [name, '', '', '', '', '', ''],
    ...rules.map((rule) => [
      ...[`  ${rule.name}`, shown(rule.priority), rule.direction, rule.access, rule.protocol],
      ...[rule.sources.join(', '), rule.ports.join(', ')],
    ]),
  ]);
  return [['name', 'priority', 'direction', 'access', 'protocol', 'from', 'ports'], ...rows];
}

function addressRows({ addresses }: Inventory): Rows {
  const rows = addresses.map(({ name, sku, allocation, label }) => [name, sku, allocation ?? '', label ?? '']);
  return [['name', 'SKU', 'allocation', 'DNS label'], ...rows];
}

function egressRows({ egress, networks }: Inventory): Rows {
  const subnets = networks.flatMap((network) => network.subnets);
  const rows = egress.map(({ kind, name, addresses, subnets: served, pool }) => {
    const names = subnets.filter(({ id }) => served.includes(id)).map((subnet) => subnet.name);
    return [name, kind, addresses.map(nameIn).join(', '), pool === undefined ? names.join(', ') : `pool ${pool}`];
  });
  return [['name', 'kind', 'addresses', 'for'], ...rows];
}

function shown(value: string | number | undefined): string {
  return value === undefined ? '?' : String(value);
}

function nameIn(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
