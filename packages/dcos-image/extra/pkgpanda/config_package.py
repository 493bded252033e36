"""Configuration packages: files as path, content and permissions, with placeholders for values known only late."""
import os
import re

import yaml

from .errors import ValidationError

PLACEHOLDER = re.compile(r"LATE_BIND_PLACEHOLDER_START_(.+?)_LATE_BIND_PLACEHOLDER_END")


def render_files(entries, values, named, values_in):
    """
    Files of a package as (path relative to its folder, content, mode).

    `named` is the package and `values_in` the file of the values, for messages. Raises ValidationError.
    """
    if not isinstance(entries, list):
        raise ValidationError(f"The template of {named} has no list at package.")
    return [_render(entry, values, named, values_in) for entry in entries]


def write_files(files, folder):
    for path, content, mode in files:
        target = os.path.join(folder, path)
        os.makedirs(os.path.dirname(target), mode=0o755, exist_ok=True)
        with open(target, "w", encoding="utf-8", newline="") as file:
            file.write(content)
        os.chmod(target, mode)


def _render(entry, values, named, values_in):
    path = entry.get("path") if isinstance(entry, dict) else None
    content = entry.get("content") if isinstance(entry, dict) else None
    if not isinstance(path, str) or not isinstance(content, str):
        raise ValidationError(f"The template of {named} has an entry without path and content.")
    parts = path.strip("/").split("/")
    if any(part in ("", ".", "..") or "\0" in part for part in parts):
        raise ValidationError(f"The template of {named} has the path {path}, which leads out of the package.")

    def value_of(match):
        if match[1] not in values:
            raise ValidationError(f"The template of {named} wants a value for {match[1]}; {values_in} has none.")
        value = values[match[1]]
        return value if isinstance(value, str) else yaml.safe_dump(value).removesuffix("...\n").strip()

    return "/".join(parts), PLACEHOLDER.sub(value_of, content), _mode_of(entry, named)


def _mode_of(entry, named):
    """YAML reads 0644 as a number in base 8; written as text it means the same."""
    mode = entry.get("permissions", 0o644)
    try:
        return int(mode, 8) if isinstance(mode, str) else int(mode)
    except (TypeError, ValueError):
        raise ValidationError(f"The template of {named} has the permissions {mode!r} for {entry['path']}.") from None
