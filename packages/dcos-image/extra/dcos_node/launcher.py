"""
How this program is started while the folders through which programs are found are being exchanged themselves: from the
packages' own folders, by a script and a unit that are there as long as a change is under way.
"""
import glob
import os
import shlex
import sys

from pkgpanda.activation import active_ids
from pkgpanda.files import remove, write_text

SCRIPT = "go-on"
UNIT = "dcos-node-change.service"
WANTED_BY = "multi-user.target.wants"


def put_launcher(node):
    """Has the next boot go on with the change, and returns the script that does it now."""
    script = node.in_state(SCRIPT)
    write_text(script, _script(node), 0o755)
    folder = node.settings.systemd_dir
    write_text(os.path.join(folder, UNIT), _unit(script))
    os.makedirs(os.path.join(folder, WANTED_BY), exist_ok=True)
    link = os.path.join(folder, WANTED_BY, UNIT)
    remove(link)
    os.symlink(os.path.join(folder, UNIT), link)
    return script


def remove_launcher(node):
    folder = node.settings.systemd_dir
    remove(os.path.join(folder, WANTED_BY, UNIT))
    remove(os.path.join(folder, UNIT))
    remove(node.in_state(SCRIPT))


def _script(node):
    own = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    folders = [node.repository.path_of(text) for text in active_ids(node.settings)]
    modules = [path for folder in folders for path in sorted(glob.glob(f"{folder}/lib/python3*/site-packages"))]
    libraries = [path for path in (f"{folder}/lib" for folder in folders) if os.path.isdir(path)]
    lines = [
        "#!/bin/sh",
        "# Goes on with a change of this node's packages. Made by dcos-node, which removes it when that is done.",
        f"export PYTHONPATH={shlex.quote(':'.join(dict.fromkeys([own, *modules])))}",
        f"export LD_LIBRARY_PATH={shlex.quote(':'.join(libraries))}",
        shlex.join(["exec", os.path.realpath(sys.executable), "-PB", "-m", "dcos_node", "go-on", *_options(node)]),
    ]
    return "".join(f"{line}\n" for line in lines)


def _options(node):
    settings = node.settings
    folders = {
        "root": settings.root,
        "config-dir": settings.config_dir,
        "repository": settings.repository,
        "state-dir-root": settings.state_dir_root,
        "node-config": node.told_folder,
        "node-state": node.state_folder,
    }
    switches = ["--no-block-systemd"]
    switches += ["--rooted-systemd"] if settings.rooted_systemd else []
    switches += [] if settings.manage_systemd else ["--no-systemd"]
    return [*switches, *(f"--{name}={folder}" for name, folder in folders.items())]


def _unit(script):
    """Nothing waits for it, since it waits itself for the units of dcos.target."""
    return f"""[Unit]
Description=DC/OS: goes on with a change of packages that was interrupted
ConditionPathExists={script}
After=local-fs.target

[Service]
ExecStart={script}
StandardOutput=journal+console
"""
