/** The switches of `hardening` in an image definition, as files. */
import type { HardeningName } from '../recipe/image-definition.ts';
import type { RootDraft } from './root-draft.ts';

const FILES: Readonly<Record<HardeningName, readonly (readonly [path: string, text: string])[]>> = {
  'ssh-keys-only': [
    [
      '/etc/ssh/sshd_config.d/40-dcos-hardening.conf',
      'PasswordAuthentication no\nPermitRootLogin no\nX11Forwarding no\nMaxAuthTries 4\n',
    ],
  ],
  'no-core-dumps': [
    ['/etc/systemd/coredump.conf.d/dcos.conf', '[Coredump]\nStorage=none\nProcessSizeMax=0\n'],
    ['/etc/systemd/system.conf.d/dcos-core-dumps.conf', '[Manager]\nDefaultLimitCORE=0\n'],
    ['/etc/sysctl.d/60-dcos-core-dumps.conf', 'fs.suid_dumpable = 0\nkernel.core_pattern = |/bin/false\n'],
  ],
  'kernel-pointers': [
    [
      '/etc/sysctl.d/60-dcos-kernel-pointers.conf',
      'kernel.kptr_restrict = 2\nkernel.dmesg_restrict = 1\nkernel.unprivileged_bpf_disabled = 1\n',
    ],
  ],
  'redirects-refused': [['/etc/sysctl.d/60-dcos-redirects.conf', redirects()]],
  'uncommon-protocols': [
    [
      '/etc/modprobe.d/dcos-uncommon-protocols.conf',
      ['dccp', 'sctp', 'rds', 'tipc'].map((name) => `install ${name} /bin/false\n`).join(''),
    ],
  ],
  // Not behind sysinit.target: cloud-init waits for the network before that.
  'wireserver-guard': [
    [
      '/etc/systemd/system/dcos-wireserver-guard.service',
      `[Unit]
Description=Keeps the wire server of Azure for root alone (CVE-2021-27075)
DefaultDependencies=no
Conflicts=shutdown.target
After=local-fs.target
Before=network-pre.target shutdown.target
Wants=network-pre.target
ConditionPathExists=/usr/sbin/iptables

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/iptables -w -t security -I OUTPUT -d 168.63.129.16 -p tcp --dport 80 -m owner ! --uid-owner 0 -j DROP

[Install]
WantedBy=multi-user.target
`,
    ],
  ],
};

function redirects(): string {
  const scopes = ['ipv4.conf.all', 'ipv4.conf.default', 'ipv6.conf.all', 'ipv6.conf.default'];
  const refused = scopes.flatMap((scope) => [`net.${scope}.accept_redirects`, `net.${scope}.accept_source_route`]);
  const silent = ['net.ipv4.conf.all.send_redirects', 'net.ipv4.conf.default.send_redirects'];
  return [...refused, ...silent].map((name) => `${name} = 0\n`).join('');
}

/** Units that a switch brings and that are to be enabled. */
export function hardeningUnits(names: readonly HardeningName[]): readonly string[] {
  return names.flatMap((name) =>
    FILES[name].flatMap(([path]) => {
      const [, unit] = /^\/etc\/systemd\/system\/([^/]+\.service)$/.exec(path) ?? [];
      return unit === undefined ? [] : [unit];
    }),
  );
}

export function putHardening(root: RootDraft, names: readonly HardeningName[]): void {
  for (const name of names) for (const [path, text] of FILES[name]) root.putFile(path, text);
}
