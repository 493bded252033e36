/** How the image gets its address, where it gets packages from, and what stands between it and the network. */
import type { ImageFiles } from '../files/image-files.ts';
import { readAptSources, type AptSource } from './apt-sources.ts';
import { keyValues, settingLines } from './config-lines.ts';
import { isEnabled } from './units.ts';

/** What a file says of how interfaces get their addresses. */
interface NetworkSetting {
  readonly file: string;
  readonly kind: 'dhcp' | 'static' | 'fixed MAC' | 'off at the boot';
}

export interface NetworkFacts {
  readonly settings: readonly NetworkSetting[];
  /** Rules that give an interface the name that it had on another machine. */
  readonly persistentNames: readonly string[];
  /** `DHCLIENT_SET_HOSTNAME` of SUSE; undefined elsewhere. */
  readonly dhclientSetsHostname: string | undefined;
  readonly aptSources: readonly AptSource[];
  /** Firewalls that start by themselves. */
  readonly firewalls: readonly string[];
  /** Whether files of rules, or a unit that adds them, keep other users away from the address that hands out certificates. */
  readonly guardsWireserver: boolean;
}

const PERSISTENT_NAMES = [
  '/lib/udev/rules.d/75-persistent-net-generator.rules',
  '/etc/udev/rules.d/75-persistent-net-generator.rules',
  '/etc/udev/rules.d/70-persistent-net.rules',
];
/** Where each program keeps files, and what in them means what. */
const PLACES: readonly {
  readonly folder: string;
  readonly name: RegExp;
  readonly dhcp: RegExp;
  readonly static: RegExp;
  readonly mac: RegExp;
}[] = [
  {
    ...{ folder: '/etc/network', name: /^interfaces$/ },
    ...{ dhcp: /^iface\s+(?!lo\b)\S+\s+inet6?\s+(?:dhcp|auto)/m, static: /^iface\s+(?!lo\b)\S+\s+inet\s+static/m },
    mac: /^hwaddress\s/m,
  },
  {
    ...{ folder: '/etc/network/interfaces.d', name: /^[^.].*(?<!~)$/ },
    ...{ dhcp: /^iface\s+(?!lo\b)\S+\s+inet6?\s+(?:dhcp|auto)/m, static: /^iface\s+(?!lo\b)\S+\s+inet\s+static/m },
    mac: /^hwaddress\s/m,
  },
  {
    ...{ folder: '/etc/systemd/network', name: /\.network$/ },
    ...{ dhcp: /^DHCP\s*=\s*(?:yes|true|ipv4|both)/im, static: /^Address\s*=/m, mac: /^(?:Permanent)?MACAddress\s*=/m },
  },
  {
    ...{ folder: '/etc/netplan', name: /\.yaml$/ },
    ...{ dhcp: /^dhcp4:\s*(?:true|yes)/m, static: /^addresses:/m, mac: /^macaddress:/m },
  },
  {
    ...{ folder: '/etc/sysconfig/network-scripts', name: /^ifcfg-(?!lo$)/ },
    ...{ dhcp: /^BOOTPROTO=["']?dhcp/m, static: /^IPADDR\d*=/m, mac: /^(?:HWADDR|MACADDR)=/m },
  },
];
const WIRESERVER = '168.63.129.16';
const OWN_UNITS = '/etc/systemd/system';

export async function readNetwork(files: ImageFiles): Promise<NetworkFacts> {
  const persistent = [];
  for (const path of PERSISTENT_NAMES) {
    // A link to nothing below /etc switches off what is below /lib under the same name.
    const isThere = (await files.look(path)) !== undefined && (await files.target(path)) !== '/dev/null';
    if (isThere) persistent.push(path);
  }
  const suse = await files.text('/etc/sysconfig/network/dhcp');
  const rules = [];
  for (const path of [
    '/etc/nftables.conf',
    '/etc/iptables/rules.v4',
    '/etc/iptables.rules',
    '/etc/sysconfig/iptables',
  ]) {
    rules.push((await files.text(path)) ?? '');
  }
  return {
    settings: await settingsIn(files),
    persistentNames: persistent,
    dhclientSetsHostname: suse === undefined ? undefined : (keyValues(suse).get('DHCLIENT_SET_HOSTNAME') ?? ''),
    aptSources: await readAptSources(files),
    firewalls: await firewalls(files),
    guardsWireserver: [...rules, ...(await firewallUnits(files))].some((text) =>
      settingLines(text).some((line) => line.includes(WIRESERVER)),
    ),
  };
}

async function settingsIn(files: ImageFiles): Promise<NetworkSetting[]> {
  const settings: NetworkSetting[] = [];
  for (const place of PLACES) {
    for (const name of (await files.list(place.folder)).filter((each) => place.name.test(each))) {
      const file = `${place.folder}/${name}`;
      const text = settingLines((await files.text(file)) ?? '').join('\n');
      if (place.dhcp.test(text)) settings.push({ file, kind: 'dhcp' });
      else if (place.static.test(text)) settings.push({ file, kind: 'static' });
      if (place.mac.test(text)) settings.push({ file, kind: 'fixed MAC' });
      if (/^ONBOOT=["']?no/im.test(text)) settings.push({ file, kind: 'off at the boot' });
    }
  }
  const file = '/etc/sysconfig/network';
  const isOff = keyValues((await files.text(file)) ?? '').get('NETWORKING') === 'no';
  return isOff ? [...settings, { file, kind: 'off at the boot' }] : settings;
}

/** The commands by which enabled units of the image's own make rules of a firewall. */
async function firewallUnits(files: ImageFiles): Promise<string[]> {
  const own = (await files.list(OWN_UNITS)).filter((name) => name.endsWith('.service'));
  const commands: string[] = [];
  for (const name of own) {
    const lines = settingLines((await files.text(`${OWN_UNITS}/${name}`)) ?? '').filter((line) =>
      /^ExecStart=\S*(?:iptables|nft)\s/.test(line),
    );
    if (lines.length > 0 && (await isEnabled(files, [name]))) commands.push(...lines);
  }
  return commands;
}

async function firewalls(files: ImageFiles): Promise<string[]> {
  const ufw = keyValues((await files.text('/etc/ufw/ufw.conf')) ?? '').get('ENABLED');
  const units = ['firewalld.service', 'nftables.service', 'netfilter-persistent.service', 'iptables.service'];
  const enabled = [];
  for (const unit of units) if (await isEnabled(files, [unit])) enabled.push(unit.replace('.service', ''));
  return [...(ufw === 'yes' ? ['ufw'] : []), ...enabled];
}
