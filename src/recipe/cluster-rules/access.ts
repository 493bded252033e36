/** Who may come in: the account on the nodes, and the addresses from which it is reached. */
import { networkOf, overlap, parseCidr, parseIp, cidrText, type Cidr } from '../../model/cidr.ts';
import type { ClusterDefinition } from '../cluster-definition.ts';
import type { JsonPath } from '../json-reader.ts';
import { named, type Finding } from './finding.ts';

/** @see https://learn.microsoft.com/azure/virtual-machines/linux/faq#what-are-the-username-requirements-when-creating-a-vm- */
const REFUSED_BY_AZURE = [
  ...[
    'administrator',
    'admin',
    'user',
    'user1',
    'test',
    'user2',
    'test1',
    'user3',
    'admin1',
    '1',
    '123',
    'a',
    'actuser',
  ],
  ...['adm', 'admin2', 'aspnet', 'backup', 'console', 'david', 'guest', 'john', 'owner', 'root', 'server', 'sql'],
  ...['support', 'support_388945a0', 'sys', 'test2', 'test3', 'user4', 'user5', 'video'],
];
const ACCOUNTS_OF_DEBIAN = [
  ...[
    'daemon',
    'bin',
    'sync',
    'games',
    'man',
    'lp',
    'mail',
    'news',
    'uucp',
    'proxy',
    'www-data',
    'list',
    'irc',
    'nobody',
  ],
  ...['systemd-network', 'systemd-resolve', 'messagebus', 'sshd', 'sudo', 'docker', 'disk', 'tty', 'shadow'],
];

export function* adminRule({ admin: { user } }: ClusterDefinition): Iterable<Finding> {
  const path = ['admin', 'user'];
  const hint = 'Take another name; left out, it is "azureuser".';
  if (REFUSED_BY_AZURE.includes(user)) {
    yield { path, message: `${named(path)} is "${user}", a name that Azure refuses.`, hint };
  } else if (ACCOUNTS_OF_DEBIAN.includes(user) || user.startsWith('dcos_')) {
    yield { path, message: `${named(path)} is "${user}", an account that the system has already.`, hint };
  }
}

const ANYBODY = ['*', 'Internet'];
const TAG = /^[A-Z]/;

export function* sourceRule({ access, pools }: ClusterDefinition): Iterable<Finding> {
  for (const [index, text] of access.ssh_from.entries()) {
    if (!ANYBODY.includes(text)) continue;
    const path = ['access', 'ssh_from', index];
    const message = `${named(path)} is "${text}": everybody could try keys on the masters.`;
    yield { path, message, hint: 'Give the addresses that you come from, such as "203.0.113.7/32".' };
  }
  yield* judgeSources(['access', 'ssh_from'], access.ssh_from);
  yield* openToAll(['access', 'ssh_from'], access.ssh_from, 'everybody can try keys on the masters');
  yield* judgeSources(['access', 'web_from'], access.web_from);
  yield* openToAll(['access', 'web_from'], access.web_from, 'the web interface of the masters is open to everybody');
  for (const [index, { ports_from: from }] of pools.entries()) {
    yield* judgeSources(['pools', index, 'ports_from'], from ?? []);
  }
}

function* judgeSources(base: JsonPath, sources: readonly string[]): Iterable<Finding> {
  const ranges = sources.map((text) => rangeOf(text));
  for (const [index, text] of sources.entries()) {
    const path = [...base, index];
    const range = ranges[index];
    if (text === '*' || TAG.test(text)) {
      if (sources.length === 1) continue;
      const message = `${named(path)} is "${text}", and stands beside others.`;
      yield { path, message, hint: 'A rule of Azure names one service tag, or "*", or ranges of addresses.' };
    } else if (range === undefined) {
      const message = `${named(path)} is no range of addresses: "${text}".`;
      yield { path, message, hint: 'Give an IPv4 address, or a range such as "203.0.113.0/24".' };
    } else if (networkOf(range).address !== range.address) {
      const message = `${named(path)} is "${text}", which has bits behind its prefix.`;
      yield { path, message, hint: `The range that holds it is "${cidrText(networkOf(range))}".` };
    }
    const other = ranges.findIndex((one, at) => at < index && one && range && overlap(one, range));
    if (other === -1) continue;
    const message = `${named(path)}, "${text}", overlaps "${sources[other] ?? ''}", which stands before it.`;
    yield {
      path,
      message,
      hint: 'Azure refuses a rule whose ranges have an address in common: leave the smaller one out.',
    };
  }
}

/** A single address is a range of one. */
function rangeOf(text: string): Cidr | undefined {
  const address = parseIp(text);
  return address === undefined ? parseCidr(text) : { address, length: 32 };
}

/** Larger than any network of one owner. */
const WIDE = 4;

function* openToAll(base: JsonPath, sources: readonly string[], what: string): Iterable<Finding> {
  for (const [index, text] of sources.entries()) {
    const range = rangeOf(text);
    const isWide = range === undefined ? ANYBODY.includes(text) : range.length <= WIDE;
    if (!isWide || (ANYBODY.includes(text) && base.includes('ssh_from'))) continue;
    const path = [...base, index];
    const message = `${named(path)} is "${text}": ${what}.`;
    yield {
      severity: 'warning',
      path,
      message,
      hint: 'Give the addresses that you come from, such as "203.0.113.7/32".',
    };
  }
}
