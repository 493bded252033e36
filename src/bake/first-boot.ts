/**
 * What a machine does of DC/OS at its first boot: it finds out its roles, which cloud-init has written, links what belongs
 * to them, and starts dcos.target. Nothing is fetched, and no Python runs: what a role adds was worked out at the bake.
 * A node of a cluster has packages of its own to add, which is the work of dcos-node or pkgpanda.
 */
import type { RootDraft } from './root-draft.ts';

/** For each role a file of that name: what pkgpanda's activation would add for it. */
export const ROLES_FOLDER = '/usr/lib/dcos/roles';
/** Linked as a drop-in of each unit of DC/OS: none starts before the configuration of the machine is there. */
export const AFTER_SETUP = '/usr/lib/dcos/after-setup.conf';
export const UNIT_FOLDER = '/etc/systemd/system';
export const TARGET_WANTS = `${UNIT_FOLDER}/dcos.target.wants`;
/** As long as it is there, set-up is still to be done; pkgpanda goes by it too. */
const MARKER = '/opt/mesosphere/bootstrap';
/** By it the installer of plain images knows that it has nothing to do; see cluster/stock-install. */
export const SETUP = '/usr/lib/dcos/setup';
/** What cloud-init writes on a node of a cluster. */
const NODE_CONFIG = '/etc/dcos-node/node.json';

/** One line of a role's file, its words parted by tabs. */
export type RoleLine =
  | readonly ['folder', path: string]
  | readonly ['link', path: string, target: string]
  | readonly ['copy', path: string, source: string];

export function formatRole(lines: readonly RoleLine[]): string {
  return lines.map((line) => `${line.join('\t')}\n`).join('');
}

const SETUP_SCRIPT = `#!/bin/bash
# Sets up DC/OS on a machine that was started from an image. Can be run again after an interruption at any point.
set -euo pipefail
shopt -s nullglob

marker=${MARKER}
roles=/etc/mesosphere/roles
flags=(/etc/mesosphere/setup-flags/*)
told=${NODE_CONFIG}
node=/opt/mesosphere/bin/dcos-node
pkgpanda=/opt/mesosphere/bin/pkgpanda

[ -e "$marker" ] || exit 0

# The power went while folders were being exchanged: programs may stand under another name, from where it goes on.
progress=/opt/mesosphere/install_progress
if [ -e "$progress" ]; then
  ending=.old
  if grep -q move_new "$progress"; then ending=.new; fi
  for path in /opt/mesosphere/{bin,etc,include,lib,environment}; do
    if [ ! -e "$path" ] && [ -e "$path$ending" ]; then mv "$path$ending" "$path"; fi
  done
fi

# In the place of this script, with the environment of DC/OS.
hand_over() {
  while read -r line; do
    case $line in '' | '#'*) ;; *) export "$line" ;; esac
  done <'/opt/mesosphere/environment'
  exec "$@"
}
if [ -e "$told" ] && [ -x "$node" ]; then hand_over "$node" setup --no-block-systemd; fi
# The same from templates that know nothing of dcos-node.
if [ \${#flags[@]} -gt 0 ] && [ -x "$pkgpanda" ]; then hand_over "$pkgpanda" setup --no-block-systemd; fi

found=0
for file in "$roles"/*; do
  role=\${file##*/}
  found=1
  echo "Role: $role"
  [ -e "${ROLES_FOLDER}/$role" ] || continue
  while IFS=$'\\t' read -r kind path target; do
    case $kind in
      folder) mkdir -p "$path" ;;
      link) ln -sfn "$target" "$path" ;;
      copy) install -m 0644 "$target" "$path" ;;
    esac
  done <"${ROLES_FOLDER}/$role"
done

if [ "$found" = 0 ]; then
  echo "There is no role in $roles yet, so nothing of DC/OS is set up; the next boot looks again."
  exit 0
fi
sync --file-system /opt/mesosphere
rm -f "$marker"
systemctl daemon-reload
systemctl --no-block start dcos.target
`;

/** The network is up by then, too: cloud-config.service waits for it. Only a node that lacks packages needs it. */
const SETUP_UNIT = `[Unit]
Description=DC/OS set-up: applies the roles of this machine
ConditionPathExists=${MARKER}
After=cloud-config.service local-fs.target
Before=dcos.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${SETUP}
StandardOutput=journal+console

[Install]
WantedBy=multi-user.target
`;

/** The same as pkgpanda writes; what it waits for is in a drop-in, which pkgpanda leaves alone. */
const TARGET = '[Install]\nWantedBy=multi-user.target\n';

const PROFILE = `# Puts the programs of DC/OS behind those of the machine.
export PATH="$PATH:/opt/mesosphere/bin"
`;

export function putFirstBoot(root: RootDraft, roles: readonly string[]): void {
  root.putFile(MARKER, '');
  root.putFile(SETUP, SETUP_SCRIPT, { mode: 0o755 });
  root.putFile(AFTER_SETUP, '[Unit]\nAfter=dcos-setup.service\n');
  root.putFile(`${UNIT_FOLDER}/dcos-setup.service`, SETUP_UNIT);
  root.putFile(`${UNIT_FOLDER}/dcos.target`, TARGET);
  root.putLink(`${UNIT_FOLDER}/dcos.target.d/10-setup.conf`, AFTER_SETUP);
  root.putFolder('/etc/mesosphere/roles');
  const [only] = roles;
  if (only !== undefined && roles.length === 1) root.putFile(`/etc/mesosphere/roles/${only}`, '');
  const own = '/opt/mesosphere/bin/add_dcos_path.sh';
  if (root.has(own)) root.putLink('/etc/profile.d/dcos.sh', own);
  else root.putFile('/etc/profile.d/dcos.sh', PROFILE);
}
