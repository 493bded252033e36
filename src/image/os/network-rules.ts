/** What is asked of the network and of sources of packages. */
import { askedBy, type Rule, type Verdict } from '../rules.ts';
import type { ImageFacts } from './image-facts.ts';
import type { AptSource } from './apt-sources.ts';
import { noneOf, shown } from './verdicts.ts';

/** Debian's own archive, and the copies of it in Azure. */
const DEBIAN_HOST = /(?:^|\.)debian\.(?:org|cloud)$|^debian-archive\.trafficmanager\.net$/;
const UBUNTU_HOST = /^azure\.archive\.ubuntu\.com$|^ports\.ubuntu\.com$/;

export const NETWORK_RULES: readonly Rule<ImageFacts>[] = [
  {
    ...{ id: 'net.dhcp', severity: 'error', required: 'addresses by DHCP, no fixed MAC' },
    ...askedBy({ lisa: 'verify_ifcfg_eth0' }),
    judge: ({ network: { settings, dhclientSetsHostname }, agents }) => {
      const wrong = settings.filter(({ kind }) => kind !== 'dhcp').map(({ kind, file }) => `${kind} in ${file}`);
      if (wrong.length > 0) return { ok: false, actual: shown(wrong) };
      if (dhclientSetsHostname !== undefined && dhclientSetsHostname !== 'no') {
        return { ok: false, actual: `DHCLIENT_SET_HOSTNAME is "${dhclientSetsHostname}", not "no"` };
      }
      if (settings.length > 0) return { ok: true, actual: shown(settings.map(({ file }) => file)) };
      const byCloud = agents.hasCloudInit && !agents.isCloudInitDisabled && !agents.leavesNetworkAlone;
      return { ok: byCloud, actual: byCloud ? 'by cloud-init' : 'nothing asks for an address' };
    },
  },
  {
    ...{ id: 'udev.net', severity: 'error', required: 'no names of interfaces from another machine' },
    ...askedBy({ lisa: 'verify_udev_rules_moved' }),
    judge: ({ network }) => noneOf(network.persistentNames),
  },
  {
    ...{ id: 'repos', severity: 'warning', required: 'the archives of Debian, or those of Ubuntu in Azure' },
    ...askedBy({ lisa: 'verify_repository_installed' }),
    judge: ({ system, network: { aptSources } }) => judgeSources(system.id, aptSources),
  },
  {
    ...{ id: 'firewall', severity: 'warning', required: 'off, unless what is sold needs it' },
    ...askedBy({ policy: '200.5' }),
    judge: ({ network }) => noneOf(network.firewalls),
  },
];

function judgeSources(system: string, sources: readonly AptSource[]): Verdict {
  if (system !== 'debian' && system !== 'ubuntu') return { skipped: `nothing is known of ${system || 'the system'}` };
  const hosts = [...new Set(sources.map(({ host }) => host))];
  const actual = hosts.length === 0 ? 'none' : shown(hosts);
  if (system === 'debian') return { ok: hosts.some((host) => DEBIAN_HOST.test(host)), actual };
  const suites = sources.filter(({ host }) => UBUNTU_HOST.test(host)).flatMap((source) => source.suites);
  const missing = ['-updates', '-security'].filter((end) => !suites.some((suite) => suite.endsWith(end)));
  return {
    ok: missing.length === 0,
    actual: missing.length === 0 ? actual : `${actual}; no suite ${missing.join(', ')}`,
  };
}
