"""A published release, as far as a node needs it: checked before anything of it is used."""
import os
import tempfile

from pkgpanda.download import NotThere, download, sha256_of, shown_url
from pkgpanda.errors import PkgpandaError, ValidationError
from pkgpanda.package_id import parse_package_id

from .signature import RELEASE_ID, Refused, check_release

MOST_MANIFEST_BYTES = 64 << 20


class Release:
    def __init__(self, release_id, facts, url):
        self.id = release_id
        self._url = url.rstrip("/")
        self._facts = facts
        self._artifacts = {each["name"]: each for each in facts["artifacts"]}

    def tree(self, variant):
        """(id of the bootstrap, ids of the packages) of a variant, None for the default. Raises PkgpandaError."""
        for tree in self._facts["trees"]:
            if tree["variant"] == variant:
                return tree["bootstrap"], [str(parse_package_id(text)) for text in tree["packages"]]
        raise PkgpandaError(f"The release {self.id} has no tree {variant or '(default)'}, which this node is made of.")

    def bytes_of(self, text):
        return self._tarball(text)["bytes"]

    def fetch(self, text, repository):
        """Fetches a package that is not here; it has to be what the manifest says. Raises PkgpandaError."""
        if repository.has(text):
            return
        artifact = self._tarball(text)
        url = f"{self._url}/{artifact['name']}"
        with repository.scratch() as folder:
            tarball = os.path.join(folder, os.path.basename(artifact["name"]))
            download(url, tarball, artifact["bytes"])
            if (os.path.getsize(tarball), sha256_of(tarball)) != (artifact["bytes"], artifact["sha256"]):
                raise PkgpandaError(f"{shown_url(url)} is not what was released: its sha256 is another.")
            repository.add(tarball)

    def _tarball(self, text):
        name = f"packages/{parse_package_id(text).name}/{text}.tar.xz"
        if name not in self._artifacts:
            raise PkgpandaError(f"The release {self.id} has no {name}.")
        return self._artifacts[name]


def open_release(release_id, url, keys, scratch, sha256=None):
    """
    Fetches the manifest of a release, and checks who has signed it: see `check_release`. Raises PkgpandaError,
    ValidationError.
    """
    if not RELEASE_ID.fullmatch(release_id):
        raise ValidationError(f'"{release_id}" is no id of a release; they look like 1.7.0-<16 hex digits>.')
    base = f"{url.rstrip('/')}/releases/{release_id}"
    with tempfile.TemporaryDirectory(prefix=".release-", dir=scratch) as folder:
        manifest = _fetched(f"{base}/manifest.json", folder)
        if manifest is None:
            raise PkgpandaError(f"{shown_url(url)} has no release {release_id}.")
        attestations = _fetched(f"{base}/provenance.intoto.jsonl", folder) or b""
    try:
        return Release(release_id, check_release(release_id, manifest, attestations, keys, sha256), url)
    except Refused as error:
        raise PkgpandaError(f"The release {release_id} is refused: {error}.") from error


def _fetched(url, folder):
    path = os.path.join(folder, "file")
    try:
        download(url, path, MOST_MANIFEST_BYTES)
    except NotThere:
        return None
    with open(path, "rb") as file:
        return file.read()
