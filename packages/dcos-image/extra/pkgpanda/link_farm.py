"""
The folders in which the files of all packages come together, as links. Only looks at packages: nothing is made.

DC/OS's pkgpanda met a conflict as an error of the operating system, or wrote through one package's link into its
folder; here all of them are found before anything is changed.
"""
import os

from .errors import ValidationError
from .settings import UNITS, WELL_KNOWN

# Of two builds of one library, thousands of files collide.
MOST_NAMED = 20


class LinkFarm:
    """`folders` has relative paths, outer ones first; `links` has targets by relative path."""

    def __init__(self):
        self.folders = []
        self.links = {}
        self._owners = {}
        self._clashes = []

    def add_folder(self, path, owner):
        """False if the path is taken by something else, and nothing below it counts."""
        if path not in self._owners:
            self._owners[path] = (owner, True)
            self.folders.append(path)
        first, is_folder = self._owners[path]
        if not is_folder:
            self._clashes.append((path, first, owner))
        return is_folder

    def add_link(self, path, target, owner):
        if path in self._owners:
            self._clashes.append((path, self._owners[path][0], owner))
        else:
            self._owners[path] = (owner, False)
            self.links[path] = target

    def raise_clashes(self):
        if not self._clashes:
            return
        named = [f"{path}: {first} and {second}" for path, first, second in self._clashes[:MOST_NAMED]]
        more = len(self._clashes) - len(named)
        raise ValidationError(
            "\n".join(["Several packages install one path:", *named, *([f"and {more} more"] if more > 0 else [])])
        )


def plan_links(packages, roles):
    """
    Links of the well-known folders and the units: for each folder `d` of a package `d` itself, and `d_<role>` for each
    role of the node. Raises ValidationError if packages collide.
    """
    farm = LinkFarm()
    for common in (*WELL_KNOWN, UNITS):
        farm.add_folder(common, "all")
        for package in packages:
            for suffix in ("", *(f"_{role}" for role in roles)):
                _plant(farm, str(package.id), common, os.path.join(package.path, common + suffix))
    farm.raise_clashes()
    return farm


def _plant(farm, owner, path, folder):
    if not os.path.isdir(folder):
        return
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        inner = f"{path}/{entry.name}"
        if not entry.is_dir(follow_symlinks=False):
            farm.add_link(inner, entry.path, owner)
        elif farm.add_folder(inner, owner):
            _plant(farm, owner, inner, entry.path)
