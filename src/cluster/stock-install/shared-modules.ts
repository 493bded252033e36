/**
 * Modules of the node tool that installing needs before the node tool is there: the very texts of
 * packages/dcos-image/extra, to which a test holds them. Pure rooms read no files, and the published program has no tree.
 */

const ARCHIVE = String.raw`"""Unpacks package tarballs; nothing that a tarball says can reach outside of the folder it is unpacked in."""
import os
import tarfile

from .errors import ValidationError


def unpack(tarball, folder):
    """
    Unpacks a tarball, compressed in whichever way Python knows, into an empty folder.

    Owners are not kept: what is installed belongs to whoever installs it. Links may point anywhere, as those of
    packages lead to /opt/mesosphere, but nothing is written through one. Raises ValidationError.
    """
    try:
        with tarfile.open(tarball) as archive:
            # Newer Pythons would refuse absolute links; what must be refused is refused below.
            archive.extraction_filter = lambda member, _: member
            folders = []
            for member in archive:
                _check(member, folder, tarball)
                archive.extract(member, folder, set_attrs=False)
                if member.isdir():
                    folders.append(member)
                elif not member.issym():
                    _set_mode_and_time(member, folder)
            # Last, since a folder may be one that not even its owner may write to, and gets its time at each write.
            for member in reversed(folders):
                _set_mode_and_time(member, folder)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ValidationError(f"{tarball} cannot be unpacked: {error}") from error


def _set_mode_and_time(member, folder):
    """Only the owner may write to what is installed."""
    path = os.path.join(folder, member.name)
    os.chmod(path, member.mode & 0o7755)
    os.utime(path, (member.mtime, member.mtime))


def _check(member, folder, tarball):
    if not (member.isreg() or member.isdir() or member.issym() or member.islnk()):
        raise ValidationError(f"{tarball} holds {member.name}, which is no file, folder or link.")
    for path in [member.name, member.linkname] if member.islnk() else [member.name]:
        parts = [part for part in path.split("/") if part not in ("", ".")]
        if path.startswith("/") or ".." in parts:
            raise ValidationError(f"{tarball} holds {path}, which leads out of the package.")
        above = folder
        for part in parts[:-1]:
            above = os.path.join(above, part)
            if os.path.islink(above):
                raise ValidationError(f"{tarball} holds {path}, which lies behind a link.")
    target = os.path.join(folder, member.name)
    if os.path.islink(target) or (os.path.lexists(target) and not member.isdir()):
        raise ValidationError(f"{tarball} holds {member.name} twice.")
`;

const ERRORS = String.raw`"""What a person can act on; anything else that is thrown is a bug."""


class PkgpandaError(Exception):
    """Something that was asked for cannot be done; the text says what and why."""


class ValidationError(PkgpandaError):
    """An id, a package, or a set of packages that is not as it must be."""
`;

const SIGNATURE = String.raw`"""
Whether a release is the one that those who may sign releases have signed.

Needs nothing but Python's own library from 3.9 on and openssl: what installs a node on a plain machine holds this text.
"""
import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile

RELEASE_ID = re.compile(r"([0-9A-Za-z][0-9A-Za-z.+_~-]*)-([0-9a-f]{16})")
RELEASE_SCHEMA = "dcos-build release 1"
IN_TOTO = "application/vnd.in-toto+json"
STATEMENT = "https://in-toto.io/Statement/v1"
PROVENANCE = "https://slsa.dev/provenance/v1"
RELEASE_BUILD = "https://dcos-build.dev/release/v1"
# How the DER of a public key begins, and the arguments with which openssl verifies by such a key.
ED25519 = bytes.fromhex("302a300506032b6570032100")
P256 = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107")
DIGEST = ["dgst", "-sha256", "-verify", "key", "-signature", "signature", "message"]
ONE_SHOT = ["pkeyutl", "-verify", "-pubin", "-inkey", "key", "-rawin", "-in", "message", "-sigfile", "signature"]


class Refused(Exception):
    """A release that is not to be trusted; the text says why."""


def check_release(release_id, manifest, attestations, keys, sha256=None):
    """
    Takes the bytes of a manifest and of the statements beside it, and returns the manifest as an object: its id was
    made of it, and one of the keys, texts of PEM, has signed it under that name. Raises Refused.

    A manifest whose sha256 is known needs no signature if there are no keys: whoever gave the one gave the other.
    """
    parts = RELEASE_ID.fullmatch(release_id)
    digest = hashlib.sha256(manifest).hexdigest()
    if not parts or parts[2] != digest[:16]:
        raise Refused(f"the manifest of {release_id} is not the one that the id was made of")
    if sha256 not in (None, digest):
        raise Refused(f"the manifest of {release_id} has not the sha256 {sha256} of node.json")
    if keys or sha256 is None:
        _check_signed(f"releases/{release_id}/manifest.json", digest, attestations, keys)
    facts = _json(manifest)
    if not isinstance(facts, dict) or facts.get("schema") != RELEASE_SCHEMA or facts.get("version") != parts[1]:
        raise Refused(f'the manifest of {release_id} is none of the schema "{RELEASE_SCHEMA}" and of that version')
    return facts


def _check_signed(name, digest, attestations, keys):
    if not keys:
        raise Refused("there is no key whose signatures count")
    signed = 0
    for line in attestations.splitlines():
        payload, message, signatures = _envelope(_json(line))
        signed += len(signatures)
        # First what is cheap: whether it is about this file at all.
        if not _vouches_for(_json(payload), name, digest):
            continue
        if any(_is_signed(key, message, signature) for key in keys for signature in signatures):
            return
    if not signed:
        raise Refused(f"{name} is not signed")
    raise Refused(f"none of the {len(keys)} keys that may sign releases has signed {name} as it is")


def _envelope(value):
    """(payload, the bytes that were signed, signatures) of a DSSE envelope; empty for anything else."""
    try:
        if value["payloadType"] == IN_TOTO:
            payload = _bytes(value["payload"])
            message = b"DSSEv1 %d %s %d %s" % (len(IN_TOTO), IN_TOTO.encode(), len(payload), payload)
            return payload, message, [_bytes(each["sig"]) for each in value["signatures"]]
    except (KeyError, TypeError, ValueError):
        pass
    return b"", b"", []


def _vouches_for(statement, name, digest):
    try:
        kinds = (statement["_type"], statement["predicateType"], statement["predicate"]["buildDefinition"]["buildType"])
        subjects = [(each["name"], each["digest"]["sha256"]) for each in statement["subject"]]
    except (KeyError, TypeError):
        return False
    return kinds == (STATEMENT, PROVENANCE, RELEASE_BUILD) and (name, digest) in subjects


def _is_signed(key, message, signature):
    program = shutil.which("openssl")
    if not program:
        raise Refused("openssl, which verifies signatures, is not on this machine")
    # Libraries of DC/OS are for programs of DC/OS.
    own = os.path.realpath(program).startswith("/opt/mesosphere/")
    environment = {name: value for name, value in os.environ.items() if own or name != "LD_LIBRARY_PATH"}
    with tempfile.TemporaryDirectory() as folder:
        for file, content in (("key", key.encode()), ("message", message), ("signature", signature)):
            with open(os.path.join(folder, file), "wb") as out:
                out.write(content)
        done = subprocess.run([program, *_arguments(key)], cwd=folder, env=environment, capture_output=True)
    return done.returncode == 0


def _arguments(key):
    try:
        der = _bytes("".join(line.strip() for line in key.splitlines() if "-----" not in line))
    except ValueError:
        raise Refused("one of the keys that may sign releases is no PEM") from None
    if der.startswith(ED25519):
        return ONE_SHOT
    return DIGEST if der.startswith(P256) else [*DIGEST[:2], "-sigopt", "rsa_padding_mode:pss", *DIGEST[2:]]


def _bytes(text):
    """Of base64 in either alphabet, with or without padding."""
    digits = text.rstrip("=").replace("-", "+").replace("_", "/")
    return base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True)


def _json(data):
    try:
        return json.loads(data)
    except ValueError:
        return None
`;

/** By path below the folder `extra` of the component. */
export const SHARED_MODULES: Readonly<Record<string, string>> = {
  'pkgpanda/archive.py': ARCHIVE,
  'pkgpanda/errors.py': ERRORS,
  'dcos_node/signature.py': SIGNATURE,
};
