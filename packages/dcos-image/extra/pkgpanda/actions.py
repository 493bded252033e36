"""What each command does. All take the same things: options, settings, repository, users, systemd."""
import json
import os

from .activation import activate, active_ids
from .errors import PkgpandaError
from .node_checks import find_checks, run_check
from .package_id import parse_package_id
from .setup import setup
from .uninstall import uninstall


def run_setup(options, settings, repository, users, systemd):
    setup(settings, repository, users, systemd)


def run_list(options, settings, repository, users, systemd):
    _print_lines(repository.ids())


def run_active(options, settings, repository, users, systemd):
    _print_lines(active_ids(settings))


def run_show(options, settings, repository, users, systemd):
    package = repository.load(options.id)
    facts = {
        **package.info,
        "active": options.id in active_ids(settings),
        "id": str(package.id),
        "name": package.name,
        "path": package.path,
        "version": package.id.version,
    }
    print(json.dumps(facts, indent=2, sort_keys=True))


def run_fetch(options, settings, repository, users, systemd):
    for text in options.ids:
        repository.fetch(options.repository_url, text)


def run_add(options, settings, repository, users, systemd):
    repository.add(options.tarball)


def run_remove(options, settings, repository, users, systemd):
    """All or none: an id that cannot be removed keeps the others too."""
    in_use = sorted(set(options.ids) & set(active_ids(settings)))
    if in_use:
        raise PkgpandaError(f"{', '.join(in_use)} cannot be removed: active packages stay.")
    missing = [text for text in options.ids if not repository.has(text)]
    if missing:
        raise PkgpandaError(f"{', '.join(missing)} cannot be removed: not on this node.")
    for text in sorted(set(options.ids)):
        repository.remove(text)


def run_activate(options, settings, repository, users, systemd):
    _activate(set(options.ids), settings, repository, users, systemd)


def run_swap(options, settings, repository, users, systemd):
    new = parse_package_id(options.id)
    ids = active_ids(settings)
    others = {text for text in ids if parse_package_id(text).name != new.name}
    if len(others) == len(ids):
        raise PkgpandaError(f"No package named {new.name} is active, which {new} could replace.")
    _activate({*others, str(new)}, settings, repository, users, systemd)


def run_check_command(options, settings, repository, users, systemd):
    failed = 0
    for package, path in find_checks([repository.load(text) for text in active_ids(settings)]):
        name = f"{package.name}: {os.path.basename(path)}"
        if options.list:
            print(name)
            continue
        succeeded, output = run_check(path)
        print(f"{'passed' if succeeded else 'FAILED'}  {name}")
        if not succeeded:
            failed += 1
            _print_lines([f"        {line}" for line in output.splitlines()])
    if failed:
        raise PkgpandaError(f"{failed} of the checks failed.")


def run_uninstall(options, settings, repository, users, systemd):
    uninstall(settings, settings.repository, systemd)


def _activate(ids, settings, repository, users, systemd):
    if os.path.exists(settings.progress_file):
        raise PkgpandaError('An earlier exchange of packages was interrupted: run "pkgpanda setup", which finishes it.')
    activate(settings, [repository.load(text) for text in sorted(ids)], users, systemd)
    systemd.start_target()


def _print_lines(lines):
    for line in lines:
        print(line)
