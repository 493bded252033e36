"""The packages that are unpacked on this node, active or not: a folder with one folder for each id."""
import os
import tempfile

from .archive import unpack
from .download import NotThere, download, sha256_of, shown_url
from .errors import PkgpandaError, ValidationError
from .files import names_in, read_json, remove, sync_folder
from .package import load_package
from .package_id import is_package_id, parse_package_id

# Of folders that are being filled; no id ends so.
UNFINISHED = "_tmp"
TARBALL = ".tar.xz"


class Repository:
    def __init__(self, path):
        self._path = path

    def ids(self):
        return [name for name in names_in(self._path) if is_package_id(name) and not name.endswith(UNFINISHED)]

    def path_of(self, text):
        return os.path.join(self._path, str(parse_package_id(text)))

    def has(self, text):
        return os.path.isdir(self.path_of(text))

    def load(self, text):
        if not self.has(text):
            raise PkgpandaError(f"{text} is not in {self._path}. Fetch it first.")
        return load_package(text, self.path_of(text))

    def add(self, tarball):
        """Unpacks `<id>.tar.xz`, and returns the id; what is there already stays as it is."""
        name = os.path.basename(tarball)
        if not name.endswith(TARBALL):
            raise ValidationError(f"{tarball} must be named <id>{TARBALL}.")
        text = str(parse_package_id(name[: -len(TARBALL)]))
        if not self.has(text):
            self.add_filled(text, lambda folder: unpack(tarball, folder))
        return text

    def add_filled(self, text, fill):
        """Has a function fill a folder, and takes that for the package with this id, in place of an older one."""
        path = self.path_of(text)
        unfinished = path + UNFINISHED
        remove(unfinished)
        os.makedirs(unfinished)
        fill(unfinished)
        os.chmod(unfinished, 0o755)
        load_package(text, unfinished)
        # All of its files at once: what has the name of an id must be whole after a power cut, too.
        os.sync()
        remove(path)
        os.rename(unfinished, path)
        sync_folder(self._path)

    def fetch(self, repository_url, text):
        """
        Fetches a package that is not here. If the repository has a manifest for it, as those of dcos-build have, the
        tarball must be what the manifest says.
        """
        if self.has(text):
            return
        base = f"{repository_url.rstrip('/')}/packages/{parse_package_id(text).name}/{text}"
        with self.scratch() as folder:
            tarball = os.path.join(folder, text + TARBALL)
            download(base + TARBALL, tarball)
            expected = _sha256_in_manifest(f"{base}.manifest.json", os.path.join(folder, "manifest"), text)
            if expected is not None and sha256_of(tarball) != expected:
                raise PkgpandaError(
                    f"{shown_url(base)}{TARBALL} is not what its manifest says: expected sha256 {expected}."
                )
            self.add(tarball)

    def scratch(self):
        """A folder on the same file system, which is removed at the end of the block."""
        os.makedirs(self._path, exist_ok=True)
        return tempfile.TemporaryDirectory(prefix=".fetch-", dir=self._path)

    def remove(self, text):
        if not self.has(text):
            raise PkgpandaError(f"{text} is not in {self._path}.")
        remove(self.path_of(text))


def _sha256_in_manifest(url, path, text):
    try:
        download(url, path)
    except NotThere:
        return None
    manifest = read_json(path)
    if not isinstance(manifest, dict) or not isinstance(manifest.get("sha256"), str):
        raise PkgpandaError(f"{shown_url(url)} is no manifest: it has no sha256.")
    return manifest["sha256"] if manifest.get("file") == text + TARBALL else None
