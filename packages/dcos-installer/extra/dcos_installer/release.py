"""The built repository: which packages and which bootstrap make up the tree."""
import hashlib
import json
import os
import re
import shutil

from .errors import InstallerError

ID = re.compile(r"[a-zA-Z0-9@_+][a-zA-Z0-9@._+\-]*--[a-zA-Z0-9@_+:.]+")
HASH = re.compile(r"[0-9a-f]{40}")


class Release:
    """A tree in a repository as dcos-build leaves it; the default tree where no variant is given."""

    def __init__(self, repository, variant=None):
        self._repository = repository
        prefix = f"{variant}." if variant else ""
        path = os.path.join(repository, "complete", f"{prefix}complete.latest.json")
        try:
            with open(path, encoding="utf-8") as file:
                complete = json.load(file)
            self.bootstrap = _matching(HASH, complete["bootstrap"])
            self.packages = sorted(_matching(ID, text) for text in complete["packages"])
        except FileNotFoundError:
            raise InstallerError(f"{path} is not there: build the tree, or give --repository and --variant.") from None
        except (KeyError, TypeError, ValueError) as error:
            raise InstallerError(f"{path} does not name a bootstrap and packages: {error!r}") from error

    def copy_to(self, folder):
        """Puts bootstrap and packages into a folder of the same layout; without a copy where the file system can."""
        for relative in [self._bootstrap_path(), *map(_package_path, self.packages)]:
            self._copy(relative, folder, required=True)
        for relative in map(_package_path, self.packages):
            self._copy(relative.removesuffix(".tar.xz") + ".manifest.json", folder, required=False)

    def bootstrap_sha256(self):
        digest = hashlib.sha256()
        with open(os.path.join(self._repository, self._bootstrap_path()), "rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
        return digest.hexdigest()

    def _bootstrap_path(self):
        return f"bootstrap/{self.bootstrap}.bootstrap.tar.xz"

    def _copy(self, relative, folder, required):
        source = os.path.join(self._repository, relative)
        target = os.path.join(folder, relative)
        if not os.path.exists(source):
            if required:
                raise InstallerError(f"{source} is not there: the repository is not whole.")
            return
        os.makedirs(os.path.dirname(target), exist_ok=True)
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)


def _package_path(text):
    return f"packages/{text.partition('--')[0]}/{text}.tar.xz"


def _matching(pattern, text):
    if isinstance(text, str) and pattern.fullmatch(text):
        return text
    raise ValueError(text)
