"""The files through which programs find what is active: `environment` for units, `environment.export` for shells."""


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
