"""Takes off a node what pkgpanda has put there."""
import os

from .files import remove
from .swap import NEW, OLD, WAITING, remove_units
from .systemd import TARGET


def uninstall(settings, repository_path, systemd):
    """Configuration, users, and the state folders with what services have written stay."""
    systemd.stop_target()
    remove_units(settings, systemd)
    if os.path.isdir(settings.systemd_dir):
        for name in os.listdir(settings.systemd_dir):
            if name == TARGET or name.endswith(WAITING):
                remove(os.path.join(settings.systemd_dir, name))
    for path in settings.swapped_paths():
        for ending in ("", NEW, OLD):
            remove(path + ending)
    remove(settings.progress_file)
    remove(settings.bootstrap_marker)
    remove(repository_path)
    systemd.reload()
