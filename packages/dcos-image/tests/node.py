"""A node in a temporary folder: packages, configuration, and systemctl and useradd that only take notes."""
import json
import os
import pathlib
import shutil
import subprocess
import tarfile

from pkgpanda.activation import activate
from pkgpanda.repository import Repository
from pkgpanda.settings import Settings
from pkgpanda.systemd import Systemd
from pkgpanda.users import Users

UNIT = "[Service]\nExecStart=/bin/true\n"


class Accounts:
    """Stands for pwd and grp, and for the programs that are run."""

    def __init__(self):
        self.calls = []
        self.exit_status = 0

    def run(self, command, **_):
        self.calls.append(command)
        return subprocess.CompletedProcess(command, self.exit_status, "", "it does not work")

    def getpwnam(self, name):
        raise KeyError(name)

    def getgrnam(self, name):
        raise KeyError(name)


class Node:
    def __init__(self, folder, roles=(), **settings):
        self.folder = pathlib.Path(folder)
        self.root = self.folder / "root"
        self.root.mkdir()
        self.settings = Settings(
            root=str(self.root),
            config_dir=str(self.folder / "config"),
            repository=str(self.root / "packages"),
            state_dir_root=str(self.folder / "state"),
            rooted_systemd=True,
            **settings,
        )
        self.write("config/roles/.keep", "")
        os.unlink(self.folder / "config/roles/.keep")
        for role in roles:
            self.write(f"config/roles/{role}", "")
        self.accounts = Accounts()
        self.repository = Repository(self.settings.repository)
        self.users = Users(True, self.accounts.run, self.accounts, self.accounts)
        self.systemd = Systemd(True, True, self.accounts.run)

    def write(self, path, text):
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def package(self, text, files=None, **info):
        """Puts an unpacked package into the repository, and returns its folder."""
        folder = self.root / "packages" / text
        for path, content in {"pkginfo.json": json.dumps(info), **(files or {})}.items():
            self.write(f"root/packages/{text}/{path}", content)
        return folder

    def tarball(self, text, files=None, **info):
        """Packs a package, and returns the path of `<id>.tar.xz`; it is not in the repository."""
        folder = self.package(text, files, **info)
        path = self.folder / "tarballs" / f"{text}.tar.xz"
        path.parent.mkdir(exist_ok=True)
        with tarfile.open(path, "w:xz") as archive:
            archive.add(folder, ".")
        shutil.rmtree(folder)
        return path

    def activate(self, *ids):
        packages = [self.repository.load(text) for text in ids]
        activate(self.settings, packages, self.users, self.systemd)

    def tree(self):
        """All that is below the root but packages: path to content, or to what a link points to."""
        found = {}
        for path in sorted(self.root.rglob("*")):
            name = str(path.relative_to(self.root))
            if name.split("/")[0] == "packages" or (path.is_dir() and not path.is_symlink()):
                continue
            found[name] = f"-> {os.readlink(path)}" if path.is_symlink() else path.read_text()
        return found
