"""One unpacked package, and what its pkginfo.json says of it."""
import os

from .errors import ValidationError
from .files import read_json
from .package_id import parse_package_id

# Type of each key that pkginfo.json may have; others are left alone.
KEYS = {
    "environment": dict,
    "group": str,
    "requires": list,
    "state_directory": bool,
    "sysctl": dict,
    "username": str,
}


class Package:
    """Attributes that pkginfo.json does not give are empty, or None for user name and group."""

    def __init__(self, text, path, info):
        self.id = parse_package_id(text)
        self.path = path
        self.info = info
        self.environment = info.get("environment") or {}
        self.group = info.get("group")
        self.requires = [_required_name(self.id, item) for item in info.get("requires") or []]
        self.state_directory = info.get("state_directory") or False
        self.sysctl = info.get("sysctl") or {}
        self.username = info.get("username")

    @property
    def name(self):
        return self.id.name

    def build_info(self):
        """Content of buildinfo.full.json, or None: configuration packages have none."""
        path = os.path.join(self.path, "buildinfo.full.json")
        return read_json(path) if os.path.exists(path) else None

    def services(self):
        """Base names of all *.service files anywhere in the package, sorted."""
        found = set()
        for _, _, names in os.walk(self.path):
            found.update(name[: -len(".service")] for name in names if name.endswith(".service"))
        return sorted(found)


def load_package(text, path):
    """Reads the package that is unpacked at a path. Raises ValidationError."""
    info = read_json(os.path.join(path, "pkginfo.json"))
    if not isinstance(info, dict):
        raise ValidationError(f"pkginfo.json of {text} is no object.")
    for key, kind in KEYS.items():
        if info.get(key) is not None and not isinstance(info[key], kind):
            raise ValidationError(f'pkginfo.json of {text}: "{key}" must be of type {kind.__name__}.')
    return Package(text, path, info)


def _required_name(package_id, item):
    name = item.get("name") if isinstance(item, dict) else item
    if isinstance(name, str):
        return name
    raise ValidationError(f'pkginfo.json of {package_id}: an entry of "requires" names no package.')
