/** What is looked at inside the guest, as a script for its shell, which runs as root. */
import { MARKER } from './guest.ts';

/** Before the name of each section; nothing that is looked at writes it. */
export const SECTION = '@@dcos-build ';

export interface ScriptOptions {
  readonly userName: string;
  readonly role: string | undefined;
  /** Of another machine in its network. */
  readonly names: readonly string[];
  /** How long the guest may take to be done with its boot. */
  readonly waitSeconds: number;
}

/** Prints one section after another, each begun by a line with its name. */
export function guestScript({ userName, role, names, waitSeconds }: ScriptOptions): string {
  return `
export LC_ALL=C SYSTEMD_PAGER= SYSTEMD_COLORS=0
section() { printf '\\n${SECTION}%s\\n' "$1"; }
user='${userName}'
home=$(getent passwd "$user" | cut -d: -f6)
section cloud-init; timeout ${waitSeconds} cloud-init status --wait --long 2>&1 | grep -v '^\\.*$'
section state; timeout ${waitSeconds} systemctl is-system-running --wait
section jobs; systemctl list-jobs --no-legend
section failed; systemctl list-units --failed --all --no-legend --plain --full
section boot-id; cat /proc/sys/kernel/random/boot_id
section uptime; cat /proc/uptime
section firmware; if [ -d /sys/firmware/efi ]; then echo UEFI; else echo BIOS; fi
section secure-boot; od -An -tu1 -j4 -N1 /sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c 2>/dev/null
section result; cat /run/cloud-init/result.json
section instance; cat /var/lib/cloud/data/instance-id
section instances; ls /var/lib/cloud/instances
section hostname; hostname
section passwd; getent passwd "$user"
section password; passwd -S "$user" | cut -d' ' -f2
section root-password; passwd -S root | cut -d' ' -f2
section keys; cat "$home/.ssh/authorized_keys"
section marker; cat '${MARKER.path}'
section roles; ls /etc/mesosphere/roles 2>/dev/null
section host-keys; sha256sum /etc/ssh/ssh_host_*_key.pub
section disk; lsblk -nbo SIZE,TYPE -s "$(findmnt -no SOURCE /)"
section root; df -B1 --output=size / | tail -n 1
agent=/var/log/waagent.log
for _ in $(seq 60); do
  systemctl is-active -q walinuxagent.service waagent.service || break
  grep -q 'Fetch goal state completed' $agent 2>/dev/null && break
  sleep 1
done
section waagent; systemctl is-active walinuxagent.service waagent.service
section kernel; dmesg --level=emerg,alert,crit,err --notime
section routes; ip -4 route
section names; for name in ${names.join(' ')}; do
  printf '%s %s\\n' "$name" "$(timeout 30 getent ahostsv4 "$name" | head -n 1 | cut -d' ' -f1)"
done
[ -d /opt/mesosphere ] || exit 0
section dcos; echo yes
section dcos-target; systemctl is-active dcos.target
section dcos-wanted; for package in /opt/mesosphere/active/*/; do
  ls "$package/dcos.target.wants"${role === undefined ? '' : ` "$package/dcos.target.wants_${role}"`} 2>/dev/null | grep -v ':$'
done | sort -u
section dcos-linked; systemctl show -P Wants dcos.target | tr ' ' '\\n' | sort -u
section dcos-failed; systemctl list-units --failed --all --no-legend --plain --full 'dcos-*'
[ -f /opt/mesosphere/environment.export ] && . /opt/mesosphere/environment.export
section curl; /opt/mesosphere/bin/curl --version 2>&1 | head -n 1
python=/opt/mesosphere/bin/python3; [ -x "$python" ] || python=/opt/mesosphere/bin/python
section python; "$python" --version 2>&1 | head -n 1
exit 0
`;
}
