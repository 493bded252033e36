/** What is looked at inside a machine of a cluster when it has come up, as a script for root's shell. */
import { SECTION } from '../guest-script.ts';

/**
 * Prints sections as the script of the boot test does. It waits for cloud-init, and then for DC/OS: its set-up goes on for a
 * while after the boot is over.
 *
 * @param waitSeconds how long the machine may take to be done
 */
export function nodeScript(waitSeconds: number): string {
  return `
export LC_ALL=C SYSTEMD_PAGER= SYSTEMD_COLORS=0
section() { printf '\\n${SECTION}%s\\n' "$1"; }
section cloud-init; timeout ${waitSeconds} cloud-init status --wait --long 2>&1 | grep -v '^\\.*$'
if [ -d /opt/mesosphere ]; then
  for _ in $(seq ${Math.ceil(waitSeconds / LOOK_EVERY_SECONDS)}); do
    systemctl is-active -q dcos.target && break
    systemctl is-failed -q dcos-setup.service && break
    sleep ${LOOK_EVERY_SECONDS}
  done
fi
section state; timeout ${waitSeconds} systemctl is-system-running --wait
section failed; systemctl list-units --failed --all --no-legend --plain --full
section result; cat /run/cloud-init/result.json
section hostname; hostname
section addresses; ip -4 -o address show scope global | awk '{ print $4 }'
section roles; ls /etc/mesosphere/roles 2>/dev/null
[ -d /opt/mesosphere ] || exit 0
section dcos; echo yes
section dcos-target; systemctl is-active dcos.target
section dcos-setup; journalctl -u dcos-setup.service -o cat -n 3 --no-pager
section dcos-linked; systemctl show -P Wants dcos.target | tr ' ' '\\n' | grep . | sort -u
wanted() { for package in /opt/mesosphere/active/*/; do ls "$package/$1" 2>/dev/null; done | sort -u; }
section dcos-wanted; { wanted dcos.target.wants; for role in $(ls /etc/mesosphere/roles); do wanted "dcos.target.wants_$role"; done; } | sort -u
section dcos-known; for folder in /opt/mesosphere/active/*/dcos.target.wants*/; do ls "$folder"; done 2>/dev/null | sort -u
section dcos-states; for unit in $(systemctl show -P Wants dcos.target); do
  echo "$unit $(systemctl show -P ActiveState "$unit") $(systemctl show -P ConditionResult "$unit")"
done
node=/opt/mesosphere/bin/dcos-node
if [ -x "$node" ]; then section dcos-node; "$node" status --json 2>&1; fi
exit 0
`;
}

const LOOK_EVERY_SECONDS = 2;
