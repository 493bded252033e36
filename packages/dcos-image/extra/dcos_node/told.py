"""What cloud-init has told this node: node.json, the same for all nodes of a pool, and late.json, known at launch."""
import os
import re
from dataclasses import dataclass

from pkgpanda.errors import ValidationError
from pkgpanda.files import read_json
from pkgpanda.package_id import is_package_id, parse_package_id

from .late_values import masters_of
from .signature import RELEASE_ID

SCHEMA = "dcos-node 1"
ROLE = re.compile(r"[a-z0-9_]+")
# What Mesos splits its list of attributes at, and what would end a line.
NOT_IN_ATTRIBUTES = re.compile(r"[;:\r\n\0]")


@dataclass(frozen=True)
class ToldRelease:
    id: str
    # Of its manifest.
    sha256: str
    variant: str
    bootstrap: str
    keys: tuple


@dataclass(frozen=True)
class Told:
    roles: tuple
    # None: the image was made of no published release.
    release: ToldRelease
    package_list_id: str
    package_list: tuple
    # (id, list of objects with path, content and permissions), the late package last.
    packages: tuple
    attributes: dict
    late: dict

    @property
    def own_ids(self):
        """Packages that come from the configuration, and not from a release."""
        return [text for text, _ in self.packages]

    @property
    def config_id(self):
        versions = [parse_package_id(text) for text in self.own_ids]
        found = [each.version for each in versions if each.name == "dcos-config"]
        return found[0].removeprefix("setup_") if found else None

    @property
    def repository_url(self):
        return self.late.get("repository_url", "")


def read_told(folder, is_late_needed=True):
    """Only root may read what is late. Raises PkgpandaError, ValidationError with all mistakes, a line each."""
    node = read_json(os.path.join(folder, "node.json"))
    late = read_json(os.path.join(folder, "late.json")) if is_late_needed else {}
    mistakes = [f"{folder}/{mistake}" for mistake in (*_mistakes(node), *_late_mistakes(late))]
    if mistakes:
        raise ValidationError("\n".join(mistakes))
    release, late_package = node.get("release"), node.get("late_package")
    embedded = [*node["packages"], *([late_package] if late_package else [])]
    return Told(
        roles=tuple(sorted(node["roles"])),
        release=_release(release) if release else None,
        package_list_id=node["package_list"]["id"],
        package_list=tuple(node["package_list"]["packages"]),
        packages=tuple((package["id"], package["files"]) for package in embedded),
        attributes=node["attributes"],
        late=late,
    )


def _release(release):
    sha256, variant, bootstrap = release["sha256"], release.get("variant"), release["bootstrap"]
    return ToldRelease(release["id"], sha256, variant, bootstrap, tuple(release["keys"]))


def _mistakes(node):
    if not isinstance(node, dict) or node.get("schema") != SCHEMA:
        yield f'node.json: the schema must be "{SCHEMA}".'
        return
    yield from _list_mistakes(node.get("roles"), "roles", lambda role: isinstance(role, str) and ROLE.fullmatch(role))
    yield from _release_mistakes(node.get("release"))
    listed = node.get("package_list")
    listed = listed if isinstance(listed, dict) else {}
    if not isinstance(listed.get("id"), str):
        yield "node.json: package_list.id must be a text."
    yield from _list_mistakes(listed.get("packages"), "package_list.packages", is_package_id)
    yield from _list_mistakes(node.get("packages"), "packages", _is_embedded)
    if node.get("late_package") is not None and not _is_embedded(node["late_package"]):
        yield "node.json: late_package must have an id of a package and a list files."
    attributes = node.get("attributes")
    if not isinstance(attributes, dict):
        yield "node.json: attributes must be an object."
        return
    for name, value in sorted(attributes.items()):
        if not isinstance(value, str) or not name or not value or NOT_IN_ATTRIBUTES.search(name + value):
            yield f"node.json: attributes.{name} must be a text without colon, semicolon and line feed, and not empty."


def _release_mistakes(release):
    if release is None:
        return
    if not isinstance(release, dict):
        yield "node.json: release must be an object or null."
        return
    if not isinstance(release.get("id"), str) or not RELEASE_ID.fullmatch(release["id"]):
        yield "node.json: release.id must be the id of a release."
    if not isinstance(release.get("variant"), (str, type(None))):
        yield "node.json: release.variant must be a text or null."
    for name in ("bootstrap", "sha256"):
        if not isinstance(release.get(name), str):
            yield f"node.json: release.{name} must be a text."
    yield from _list_mistakes(release.get("keys"), "release.keys", lambda key: isinstance(key, str))


def _list_mistakes(items, path, is_right):
    if not isinstance(items, list):
        yield f"node.json: {path} must be a list."
        return
    for at, item in enumerate(items):
        if not is_right(item):
            yield f"node.json: {path}[{at}] is not what belongs there."


def _is_embedded(package):
    return isinstance(package, dict) and is_package_id(package.get("id")) and isinstance(package.get("files"), list)


def _late_mistakes(late):
    if not isinstance(late, dict):
        yield "late.json: it must be an object."
        return
    for name in sorted(name for name, value in late.items() if not isinstance(value, str)):
        yield f"late.json: {name} must be a text."
    if masters_of(late) is None:
        yield "late.json: master_list must be a list of texts, written as JSON."
