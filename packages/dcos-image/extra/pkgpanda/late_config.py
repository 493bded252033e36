"""
The configuration package whose values are known only when a machine starts.

A template of it lies in the repository with placeholders, and the values on the node, in setup-flags/late-config.yaml.
"""
import os
import re

import yaml

from .download import download
from .errors import PkgpandaError, ValidationError
from .files import read_text
from .package_id import parse_package_id

PLACEHOLDER = re.compile(r"LATE_BIND_PLACEHOLDER_START_(.+?)_LATE_BIND_PLACEHOLDER_END")
KEYS = {"late_bound_package_id", "bound_values"}


def add_late_package(settings, repository, repository_url):
    """Makes and adds the late package, and returns its id; None if this node has none. Raises PkgpandaError."""
    flags = settings.in_config("setup-flags", "late-config.yaml")
    if not os.path.exists(flags):
        return None
    late = _read_yaml(flags)
    if not isinstance(late, dict) or set(late) != KEYS or not isinstance(late["bound_values"], dict):
        raise ValidationError(f"{flags} must have exactly late_bound_package_id, and bound_values, an object.")
    package_id = parse_package_id(late["late_bound_package_id"])
    if package_id.version != "setup":
        raise ValidationError(f'{flags}: the version of {package_id} must be "setup".')
    if not repository_url:
        raise PkgpandaError(f"{flags} names {package_id}, and setup-flags/repository-url does not say where it is.")
    template = settings.in_root(f".{package_id}.dcos_config")
    try:
        download(f"{repository_url.rstrip('/')}/packages/{package_id.name}/{package_id}.dcos_config", template)
        files = _render(_read_yaml(template), late["bound_values"], str(package_id))
    finally:
        if os.path.exists(template):
            os.unlink(template)
    repository.add_filled(str(package_id), lambda folder: _write(files, folder))
    return str(package_id)


def _read_yaml(path):
    try:
        return yaml.safe_load(read_text(path))
    except yaml.YAMLError as error:
        raise PkgpandaError(f"{path} is no YAML: {error}") from error


def _render(template, values, named):
    """Files of the package, as (path relative to its folder, content, mode)."""
    entries = template.get("package") if isinstance(template, dict) else None
    if not isinstance(entries, list):
        raise ValidationError(f"The template of {named} has no list at package.")
    return [_render_file(entry, values, named) for entry in entries]


def _render_file(entry, values, named):
    path = entry.get("path") if isinstance(entry, dict) else None
    content = entry.get("content") if isinstance(entry, dict) else None
    if not isinstance(path, str) or not isinstance(content, str):
        raise ValidationError(f"The template of {named} has an entry without path and content.")
    parts = path.strip("/").split("/")
    if any(part in ("", ".", "..") for part in parts):
        raise ValidationError(f"The template of {named} has the path {path}, which leads out of the package.")
    filled = PLACEHOLDER.sub(lambda match: _bound(match[1], values, named), content)
    return "/".join(parts), filled, _mode_of(entry, named)


def _bound(name, values, named):
    if name not in values:
        raise ValidationError(f"The template of {named} wants a value for {name}; late-config.yaml has none.")
    value = values[name]
    return value if isinstance(value, str) else yaml.safe_dump(value).removesuffix("...\n").strip()


def _mode_of(entry, named):
    """YAML reads 0644 as a number in base 8; written as text it means the same."""
    mode = entry.get("permissions", 0o644)
    try:
        return int(mode, 8) if isinstance(mode, str) else int(mode)
    except (TypeError, ValueError):
        raise ValidationError(f"The template of {named} has the permissions {mode!r} for {entry['path']}.") from None


def _write(files, folder):
    for path, content, mode in files:
        target = os.path.join(folder, path)
        os.makedirs(os.path.dirname(target), mode=0o755, exist_ok=True)
        with open(target, "w", encoding="utf-8") as file:
            file.write(content)
        os.chmod(target, mode)
