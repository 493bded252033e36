"""Whether packages can be active together."""
from collections import defaultdict

from .errors import ValidationError

# The environment files set these themselves.
RESERVED_VARIABLES = ("LD_LIBRARY_PATH", "PATH")


def check_set(packages):
    """Raises ValidationError with everything that stands against it, a line each."""
    errors = [
        *_several_of_a_name(packages),
        *_groups_without_user(packages),
        *_missing_requirements(packages),
        *_variables(packages),
        *_settings(packages),
    ]
    if errors:
        raise ValidationError("\n".join(sorted(errors)))


def _groups_without_user(packages):
    for package in packages:
        if package.group and not package.username:
            yield f"{package.id} has a group and no username."


def _several_of_a_name(packages):
    for name, ids in _grouped((package.name, str(package.id)) for package in packages):
        if len(ids) > 1:
            yield f"Only one package named {name} can be active: {', '.join(ids)}."


def _missing_requirements(packages):
    names = {package.name for package in packages}
    for package in packages:
        for name in package.requires:
            if name not in names:
                yield f"{package.id} requires {name}, which would not be active."


def _variables(packages):
    uses = [(variable, str(package.id)) for package in packages for variable in package.environment]
    for variable, ids in _grouped(uses):
        if variable in RESERVED_VARIABLES:
            yield f"{', '.join(ids)} must not set {variable}."
        elif len(ids) > 1:
            yield f"The variable {variable} is set by several packages: {', '.join(ids)}."


def _settings(packages):
    """A machine has one value for a sysctl, whichever service asked for it."""
    values = defaultdict(set)
    for package in packages:
        for settings in package.sysctl.values():
            for name, value in settings.items():
                values[name].add(str(value))
    for name, different in values.items():
        if len(different) > 1:
            yield f"The sysctl {name} would have several values: {', '.join(sorted(different))}."


def _grouped(pairs):
    groups = defaultdict(set)
    for key, item in pairs:
        groups[key].add(item)
    return [(key, sorted(items)) for key, items in sorted(groups.items())]
