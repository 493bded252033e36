"""The files through which programs find what is active: `environment` for units, `environment.export` for shells."""
import os

from .files import read_text


def read_environment(path):
    """Variables of a file as `format_environment` makes it; none if it is not there."""
    lines = read_text(path).splitlines() if os.path.exists(path) else []
    pairs = (line.partition("=") for line in lines if not line.startswith("#"))
    return {name: value for name, equals, value in pairs if equals}


def machine_environment():
    """For programs of the machine, which need the machine's libraries."""
    return {name: value for name, value in os.environ.items() if name != "LD_LIBRARY_PATH"}


def format_environment(root, packages):
    header = [
        "# Read by units as EnvironmentFile=. Made by activation: changes here are lost.",
        f"LD_LIBRARY_PATH={root}/lib",
        f"PATH={root}/bin:/usr/bin:/bin:/sbin",
    ]
    return _format(header, "", packages)


def format_environment_export(root, packages):
    """What is on the PATH of the shell already stays there."""
    header = [
        "# Sourced by shells. Made by activation: changes here are lost.",
        f"export LD_LIBRARY_PATH={root}/lib",
        f'export PATH="{root}/bin:$PATH"',
    ]
    return _format(header, "export ", packages)


def _format(header, prefix, packages):
    lines = [*header, ""]
    for package in packages:
        lines.append(f"# package: {package.id}")
        lines.extend(f"{prefix}{name}={value}" for name, value in sorted(package.environment.items()))
        lines.append("")
    return "".join(f"{line}\n" for line in lines)
