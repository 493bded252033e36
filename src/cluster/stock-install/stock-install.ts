/**
 * What a plain image of Debian or Ubuntu needs to become a node: cloud-init writes these files and runs these commands, and
 * the unit does the rest. Nodes of every image are told the same; one that dcos-build has baked leaves it alone.
 */
import { DEBIAN_MODULE } from './debian-module.ts';
import { INSTALLER_PROGRAM, RELEASE_REPOSITORY } from './installer-program.ts';
import { SHARED_MODULES } from './shared-modules.ts';

interface StockInstall {
  readonly files: readonly { readonly path: string; readonly content: string; readonly permissions: string }[];
  /** For `runcmd`. */
  readonly commands: readonly (readonly string[])[];
}

const FOLDER = '/usr/lib/dcos/install';
const PROGRAM = `${FOLDER}/dcos-node-install`;
const UNIT = 'dcos-install.service';

/**
 * The first condition has to hold, and one of the others: it may have been installed and not set up. cloud-init writes at
 * its last stage what the installer reads; so a target that waits for that stage wants the unit, since multi-user.target
 * comes before it.
 */
const INSTALL_UNIT = `[Unit]
Description=DC/OS: installs the release of this node, and sets it up
ConditionPathExists=!/usr/lib/dcos/setup
ConditionPathExists=|!/opt/mesosphere/bin/dcos-node
ConditionPathExists=|/opt/mesosphere/bootstrap
Wants=network-online.target
After=network-online.target cloud-final.service
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

const FILES: StockInstall['files'] = [
  { path: PROGRAM, content: INSTALLER_PROGRAM, permissions: '0755' },
  { path: `${FOLDER}/debian.py`, content: DEBIAN_MODULE, permissions: '0644' },
  { path: `${FOLDER}/release_repository.py`, content: RELEASE_REPOSITORY, permissions: '0644' },
  ...Object.entries(SHARED_MODULES).map(([path, content]) => {
    return { path: `${FOLDER}/${path}`, content, permissions: '0644' };
  }),
  { path: `/etc/systemd/system/${UNIT}`, content: INSTALL_UNIT, permissions: '0644' },
];

export const STOCK_INSTALL: StockInstall = {
  files: FILES,
  // At the first boot the unit is written too late to be started by itself.
  commands: [
    ['systemctl', 'daemon-reload'],
    ['systemctl', 'enable', UNIT],
    ['systemctl', '--no-block', 'start', UNIT],
  ],
};
