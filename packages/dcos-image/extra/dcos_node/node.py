"""The node that a command works on."""
import contextlib
import fcntl
import os
from dataclasses import dataclass

from pkgpanda.errors import PkgpandaError
from pkgpanda.repository import Repository
from pkgpanda.settings import Settings
from pkgpanda.systemd import Systemd
from pkgpanda.users import Users


def _say(text):
    """At once, also on its way to the journal. A terminal that is gone is no reason to stop in the middle."""
    with contextlib.suppress(OSError):
        print(text, flush=True)


@dataclass(frozen=True)
class Node:
    settings: Settings
    repository: Repository
    users: Users
    systemd: Systemd
    # What cloud-init has written.
    told_folder: str = "/etc/dcos-node"
    # What this program remembers.
    state_folder: str = "/var/lib/dcos-node"
    metadata_url: str = "http://169.254.169.254"
    say: object = _say

    def in_state(self, name):
        return os.path.join(self.state_folder, name)

    @contextlib.contextmanager
    def alone(self):
        """Nobody else changes this node meanwhile. Raises PkgpandaError."""
        os.makedirs(self.state_folder, mode=0o755, exist_ok=True)
        with open(self.in_state("lock"), "w", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise PkgpandaError("Another dcos-node is at work on this node: wait until it is done.") from None
            yield

    @property
    def is_busy(self):
        """Whether somebody changes this node right now."""
        try:
            with open(self.in_state("lock"), encoding="utf-8") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False
