"""Unpacks package tarballs; nothing that a tarball says can reach outside of the folder it is unpacked in."""
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
