/** `bin/detect_ip`: prints the address by which the other nodes know this one. */

/** Known everywhere, and older than all that is asked for. */
const API_VERSION = '2021-02-01';

/**
 * Azure's metadata service is asked by bash alone: no proxy can be in the way, and no library of DC/OS, which services have
 * in LD_LIBRARY_PATH. Its answer must be an address of this machine; else the one from which Azure is reached counts.
 */
export const DETECT_IP = `#!/bin/bash
# Prints the IPv4 address of this node, as Azure's metadata service names it.
set -u
unset LD_LIBRARY_PATH
PATH="\${PATH:-/bin}:/usr/sbin:/usr/bin:/sbin:/bin"
host="\${IMDS_HOST:-169.254.169.254}"
port="\${IMDS_PORT:-80}"
path='/metadata/instance/network/interface/0/ipv4/ipAddress/0/privateIpAddress?api-version=${API_VERSION}&format=text'
octet='(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
ipv4="^$octet\\\\.$octet\\\\.$octet\\\\.$octet$"

ask() {
  exec 3<>"/dev/tcp/$host/$port" || return
  printf 'GET %s HTTP/1.0\\r\\nHost: %s\\r\\nMetadata: true\\r\\nConnection: close\\r\\n\\r\\n' "$path" "$host" >&3
  # The last line is the body, which ends without a line feed.
  while IFS= read -r line <&3 || [ -n "$line" ]; do body="$line"; done
  printf '%s' "\${body%$'\\r'}"
}
export -f ask
export host port path

is_own() {
  [[ "$1" =~ $ipv4 ]] && ip -4 -o addr show | grep -qF " inet $1/"
}

for pause in 0.2 1 0; do
  address="$(timeout 3 bash -c ask 2>/dev/null)"
  if is_own "$address"; then
    echo "$address"
    exit 0
  fi
  sleep "$pause"
done
address="$(ip -4 -o route get 168.63.129.16 2>/dev/null | sed -n 's/.* src \\([0-9.]*\\).*/\\1/p')"
if [[ "$address" =~ $ipv4 ]]; then
  echo "$address"
  exit 0
fi
echo 'detect_ip: neither the metadata service nor the routes of this machine tell its address.' >&2
exit 1
`;
