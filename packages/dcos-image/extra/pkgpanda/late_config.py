"""
The configuration package whose values are known only when a machine starts.

A template of it lies in the repository with placeholders, and the values on the node, in setup-flags/late-config.yaml.
"""
import os

import yaml

from .config_package import render_files, write_files
from .download import download
from .errors import PkgpandaError, ValidationError
from .files import read_text
from .package_id import parse_package_id

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
        content = _read_yaml(template)
        entries = content.get("package") if isinstance(content, dict) else None
        files = render_files(entries, late["bound_values"], str(package_id), os.path.basename(flags))
    finally:
        if os.path.exists(template):
            os.unlink(template)
    repository.add_filled(str(package_id), lambda folder: write_files(files, folder))
    return str(package_id)


def _read_yaml(path):
    try:
        return yaml.safe_load(read_text(path))
    except yaml.YAMLError as error:
        raise PkgpandaError(f"{path} is no YAML: {error}") from error
