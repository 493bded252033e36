"""Sets up a node that has only been given the bootstrap, and finishes what was interrupted."""
import os

from .activation import activate, active_ids
from .download import download
from .errors import PkgpandaError, ValidationError
from .files import read_json, read_text, remove
from .late_config import add_late_package
from .package_id import parse_package_id
from .swap import recover
from .systemd import write_target


def setup(settings, repository, users, systemd):
    """
    Does nothing on a node that is set up. Can be run again after an interruption at any point.

    Raises ValidationError, PkgpandaError.
    """
    # First, since half an exchange may have taken away the list of what is active.
    was_interrupted = recover(settings, systemd)
    if os.path.exists(settings.bootstrap_marker):
        _set_up_bootstrap(settings, repository, users, systemd)
    elif was_interrupted:
        systemd.start_target()


def _set_up_bootstrap(settings, repository, users, systemd):
    if os.path.exists(settings.in_config("setup-packages")):
        raise ValidationError(f"{settings.in_config('setup-packages')} is no longer supported: remove it.")
    write_target(settings.systemd_dir)
    url = _flag(settings, "repository-url")
    late_id = add_late_package(settings, repository, url)
    ids = _wanted(settings, repository, url)
    wanted = sorted({*ids, late_id} if late_id else set(ids))
    activate(settings, [repository.load(text) for text in wanted], users, systemd)
    systemd.start_target()
    remove(settings.bootstrap_marker)


def _wanted(settings, repository, url):
    """Ids of all that is to be active but the late package; each is there when this returns."""
    own_list = settings.in_config("setup-flags", "active.json")
    if os.path.exists(own_list):
        ids = _package_list(own_list)
    else:
        ids = [*active_ids(settings), *_cluster_packages(settings, url)]
    for text in ids:
        if not repository.has(text):
            repository.fetch(_needed(url, settings, text), text)
    return ids


def _cluster_packages(settings, url):
    list_id = _flag(settings, "cluster-package-list")
    if not list_id:
        return []
    path = settings.in_root(".cluster-package-list.json")
    try:
        download(f"{_needed(url, settings, list_id).rstrip('/')}/package_lists/{list_id}.package_list.json", path)
        return _package_list(path)
    finally:
        remove(path)


def _package_list(path):
    ids = read_json(path)
    if not isinstance(ids, list):
        raise ValidationError(f"{path} is no list of package ids.")
    return [str(parse_package_id(text)) for text in ids]


def _needed(url, settings, wanted):
    if url:
        return url
    flag = settings.in_config("setup-flags", "repository-url")
    raise PkgpandaError(f"{wanted} is not on this node, and {flag} does not say from where to fetch it.")


def _flag(settings, name):
    path = settings.in_config("setup-flags", name)
    return read_text(path).strip() if os.path.exists(path) else ""
