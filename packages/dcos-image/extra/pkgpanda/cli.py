"""The command line: arguments in, exit status out."""
import argparse
import os
import sys

from . import actions
from .errors import PkgpandaError, ValidationError
from .package_id import parse_package_id
from .repository import Repository
from .settings import Settings
from .systemd import Systemd
from .users import Users

DONE, FAILED = 0, 1


def main(arguments):
    options = _parse(arguments)
    # Services run as users of their own, and must be able to read what is installed.
    os.umask(0o022)
    settings = settings_of(options)
    systemd = Systemd(settings.manage_systemd, settings.block_systemd)
    try:
        options.run(options, settings, Repository(settings.repository), Users(settings.may_add_users), systemd)
    except PkgpandaError as error:
        print(f"pkgpanda: {error}", file=sys.stderr)
        return FAILED
    except OSError as error:
        print(f"pkgpanda: {error.strerror or error}: {error.filename or ''}".rstrip(": "), file=sys.stderr)
        return FAILED
    return DONE


def settings_of(options):
    """From the options that every command has."""
    given = vars(options)
    root = os.path.abspath(given.get("root", Settings.root))
    return Settings(
        root=root,
        config_dir=os.path.abspath(given.get("config_dir", Settings.config_dir)),
        repository=os.path.abspath(given.get("repository", os.path.join(root, "packages"))),
        state_dir_root=os.path.abspath(given.get("state_dir_root", Settings.state_dir_root)),
        rooted_systemd=given.get("rooted_systemd", False),
        manage_systemd=not given.get("no_systemd", False),
        block_systemd=not given.get("no_block_systemd", False),
    )


def _parse(arguments):
    common = common_options()
    parser = argparse.ArgumentParser(
        prog="pkgpanda",
        parents=[common],
        description="Manages the packages of DC/OS on this node.",
        epilog='Exit status: 0 done, 1 failed, 2 wrong usage. "pkgpanda COMMAND --help" says more.',
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name, run, help_text):
        added = commands.add_parser(name, parents=[common], help=help_text, description=f"{help_text}.".capitalize())
        added.set_defaults(run=run)
        return added

    command("setup", actions.run_setup, "set up a new node, or finish what was interrupted")
    command("list", actions.run_list, "print the ids of all packages on this node")
    command("active", actions.run_active, "print the ids of the active packages")
    command("show", actions.run_show, "print what is known of a package, as JSON").add_argument("id", type=_id)
    _ids(command("activate", actions.run_activate, "make these packages active, and no others"))
    command("swap", actions.run_swap, "replace the active package of that name").add_argument("id", type=_id)
    fetch = _ids(command("fetch", actions.run_fetch, "fetch packages from a repository, without making them active"))
    fetch.add_argument("--repository-url", required=True, metavar="URL", help="where packages/<name>/<id>.tar.xz are")
    command("add", actions.run_add, "unpack a package, without making it active").add_argument("tarball")
    _ids(command("remove", actions.run_remove, "remove packages that are not active"))
    check = command("check", actions.run_check_command, "run the checks of the active packages")
    check.add_argument("--list", action="store_true", help="only name them")
    command("uninstall", actions.run_uninstall, "remove all packages and units; configuration and state stay")
    return parser.parse_args(arguments)


def common_options():
    """They may stand before the command and after it; what is not given is absent."""
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    folder = {"metavar": "DIR"}
    common.add_argument("--root", **folder, help=f"what is active (default: {Settings.root})")
    common.add_argument("--config-dir", **folder, help=f"roles and set-up flags (default: {Settings.config_dir})")
    common.add_argument("--repository", **folder, help="unpacked packages (default: packages in the root)")
    common.add_argument("--state-dir-root", **folder, help=f"state of services (default: {Settings.state_dir_root})")
    switch = {"action": "store_true"}
    common.add_argument("--rooted-systemd", **switch, help="put units into the root instead of systemd's folder")
    common.add_argument("--no-systemd", **switch, help="do not call systemctl")
    common.add_argument("--no-block-systemd", **switch, help="do not wait until units have started")
    return common


def _ids(parser):
    parser.add_argument("ids", nargs="+", type=_id, metavar="ID")
    return parser


def _id(text):
    try:
        return str(parse_package_id(text))
    except ValidationError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
