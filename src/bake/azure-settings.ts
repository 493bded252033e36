/** What Debian needs to be told to be a machine on Azure; nothing of it depends on which machine. */
import type { RootDraft } from './root-draft.ts';

/** waagent keeps itself new and runs extensions; accounts, host name and the temporary disk are cloud-init's. */
const WAAGENT = {
  'Provisioning.Agent': 'auto',
  'Provisioning.DeleteRootPassword': 'y',
  'Provisioning.RegenerateSshHostKeyPair': 'y',
  'ResourceDisk.Format': 'n',
  'ResourceDisk.EnableSwap': 'n',
  'AutoUpdate.Enabled': 'y',
  'OS.EnableFirewall': 'n',
} as const;

const FILES: Readonly<Record<string, string>> = {
  '/etc/cloud/cloud.cfg.d/90-dcos-azure.cfg': `# Only Azure is looked for: other sources would each be waited for.
datasource_list: [ Azure ]
# The image has no other language than C.UTF-8, and none is to be made.
locale: false
datasource:
  Azure:
    apply_network_config: true
`,
  '/etc/default/locale': 'LANG=C.UTF-8\n',
  '/etc/ssh/sshd_config.d/50-dcos-azure.conf': `# Azure's load balancers forget connections that are silent for four minutes.
ClientAliveInterval 180
`,
  '/etc/chrony/conf.d/dcos-azure.conf': `# The clock of the host, where there is one: see chrony.service.d/dcos-azure.conf.
confdir /run/chrony
makestep 1.0 -1
`,
  '/etc/chrony/dcos-azure/ptp.conf': `refclock PHC /dev/ptp_hyperv poll 3 dpoll -2 offset 0 stratum 2
`,
  '/etc/systemd/system/chrony.service.d/dcos-azure.conf': `# chronyd ends with an error if a clock that it is told of is not there.
[Service]
ExecStartPre=+/bin/sh -c 'test ! -e /dev/ptp_hyperv || cp /etc/chrony/dcos-azure/ptp.conf /run/chrony/'
`,
  // The file that netplan writes for what cloud-init tells it of the first card.
  '/etc/systemd/network/10-netplan-eth0.network.d/dcos.conf': `# Machines of one network find each other by their names alone, without its domain.
[DHCPv4]
UseDomains=true
`,
  // cloud-init has dhclient call this in place of its script; refused, dhclient would give back every lease.
  '/etc/apparmor.d/local/sbin.dhclient': '/{,usr/}bin/true ixr,\n',
  '/etc/systemd/journald.conf.d/dcos.conf': `[Journal]
MaxLevelConsole=warning
`,
};

/** @param what.aptSources lines of sources.list @param what.kernelParameters for those who write a new grub.cfg there */
export function putAzureSettings(
  root: RootDraft,
  what: { readonly aptSources: readonly string[]; readonly kernelParameters: readonly string[] },
): void {
  for (const [path, text] of Object.entries(FILES)) {
    if (!path.startsWith('/etc/apparmor.d/') || root.has('/etc/apparmor.d/local')) root.putFile(path, text);
  }
  const waagent = root.text('/etc/waagent.conf');
  if (waagent !== undefined) root.putFile('/etc/waagent.conf', setKeys(waagent, WAAGENT));
  root.putFile('/etc/apt/sources.list', `${what.aptSources.join('\n')}\n`);
  const parameters = what.kernelParameters.join(' ');
  root.putFile('/etc/default/grub.d/50-dcos.cfg', `GRUB_CMDLINE_LINUX="${parameters}"\nGRUB_TIMEOUT=0\n`);
}

/** Sets each `key=value`, where it stands or at the end. */
function setKeys(text: string, values: Readonly<Record<string, string>>): string {
  let changed = text.endsWith('\n') || text === '' ? text : `${text}\n`;
  for (const [key, value] of Object.entries(values)) {
    const line = new RegExp(`^${key.replaceAll('.', '\\.')}=.*$`, 'm');
    changed = line.test(changed) ? changed.replace(line, `${key}=${value}`) : `${changed}${key}=${value}\n`;
  }
  return changed;
}
