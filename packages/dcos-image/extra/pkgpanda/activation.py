"""Makes a set of packages the active one."""
import os

from .check_set import check_set
from .environment import format_environment, format_environment_export
from .errors import ValidationError
from .files import names_in, read_text, remove, write_json, write_text
from .link_farm import plan_links
from .settings import UNITS
from .swap import NEW, OLD, WAITING, swap
from .systemd import check_unit_names
from .users import make_state_folder

SERVICE_CONFIGURATION = "etc/dcos-service-configuration.json"


def activate(settings, packages, users, systemd):
    """
    Makes these packages active, and no others. Nothing is changed before all of them are known to fit together.

    Raises ValidationError, PkgpandaError. The caller has systemd start what is new.
    """
    in_order, farm, units, configuration = plan_activation(settings, packages)
    _remove_leftovers(settings)
    _make_folders(settings, farm)
    _make_active(settings, in_order)
    write_text(settings.in_root("environment" + NEW), format_environment(settings.root, in_order))
    write_text(settings.in_root("environment.export" + NEW), format_environment_export(settings.root, in_order))
    build_infos = {package.name: package.build_info() for package in in_order}
    write_json(settings.in_root("active.buildinfo.full.json" + NEW), build_infos)
    write_json(_new_path(settings, SERVICE_CONFIGURATION), configuration)
    for package in in_order:
        if package.username:
            users.ensure(package.username, package.group)
        if package.state_directory:
            make_state_folder(settings.state_dir_root, package)
    for unit, file in units.items():
        _lay_out_unit(settings, unit, file)
    swap(settings, systemd)


def plan_activation(settings, packages):
    """(packages in order, links, units, configuration of services); changes nothing. Raises ValidationError."""
    check_set(packages)
    in_order = sorted(packages, key=lambda package: str(package.id))
    farm = plan_links(in_order, settings.roles)
    units = {path[len(UNITS) + 1 :]: link for path, link in farm.links.items() if path.rpartition("/")[0] == UNITS}
    check_unit_names(units)
    return in_order, farm, units, _service_configuration(in_order)


def active_ids(settings):
    """Ids of the active packages, sorted."""
    folder = settings.in_root("active")
    return sorted(os.path.basename(os.readlink(os.path.join(folder, name))) for name in names_in(folder))


def _remove_leftovers(settings):
    for path in settings.swapped_paths():
        remove(path + NEW)
        remove(path + OLD)
    for name in names_in(settings.systemd_dir):
        if name.endswith(WAITING):
            remove(os.path.join(settings.systemd_dir, name))


def _make_folders(settings, farm):
    os.makedirs(settings.systemd_dir, exist_ok=True)
    for path in farm.folders:
        os.mkdir(_new_path(settings, path), 0o755)
    for path, target in farm.links.items():
        if path != SERVICE_CONFIGURATION:
            os.symlink(target, _new_path(settings, path))


def _make_active(settings, packages):
    os.mkdir(settings.in_root("active" + NEW), 0o755)
    for package in packages:
        os.symlink(package.path, settings.in_root("active" + NEW, package.name))


def _new_path(settings, path):
    """Where a path of the farm is made: its first folder has the ending of what is to come."""
    first, slash, rest = path.partition("/")
    parent = settings.systemd_dir if first == UNITS else settings.root
    return os.path.join(parent, first + NEW + slash + rest)


def _lay_out_unit(settings, unit, file):
    """systemd reads units before /opt/mesosphere need be there, so it gets a copy."""
    path = os.path.join(settings.systemd_dir, unit)
    write_text(path + WAITING, read_text(file))
    link = _new_path(settings, f"{UNITS}/{unit}")
    remove(link)
    os.symlink(path, link)


def _service_configuration(packages):
    """The kernel settings of services, for what applies them when a service starts."""
    sysctl = {}
    for package in packages:
        if not package.sysctl:
            continue
        services = package.services()
        if not services:
            raise ValidationError(f"{package.id} has sysctl settings and no service that they could be for.")
        sysctl.update({service: package.sysctl[service] for service in services if service in package.sysctl})
    return {"sysctl": sysctl}
