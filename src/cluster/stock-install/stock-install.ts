/**
 * What a plain image of Debian or Ubuntu needs to become a node: cloud-init writes these files, installs these packages
 * and runs these commands, and the unit does the rest. An image that dcos-build has baked needs nothing of it.
 */
import { INSTALLER_PROGRAM, RELEASE_REPOSITORY } from './installer-program.ts';
import { SHARED_MODULES } from './shared-modules.ts';

interface StockInstall {
  readonly files: readonly { readonly path: string; readonly content: string; readonly permissions: string }[];
  /** For `packages` of a cloud-config, with `package_update`. */
  readonly packages: readonly string[];
  /** For `runcmd`. */
  readonly commands: readonly (readonly string[])[];
}

const FOLDER = '/usr/lib/dcos/install';
const PROGRAM = `${FOLDER}/dcos-node-install`;
const UNIT = 'dcos-install.service';

/**
 * One of both conditions has to hold: it may have been installed and not set up. What the last stage of cloud-init
 * installs, docker among it, has to be there; so a target that waits for that stage wants the unit, since
 * multi-user.target comes before it.
 */
const INSTALL_UNIT = `[Unit]
Description=DC/OS: installs the release of this node, and sets it up
ConditionPathExists=|!/opt/mesosphere/bin/dcos-node
ConditionPathExists=|/opt/mesosphere/bootstrap
Wants=network-online.target
After=network-online.target cloud-final.service docker.service
StartLimitIntervalSec=0

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${PROGRAM}
Restart=on-failure
RestartSec=30
StandardOutput=journal+console

[Install]
WantedBy=cloud-init.target
`;

const PROFILE = `# Puts the programs of DC/OS behind those of the machine.
export PATH="$PATH:/opt/mesosphere/bin"
`;

const FILES: StockInstall['files'] = [
  { path: PROGRAM, content: INSTALLER_PROGRAM, permissions: '0755' },
  { path: `${FOLDER}/release_repository.py`, content: RELEASE_REPOSITORY, permissions: '0644' },
  ...Object.entries(SHARED_MODULES).map(([path, content]) => {
    return { path: `${FOLDER}/${path}`, content, permissions: '0644' };
  }),
  { path: `/etc/systemd/system/${UNIT}`, content: INSTALL_UNIT, permissions: '0644' },
  { path: '/etc/profile.d/dcos.sh', content: PROFILE, permissions: '0644' },
];

/** What DC/OS uses of a machine beside what every Debian has. */
const PACKAGES = `ca-certificates curl docker.io ipset iptables iputils-ping logrotate openssl tar unzip xz-utils`;

export const STOCK_INSTALL: StockInstall = {
  files: FILES,
  packages: PACKAGES.split(' '),
  // At the first boot the unit is written too late to be started by itself.
  commands: [
    ['systemctl', 'daemon-reload'],
    ['systemctl', 'enable', UNIT],
    ['systemctl', '--no-block', 'start', UNIT],
  ],
};
