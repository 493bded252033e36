"""
The exchange of what is active for what stands beside it with the ending `.new`.

It can be interrupted anywhere: a file says how far it has come, and `recover` goes on from there.
"""
import os

from .errors import PkgpandaError
from .files import names_in, read_json, remove, sync_folder, write_json

ARCHIVE, MOVE_NEW = "archive", "move_new"
NEW, OLD = ".new", ".old"
# Between a unit's name and the ending: a unit file that waits for its turn is none of systemd's.
WAITING = ".unit" + NEW


def swap(settings, systemd):
    """Everything new must be there, and nothing old."""
    _record(settings, ARCHIVE)
    _archive(settings, systemd)
    _move_new(settings)


def recover(settings, systemd):
    """Finishes an exchange that was interrupted; false if there was none."""
    if not os.path.exists(settings.progress_file):
        return False
    progress = read_json(settings.progress_file)
    stage = progress.get("stage") if isinstance(progress, dict) else None
    if stage not in (ARCHIVE, MOVE_NEW) or progress.get("extension") != NEW:
        raise PkgpandaError(f"{settings.progress_file} speaks of a step that this pkgpanda does not know: {progress}")
    if stage == ARCHIVE:
        _archive(settings, systemd)
    _move_new(settings)
    return True


def remove_units(settings, systemd):
    """Stops what is active, and takes its unit files away."""
    units = names_in(settings.wants_dir)
    systemd.stop(units)
    for unit in units:
        remove(os.path.join(settings.systemd_dir, unit))


def _archive(settings, systemd):
    remove_units(settings, systemd)
    for path in settings.swapped_paths():
        # What is not there was moved before the interruption, or this is the first activation.
        if os.path.lexists(path):
            os.rename(path, path + OLD)


def _move_new(settings):
    _record(settings, MOVE_NEW)
    for path in settings.swapped_paths():
        if os.path.lexists(path + NEW):
            os.rename(path + NEW, path)
    for unit in names_in(settings.wants_dir):
        path = os.path.join(settings.systemd_dir, unit)
        if os.path.lexists(path + WAITING):
            os.rename(path + WAITING, path)
    sync_folder(settings.systemd_dir)
    sync_folder(settings.root)
    remove(settings.progress_file)


def _record(settings, stage):
    write_json(settings.progress_file, {"stage": stage, "extension": NEW})
