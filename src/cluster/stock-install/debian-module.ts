/** What the installer of plain machines takes from Debian, or Ubuntu, before it fetches DC/OS. */

/** What DC/OS uses of a machine beside what every Debian has. */
const PACKAGES = `ca-certificates curl docker.io ipset iptables iputils-ping logrotate openssl tar unzip xz-utils`;

export const DEBIAN_MODULE = String.raw`"""The packages of Debian that DC/OS uses."""
import os
import subprocess
import time

from dcos_node.signature import Refused

PACKAGES = "${PACKAGES}".split()
# cloud-init and the daily upgrade take their turn, too.
APT = ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=600"]
SECONDS_BETWEEN_TRIES = 10


def install_packages(deadline):
    """Does nothing where all are there. Mirrors of Debian may answer later than the machine starts. Raises Refused."""
    missing = [name for name in PACKAGES if not is_installed(name)]
    if not missing:
        return
    print(f"Installing {', '.join(missing)}.", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    while True:
        for what in (["update"], ["install", "--no-install-recommends", *missing]):
            status = subprocess.call([*APT, *what], env=environment, stdin=subprocess.DEVNULL)
            if status != 0:
                break
        if status == 0:
            return
        if time.monotonic() > deadline:
            raise Refused(f"apt-get could not install {', '.join(missing)}: see what it says above")
        time.sleep(SECONDS_BETWEEN_TRIES)


def is_installed(name):
    query = ["dpkg-query", "--show", "--showformat", "$" "{db:Status-Status}", name]
    done = subprocess.run(query, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done.stdout == b"installed"
`;
