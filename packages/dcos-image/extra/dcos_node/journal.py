"""What a change of packages is about and how far it has come: a file that is there only while a change is under way."""
import os
from dataclasses import asdict, dataclass, replace

from pkgpanda.errors import PkgpandaError
from pkgpanda.files import read_json, remove, sync_folder, write_json

from .sets import PackageSet, set_from_json

SCHEMA = "dcos-node change 1"
FILE = "change.json"
# The new packages become active; they are looked at; the old ones become active again.
EXCHANGE, CHECK, RETURN = "exchange", "check", "return"


@dataclass(frozen=True)
class Change:
    # `upgrade` or `rollback`.
    kind: str
    stage: str
    old: PackageSet
    new: PackageSet
    # What was wrong before counts for nothing afterwards: names of units and checks.
    known: tuple
    # Why the old packages become active again, as sentences.
    why: tuple
    check_seconds: float
    settle_seconds: float


def read_change(node):
    """None if nothing is under way. Raises PkgpandaError."""
    path = node.in_state(FILE)
    if not os.path.exists(path):
        return None
    value = read_json(path)
    if not isinstance(value, dict) or value.pop("schema", None) != SCHEMA:
        raise PkgpandaError(f"{path} is not what this dcos-node writes.")
    sets = {name: set_from_json(value[name]) for name in ("old", "new")}
    lists = {name: tuple(value[name]) for name in ("known", "why")}
    return Change(**{**value, **sets, **lists})


def write_change(node, change):
    write_json(node.in_state(FILE), {**asdict(change), "schema": SCHEMA})


def go_to(node, change, stage, why=()):
    moved = replace(change, stage=stage, why=tuple(why))
    write_change(node, moved)
    return moved


def remove_change(node):
    remove(node.in_state(FILE))
    sync_folder(node.state_folder)
