"""The command line: arguments in, exit status out."""
import argparse
import os
import sys

from pkgpanda.cli import common_options, settings_of
from pkgpanda.errors import PkgpandaError
from pkgpanda.repository import Repository
from pkgpanda.systemd import Systemd
from pkgpanda.users import Users

from . import actions
from .node import Node

FAILED = 1


def main(arguments):
    options = _parse(arguments)
    # Services run as users of their own, and must be able to read what is installed.
    os.umask(0o022)
    try:
        return options.run(options, _node(options))
    except PkgpandaError as error:
        print(f"dcos-node: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print('dcos-node: interrupted; what had begun is finished by "dcos-node go-on" or "setup".', file=sys.stderr)
    except OSError as error:
        print(f"dcos-node: {error.strerror or error}: {error.filename or ''}".rstrip(": "), file=sys.stderr)
    return FAILED


def _node(options):
    settings = settings_of(options)
    given = vars(options)
    folders = {"told_folder": "node_config", "state_folder": "node_state", "metadata_url": "metadata_url"}
    return Node(
        settings=settings,
        repository=Repository(settings.repository),
        users=Users(settings.may_add_users),
        systemd=Systemd(settings.manage_systemd, settings.block_systemd),
        **{name: given[option] for name, option in folders.items() if option in given},
    )


def _parse(arguments):
    common = argparse.ArgumentParser(add_help=False, parents=[common_options()], argument_default=argparse.SUPPRESS)
    common.add_argument("--node-config", metavar="DIR", help=f"node.json and late.json (default: {Node.told_folder})")
    common.add_argument("--node-state", metavar="DIR", help=f"what this program keeps (default: {Node.state_folder})")
    common.add_argument("--metadata-url", metavar="URL", help=f"Azure's metadata (default: {Node.metadata_url})")
    parser = argparse.ArgumentParser(
        prog="dcos-node",
        parents=[common],
        description="Sets up this node of a DC/OS cluster, reports on it, and takes it to another release and back.",
        epilog="Exit status: 0 done or healthy, 1 failed or not healthy, 2 wrong usage.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name, run, help_text):
        added = commands.add_parser(name, parents=[common], help=help_text, description=f"{help_text}.".capitalize())
        added.set_defaults(run=run)
        return added

    command("setup", actions.run_setup, "set up this node as it was told, or finish what was interrupted")
    status = command("status", actions.run_status, "tell what this node is, and how it does")
    status.add_argument("--json", action="store_true", help="for programs")
    waiting = command("wait", actions.run_wait, "wait until this node is set up and does well")
    waiting.add_argument("--timeout", type=_seconds, default=900, metavar="SECONDS", help="default: 900")
    upgrade = command("upgrade", actions.run_upgrade, "make another release active, or go back if it does not do well")
    upgrade.add_argument("release", metavar="RELEASE", help="its id")
    upgrade.add_argument("--repository-url", metavar="URL", help="where releases/<id>/ is (default: that of the cluster)")
    _change_options(upgrade)
    _change_options(command("rollback", actions.run_rollback, "make active again what was so before"))
    command("go-on", actions.run_go_on, "finish an upgrade or roll-back that was interrupted, as the next boot does")
    command("config", actions.run_config, "print what this node was told, as JSON")
    return parser.parse_args(arguments)


def _change_options(parser):
    parser.add_argument("--dry-run", action="store_true", help="only tell what would be exchanged")
    help_text = "until when the units have to be up and the checks to pass (default: 300)"
    parser.add_argument("--check-timeout", type=_seconds, default=300, metavar="SECONDS", help=help_text)
    help_text = "how long the units then have to stay up (default: 15)"
    parser.add_argument("--settle", type=_seconds, default=15, metavar="SECONDS", help=help_text)


def _seconds(text):
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 86_400:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds up to a day")
    return seconds
