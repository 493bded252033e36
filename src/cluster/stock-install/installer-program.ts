/** The program that installs DC/OS on a plain machine. In Python, which cloud-init brings along, from 3.9 on. */

/** Its modules that the node tool has too stand beside it: shared-modules.ts. */
export const INSTALLER_PROGRAM = String.raw`#!/usr/bin/python3
"""
Installs DC/OS on a plain machine: the bootstrap of the release that /etc/dcos-node/node.json names by its hash and, as
a rule, by the keys that have signed it. Whatever interrupts it, it can be run again. Then it has the node set up.
"""
import argparse
import hashlib
import json
import os
import shutil
import sys
import time

from debian import install_packages
from dcos_node.signature import Refused, check_release
from pkgpanda.archive import unpack
from pkgpanda.errors import PkgpandaError
from release_repository import CHUNK_BYTES, ReleaseRepository

# Only images that dcos-build has baked have it.
BAKED = "usr/lib/dcos/setup"
PROFILE = """# Puts the programs of DC/OS behind those of the machine.
export PATH="$PATH:/opt/mesosphere/bin"
"""
PINS = ("id", "sha256", "bootstrap", "bootstrap_sha256", "bootstrap_bytes")


def main(arguments):
    parser = argparse.ArgumentParser(prog="dcos-node-install", description=__doc__)
    parser.add_argument("--root", default="/", metavar="DIR", help="install below it, and do not set up (default: /)")
    parser.add_argument("--wait", type=float, default=600, metavar="SECONDS", help="for the network (default: 600)")
    options = parser.parse_args(arguments)
    os.umask(0o022)
    if os.path.exists(os.path.join(options.root, BAKED)):
        print("This image holds DC/OS already: there is nothing to install.")
        return 0
    installed = os.path.join(options.root, "opt/mesosphere")
    restore(installed)
    # A link, which leads somewhere only when /opt/mesosphere is in its place.
    if not os.path.lexists(os.path.join(installed, "bin/dcos-node")):
        deadline = time.monotonic() + options.wait
        try:
            if options.root == "/":
                install_packages(deadline)
            install(installed, os.path.join(options.root, "etc/dcos-node"), deadline)
        except (Refused, PkgpandaError, OSError) as error:
            print(f"dcos-node-install: {error}", file=sys.stderr)
            return 1
    if options.root == "/":
        set_up(installed)
    return 0


def restore(installed):
    """The power went while set-up exchanged folders: programs may stand under another name, from where it goes on."""
    try:
        with open(os.path.join(installed, "install_progress"), encoding="utf-8") as file:
            ending = ".new" if "move_new" in file.read() else ".old"
    except FileNotFoundError:
        return
    for name in ("bin", "etc", "include", "lib", "environment"):
        path = os.path.join(installed, name)
        if not os.path.lexists(path) and os.path.lexists(path + ending):
            os.rename(path + ending, path)


def install(installed, config, deadline):
    """Leaves nothing at this path, or all of the bootstrap. Raises Refused, PkgpandaError, OSError."""
    release, url = read_configuration(config)
    if os.path.isdir(installed) and os.listdir(installed):
        raise Refused(f"{installed} is there, and is no node of a cluster: move it away")
    repository = ReleaseRepository(url, deadline)
    check_pins(release, repository)
    downloads, new = f"{installed}.download", f"{installed}.new"
    os.makedirs(downloads, mode=0o700, exist_ok=True)
    tarball = os.path.join(downloads, f"{release['bootstrap']}.bootstrap.tar.xz")
    repository.fetch(f"bootstrap/{os.path.basename(tarball)}", tarball, release["bootstrap_bytes"])
    if sha256_of(tarball) != release["bootstrap_sha256"]:
        os.unlink(tarball)
        raise Refused(f"{os.path.basename(tarball)} has not the sha256 {release['bootstrap_sha256']} of node.json")
    shutil.rmtree(new, ignore_errors=True)
    os.mkdir(new)
    unpack(tarball, new)
    if not os.path.lexists(os.path.join(new, "bin/dcos-node")):
        raise Refused(f"the release {release['id']} brings no dcos-node: take a newer one")
    # What has the name of the whole must be whole after a power cut, too.
    os.sync()
    if os.path.isdir(installed):
        os.rmdir(installed)
    os.rename(new, installed)
    shutil.rmtree(downloads)
    print(f"Installed the release {release['id']} at {installed}.", flush=True)


def read_configuration(config):
    """(what node.json says of the release, the URL of its repository)"""
    release = read_json(os.path.join(config, "node.json")).get("release")
    url = read_json(os.path.join(config, "late.json")).get("repository_url")
    if not isinstance(release, dict) or any(not release.get(name) for name in PINS):
        raise Refused(f"{config}/node.json names no release with {', '.join(PINS)}")
    if not isinstance(url, str) or not url.startswith(("http://", "https://", "file://")):
        raise Refused(f"repository_url in {config}/late.json is no http, https or file URL")
    return release, url


def check_pins(release, repository):
    """Raises Refused unless this is the release that the node was made for, signed if there are keys."""
    folder = f"releases/{release['id']}"
    manifest = repository.read(f"{folder}/manifest.json")
    keys = release.get("keys") or []
    attestations = repository.read(f"{folder}/provenance.intoto.jsonl") if keys else b""
    facts = check_release(release["id"], manifest, attestations, keys, release["sha256"])
    name = f"bootstrap/{release['bootstrap']}.bootstrap.tar.xz"
    named = [(each["sha256"], each["bytes"]) for each in facts["artifacts"] if each["name"] == name]
    if named != [(release["bootstrap_sha256"], release["bootstrap_bytes"])]:
        raise Refused(f"the release {release['id']} has no {name} as node.json names it")


def set_up(installed):
    """The programs of DC/OS want its environment, as their units have it."""
    with open(os.path.join(installed, "environment"), encoding="utf-8") as file:
        for line in file:
            name, equals, value = line.rstrip("\n").partition("=")
            if equals and not name.startswith("#"):
                os.environ[name] = value
    profile = "/etc/profile.d/dcos.sh"
    if os.path.isdir(os.path.dirname(profile)) and not os.path.lexists(profile):
        with open(profile, "w", encoding="utf-8") as file:
            file.write(PROFILE)
    program = os.path.join(installed, "bin/dcos-node")
    os.execv(program, [program, "setup", "--no-block-systemd"])


def read_json(path):
    try:
        with open(path, encoding="utf-8") as file:
            value = json.load(file)
    except ValueError as error:
        raise Refused(f"{path} is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise Refused(f"{path} is no JSON object")
    return value


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for chunk in iter(lambda: file.read(CHUNK_BYTES), b""):
            digest.update(chunk)
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
`;

export const RELEASE_REPOSITORY = String.raw`"""Where releases lie, read with Python's own library."""
import http.client
import os
import time
import urllib.error
import urllib.request

from dcos_node.signature import Refused

CHUNK_BYTES = 1 << 20
TIMEOUT_SECONDS = 60
MOST_SECONDS_BETWEEN_TRIES = 30
# Of a manifest, and of what was signed about it.
MOST_BYTES = 64 << 20
# What may be otherwise in a moment; a full disk is none of these.
PASSING = (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError)


class ReleaseRepository:
    """Waits until a time for what does not answer: a machine may be faster than its network."""

    def __init__(self, url, deadline):
        self._url = url.rstrip("/")
        self._deadline = deadline

    def read(self, name):
        return self._try(name, lambda: self._open(name).read(MOST_BYTES))

    def fetch(self, name, path, size):
        """Goes on where an earlier run was interrupted."""
        self._try(name, lambda: self._append(name, path, size))

    def _append(self, name, path, size):
        have = os.path.getsize(path) if os.path.exists(path) else 0
        if have == size:
            return
        with self._open(name, have if have < size else 0) as answer:
            with open(path, "ab" if answer.status == 206 else "wb") as file:
                # One byte too many is enough to see that it is another file.
                while file.tell() <= size and (chunk := answer.read(min(CHUNK_BYTES, size + 1 - file.tell()))):
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
                have = file.tell()
        if have < size:
            raise ConnectionError(f"{have} of {size} bytes came")

    def _open(self, name, start=0):
        headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={start}-"} if start else {})}
        request = urllib.request.Request(f"{self._url}/{name}", headers=headers)
        return urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS)

    def _try(self, name, get):
        pause = 1
        while True:
            try:
                return get()
            except PASSING as error:
                status = getattr(error, "code", 500)
                if status < 500 or time.monotonic() > self._deadline:
                    raise Refused(f"{name} could not be fetched: {error}") from error
            time.sleep(pause)
            pause = min(2 * pause, MOST_SECONDS_BETWEEN_TRIES)
`;
