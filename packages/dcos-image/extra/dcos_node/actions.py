"""What each command does: options and a node in, exit status out."""
import json
import os
import signal

from pkgpanda.errors import PkgpandaError

from .change import go_on
from .journal import read_change
from .node_setup import set_up
from .sets import current_set
from .status import format_status, look, wait
from .told import read_told
from .upgrade import Wish, roll_back, upgrade

DONE, FAILED = 0, 1
# Of the values known at launch those that everybody may see.
SHOWN_VALUES = ("agent_fqdn", "cluster_name", "master_fqdn", "master_list")


def run_setup(options, node):
    with node.alone():
        if read_change(node):
            return _tell_end(node, go_on(node))
        set_up(node, read_told(node.told_folder))
    return DONE


def run_status(options, node):
    status = look(node)
    print(json.dumps(status, indent=2, sort_keys=True) if options.json else format_status(status))
    return DONE if status["healthy"] else FAILED


def run_wait(options, node):
    status = wait(node, options.timeout)
    for problem in status["problems"]:
        node.say(problem)
    return DONE if status["healthy"] else FAILED


def run_upgrade(options, node):
    wish = Wish(options.release, options.repository_url, options.dry_run, (options.check_timeout, options.settle))
    return _change(node, lambda told: upgrade(node, told, wish))


def run_rollback(options, node):
    wish = Wish(None, None, options.dry_run, (options.check_timeout, options.settle))
    return _change(node, lambda told: roll_back(node, told, wish))


def run_go_on(options, node):
    # Whoever has begun it may have closed their terminal.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with node.alone():
        last = go_on(node)
    if last is None:
        node.say("No change is under way.")
        return DONE
    return _tell_end(node, last)


def run_config(options, node):
    """No contents of files: they may be secret, as may be values that this program does not know."""
    told = read_told(node.told_folder)
    config = {
        "attributes": told.attributes,
        "config_id": told.config_id,
        "files": {text: sorted(entry["path"] for entry in files) for text, files in told.packages},
        "late": {name: value for name, value in told.late.items() if name in SHOWN_VALUES},
        "package_list": {"id": told.package_list_id, "packages": list(told.package_list)},
        "release": current_set(node, told).release,
        "roles": list(told.roles),
    }
    print(json.dumps(config, indent=2, sort_keys=True))
    return DONE


def _change(node, prepare):
    with node.alone():
        change = read_change(node)
        if change:
            raise PkgpandaError(f'A change to {change.new.title} was interrupted: "dcos-node go-on" finishes it.')
        script = prepare(read_told(node.told_folder))
    if script is None:
        return DONE
    # From here on without the folders that are about to be exchanged.
    os.execv(script, [script])


def _tell_end(node, last):
    if last["result"] == "done":
        node.say(f"The {last['kind']} is done: release {last['to'] or 'of the image'} is active.")
        return DONE
    before, after = (last[name] or "of the image" for name in ("from", "to"))
    if last["result"] == "returned":
        node.say(f"The {last['kind']} to release {after} was taken back: release {before} is active.")
    else:
        node.say(f"Release {after} is active, and does not do well:")
    for sentence in last["why"]:
        node.say(f"  {sentence}")
    return FAILED
