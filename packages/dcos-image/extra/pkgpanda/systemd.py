"""What systemctl is asked for, if it is to be asked at all."""
import os
import subprocess

from .environment import machine_environment
from .errors import PkgpandaError, ValidationError
from .files import write_text

TARGET = "dcos.target"
# Brought by whoever installs the node, not by packages.
RESERVED = (TARGET, "dcos-download.service", "dcos-setup.service")
NOT_LOADED = 5


class Systemd:
    def __init__(self, is_managed, blocks, run=subprocess.run):
        self._is_managed = is_managed
        self._wait = [] if blocks else ["--no-block"]
        self._run = run

    def stop(self, units):
        if units:
            self._call(["stop", *units], fine=(0, NOT_LOADED))

    def start_target(self):
        self._call(["daemon-reload"])
        self._call(["enable", TARGET, "--no-reload"])
        self._call([*self._wait, "start", TARGET])

    def stop_target(self):
        self._call(["stop", TARGET], fine=(0, NOT_LOADED))
        self._call(["disable", TARGET, "--no-reload"], fine=(0, 1, NOT_LOADED))

    def reload(self):
        self._call(["daemon-reload"])

    def properties(self, units, names):
        """For each unit an object of these properties; None where systemd is not asked."""
        if not self._is_managed or not units:
            return None
        text = self._call(["show", f"--property={','.join(names)}", "--", *units])
        blocks = [block for block in text.split("\n\n") if block.strip()]
        return [dict(line.split("=", 1) for line in block.splitlines() if "=" in line) for block in blocks]

    def _call(self, arguments, fine=(0,)):
        if not self._is_managed:
            return ""
        done = self._run(["systemctl", *arguments], capture_output=True, text=True, env=machine_environment())
        if done.returncode not in fine:
            raise PkgpandaError(f"systemctl {' '.join(arguments)} failed: {done.stderr.strip()}")
        return done.stdout


def write_target(systemd_dir):
    os.makedirs(systemd_dir, exist_ok=True)
    write_text(os.path.join(systemd_dir, TARGET), "[Install]\nWantedBy=multi-user.target\n")


def check_unit_names(names):
    reserved = sorted(set(RESERVED) & set(names))
    if reserved:
        raise ValidationError(f"Packages must not bring the units {', '.join(reserved)}: these are DC/OS's own.")
