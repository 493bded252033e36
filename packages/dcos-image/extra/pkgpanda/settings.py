"""Where things are on this node, and how much of it is to be managed."""
import os
from dataclasses import dataclass

# Folders in which the files of all active packages come together.
WELL_KNOWN = ("bin", "etc", "include", "lib")
UNITS = "dcos.target.wants"


@dataclass(frozen=True)
class Settings:
    root: str = "/opt/mesosphere"
    config_dir: str = "/etc/mesosphere"
    repository: str = "/opt/mesosphere/packages"
    state_dir_root: str = "/var/lib/dcos"
    # Units below the root instead of systemd's folder: for looking at what would be.
    rooted_systemd: bool = False
    # Whether systemctl is called.
    manage_systemd: bool = True
    # Whether to wait until units have started.
    block_systemd: bool = True

    @property
    def systemd_dir(self):
        return self.root if self.rooted_systemd else "/etc/systemd/system"

    @property
    def wants_dir(self):
        return os.path.join(self.systemd_dir, UNITS)

    @property
    def bootstrap_marker(self):
        """An empty file that says: this node is still to be set up."""
        return self.in_root("bootstrap")

    @property
    def progress_file(self):
        """Is there while active packages are exchanged, and says how far that has come."""
        return self.in_root("install_progress")

    @property
    def roles(self):
        """Names of the files in the folder `roles`, sorted; what a node is for is told by their presence."""
        folder = self.in_config("roles")
        return sorted(os.listdir(folder)) if os.path.isdir(folder) else []

    @property
    def may_add_users(self):
        return not os.path.exists(self.in_config("manual_host_users"))

    def in_root(self, *names):
        return os.path.join(self.root, *names)

    def in_config(self, *names):
        return os.path.join(self.config_dir, *names)

    def swapped_paths(self):
        """All that is exchanged when other packages become active."""
        names = (*WELL_KNOWN, "environment", "environment.export", "active", "active.buildinfo.full.json")
        return [*(self.in_root(name) for name in names), self.wants_dir]
