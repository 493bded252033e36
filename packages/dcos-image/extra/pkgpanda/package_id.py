"""Package ids, `<name>--<version>`: the name of one exact build."""
import re
from typing import NamedTuple

from .errors import ValidationError

NAME = re.compile(r"[a-zA-Z0-9@_+][a-zA-Z0-9@._+\-]*")
VERSION = re.compile(r"[a-zA-Z0-9@_+:.]+")


class PackageId(NamedTuple):
    name: str
    version: str

    def __str__(self):
        return f"{self.name}--{self.version}"


def parse_package_id(text):
    """Reads an id as it stands in folder names and package lists. Raises ValidationError."""
    if isinstance(text, str):
        parts = text.split("--")
        if len(parts) == 2 and NAME.fullmatch(parts[0]) and VERSION.fullmatch(parts[1]):
            return PackageId(*parts)
    raise ValidationError(f"{text!r} is no package id; ids look like mesos--<40 hex digits>.")


def is_package_id(text):
    try:
        parse_package_id(text)
    except ValidationError:
        return False
    return True
