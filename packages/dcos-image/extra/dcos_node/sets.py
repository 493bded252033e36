"""Which packages a node has had, and of which release: what is active, what was before, and how it came to that."""
import os
from dataclasses import asdict, dataclass

from pkgpanda.activation import active_ids
from pkgpanda.errors import PkgpandaError
from pkgpanda.files import read_json, write_json

SCHEMA = "dcos-node state 1"
FILE = "state.json"


@dataclass(frozen=True)
class PackageSet:
    """`release` and `bootstrap` are ids, or None where the image was made of no published release."""

    release: str
    bootstrap: str
    packages: tuple

    def to_json(self):
        return {**asdict(self), "packages": list(self.packages)}

    @property
    def title(self):
        return f"release {self.release}" if self.release else f"bootstrap {self.bootstrap or 'of the image'}"


def set_from_json(value):
    return PackageSet(value["release"], value["bootstrap"], tuple(value["packages"]))


def current_set(node, told):
    """What is active now."""
    recorded = read_state(node)["current"]
    named = told.release if told else None
    release, bootstrap = (named.id, named.bootstrap) if named else (None, None)
    if recorded:
        release, bootstrap = recorded.release, recorded.bootstrap
    return PackageSet(release, bootstrap, tuple(active_ids(node.settings)))


def previous_set(node):
    return read_state(node)["previous"]


def last_change(node):
    """How the last upgrade or roll-back ended, as an object of JSON; None if there was none."""
    return read_state(node)["last"]


def write_state(node, current, previous, last):
    state = {"schema": SCHEMA, "current": current.to_json(), "last": last}
    write_json(node.in_state(FILE), {**state, "previous": previous.to_json() if previous else None})


def read_state(node):
    path = node.in_state(FILE)
    if not os.path.exists(path):
        return {"current": None, "previous": None, "last": None}
    value = read_json(path)
    try:
        if value["schema"] == SCHEMA:
            sets = {name: value[name] and set_from_json(value[name]) for name in ("current", "previous")}
            return {**sets, "last": value["last"]}
    except (KeyError, TypeError):
        pass
    raise PkgpandaError(f"{path} is not what this dcos-node writes.")
