"""Takes a node to another release, or back."""
import os
from dataclasses import dataclass

from pkgpanda.activation import plan_activation
from pkgpanda.errors import PkgpandaError
from pkgpanda.package_id import parse_package_id

from .change import begin
from .release import open_release
from .sets import PackageSet, current_set, previous_set


@dataclass(frozen=True)
class Wish:
    release_id: str
    # None: that of the configuration.
    url: str
    is_dry: bool
    # Seconds: see change.begin.
    limits: tuple


def upgrade(node, told, wish):
    """
    Fetches what another release has and this node lacks, and returns the script that makes it active; None if there is
    nothing to do. Raises PkgpandaError, ValidationError.
    """
    _require_set_up(node)
    if not told.release:
        raise PkgpandaError("node.json names no release, and so no keys: no release can be trusted on this node.")
    url = wish.url or told.repository_url
    if not url:
        raise PkgpandaError("late.json has no repository_url: name one with --repository-url.")
    release = open_release(wish.release_id, url, told.release.keys, node.state_folder)
    bootstrap, ids = release.tree(told.release.variant)
    old = current_set(node, told)
    new = PackageSet(release.id, bootstrap, tuple(sorted({*ids, *_kept(old.packages)})))
    missing = [text for text in new.packages if not node.repository.has(text)]
    if (old.release, old.packages) == (new.release, new.packages):
        node.say(f"The release {release.id} is active already.")
        return None
    _tell(node, old, new, [(text, release.bytes_of(text)) for text in missing])
    if wish.is_dry:
        return None
    for text in missing:
        release.fetch(text, node.repository)
    return begin(node, "upgrade", old, new, wish.limits)


def roll_back(node, told, wish):
    """Returns the script that makes active again what was so before; None for a dry run. Raises PkgpandaError."""
    _require_set_up(node)
    new = previous_set(node)
    if not new:
        raise PkgpandaError("No other packages were active on this node before.")
    old = current_set(node, told)
    gone = [text for text in new.packages if not node.repository.has(text)]
    if gone:
        raise PkgpandaError(f"{', '.join(gone)} of {new.title} is no longer on this node: upgrade to that release.")
    _tell(node, old, new, [])
    if wish.is_dry:
        plan_activation(node.settings, [node.repository.load(text) for text in new.packages])
        return None
    return begin(node, "rollback", old, new, wish.limits)


def _require_set_up(node):
    if os.path.exists(node.settings.bootstrap_marker):
        raise PkgpandaError('This node is not set up yet: run "dcos-node setup".')
    if os.path.exists(node.settings.progress_file):
        raise PkgpandaError('An exchange of packages was interrupted: run "dcos-node setup", which finishes it.')


def _kept(ids):
    """The configuration of this node is no part of a release; its packages have versions that begin so."""
    return [text for text in ids if parse_package_id(text).version.startswith("setup")]


def _tell(node, old, new, to_fetch):
    node.say(f"From {old.title} to {new.title}:")
    for text in sorted({*old.packages, *new.packages}):
        if text not in new.packages:
            node.say(f"  - {text}")
        elif text not in old.packages:
            size = dict(to_fetch).get(text)
            node.say(f"  + {text}" + (f", {_shown(size)} to fetch" if size is not None else ""))
    if set(old.packages) == set(new.packages):
        node.say("  the same packages")


def _shown(size):
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
