"""Files that are there whole or not at all, and JSON as pkgpanda writes it."""
import json
import os
import shutil

from .errors import PkgpandaError


def format_json(value):
    """Keys sorted, indent 2, no blank after the colon, ASCII, no line feed at the end."""
    return json.dumps(value, sort_keys=True, indent=2, separators=(",", ":"))


def read_json(path):
    """Raises PkgpandaError if the file is missing or is no JSON."""
    text = read_text(path)
    try:
        return json.loads(text)
    except ValueError as error:
        raise PkgpandaError(f"{path} is no JSON: {error}") from error


def read_text(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise PkgpandaError(f"{path} cannot be read: {error}") from error


def write_json(path, value):
    write_text(path, format_json(value))


def write_text(path, text, mode=0o644):
    """Replaces the file, or the link that stands there; whoever reads it meanwhile gets the old or the new one."""
    temporary = f"{path}.tmp"
    with open(temporary, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(temporary, mode)
    os.rename(temporary, path)
    sync_folder(os.path.dirname(path))


def sync_folder(path):
    """Makes renames in the folder outlive a power cut."""
    handle = os.open(path or ".", os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove(path):
    """Removes a file, a link (not what it points to) or a folder; nothing there is fine."""
    if os.path.islink(path) or os.path.isfile(path):
        os.unlink(path)
    elif os.path.isdir(path):
        shutil.rmtree(path)


def names_in(folder):
    """Sorted names of a folder's entries; none if it is absent."""
    return sorted(os.listdir(folder)) if os.path.isdir(folder) else []
