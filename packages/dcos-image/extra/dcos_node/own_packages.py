"""The packages that hold the configuration of this node: made here, from what cloud-init has brought."""
import os

from pkgpanda.config_package import render_files, write_files

from .late_values import bindings_of

INFO = "pkginfo.json"


def put_own_packages(told, repository):
    """Makes those that are not there, or that would be others now. Raises ValidationError."""
    values = bindings_of(told.late)
    for text, entries in told.packages:
        files = render_files(entries, values, text, "late.json")
        if all(path != INFO for path, _, _ in files):
            files.append((INFO, "{}", 0o644))
        if not _is_there(files, repository.path_of(text)):
            repository.add_filled(text, lambda folder, files=files: write_files(files, folder))


def _is_there(files, folder):
    try:
        for path, content, mode in files:
            full = os.path.join(folder, path)
            with open(full, encoding="utf-8", newline="") as file:
                if file.read() != content or os.stat(full).st_mode & 0o7777 != mode:
                    return False
    except (OSError, UnicodeDecodeError):
        return False
    return sum(len(names) for _, _, names in os.walk(folder)) == len(files)
