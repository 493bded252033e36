"""Makes of a machine with a bootstrap the node that cloud-init has told it to be."""
import os

from pkgpanda.activation import activate, active_ids
from pkgpanda.errors import PkgpandaError
from pkgpanda.files import read_text, remove, write_text
from pkgpanda.package_id import parse_package_id
from pkgpanda.swap import recover
from pkgpanda.systemd import write_target

from .attributes import write_attributes
from .own_packages import put_own_packages
from .release import open_release


def set_up(node, told):
    """
    Does nothing on a node that is set up, and can be run again after an interruption at any point.

    Needs no network where the image holds all packages. Raises PkgpandaError, ValidationError.
    """
    settings = node.settings
    # First, since half an exchange may have taken away the list of what is active.
    was_interrupted = recover(settings, node.systemd)
    if not os.path.exists(settings.bootstrap_marker):
        if was_interrupted:
            node.systemd.start_target()
        node.say("This node is set up.")
        return
    _write_flags(settings, told)
    write_target(settings.systemd_dir)
    put_own_packages(told, node.repository)
    wanted = _wanted(active_ids(settings), told)
    _fetch(node, told, [text for text in wanted if not node.repository.has(text)])
    write_attributes(node, told)
    activate(settings, [node.repository.load(text) for text in wanted], node.users, node.systemd)
    node.systemd.start_target()
    remove(settings.bootstrap_marker)
    node.say(f"Set up as {', '.join(told.roles) or 'a node without roles'}: {len(wanted)} packages are active.")


def _write_flags(settings, told):
    """For pkgpanda, and for whoever looks. What stands there already is left alone: a rewrite could be interrupted."""
    flags = {f"roles/{role}": "" for role in told.roles}
    flags["setup-flags/cluster-package-list"] = f"{told.package_list_id}\n"
    if told.repository_url:
        flags["setup-flags/repository-url"] = f"{told.repository_url}\n"
    for name, text in flags.items():
        path = settings.in_config(*name.split("/"))
        os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
        if not os.path.exists(path) or read_text(path) != text:
            write_text(path, text)


def _wanted(bootstrap_ids, told):
    """Of two packages with one name the list of the cluster has the one that counts: the image may be older."""
    listed = [*told.package_list, *told.own_ids]
    names = {parse_package_id(text).name for text in listed}
    others = [text for text in bootstrap_ids if parse_package_id(text).name not in names]
    return sorted({*others, *listed})


def _fetch(node, told, missing):
    if not missing:
        return
    url = told.repository_url
    if not url:
        raise PkgpandaError(f"{missing[0]} is not on this node, and late.json has no repository_url to fetch it from.")
    named = told.release
    release = open_release(named.id, url, named.keys, node.state_folder, named.sha256) if named else None
    for text in missing:
        node.say(f"Fetching {text}")
        if release:
            release.fetch(text, node.repository)
        else:
            node.repository.fetch(url, text)
