"""What a node is and how it does, for people and for programs."""
import os
import time

from pkgpanda.activation import active_ids
from pkgpanda.errors import PkgpandaError

from .health import check_problems, run_checks, unit_problems, unit_states
from .journal import read_change
from .sets import current_set, last_change, previous_set
from .told import read_told

SCHEMA = "dcos-node status 1"
SECONDS_BETWEEN_LOOKS = 2


def look(node):
    """An object of JSON; its `problems` are sentences, and without any the node is healthy."""
    is_told = os.path.exists(os.path.join(node.told_folder, "node.json"))
    told = read_told(node.told_folder, is_late_needed=False) if is_told else None
    current, previous, change = current_set(node, told), previous_set(node), read_change(node)
    set_up = _set_up(node)
    units, checks = unit_states(node), run_checks(node) if set_up == "done" else []
    about_parts = [*unit_problems(units).values(), *check_problems(checks).values()]
    problems = [*_set_up_problems(set_up, change, node), *about_parts]
    return {
        "schema": SCHEMA,
        "healthy": not problems,
        "problems": problems,
        "setup": set_up,
        "roles": node.settings.roles,
        "release": current.release,
        "bootstrap": current.bootstrap,
        "config_id": told.config_id if told else None,
        "packages": list(current.packages),
        "previous_release": previous.release if previous else None,
        "change": {"kind": change.kind, "stage": change.stage, "to": change.new.release} if change else None,
        "last_change": last_change(node),
        "units": [unit.to_json() for unit in units],
        "checks": [check.to_json() for check in checks],
    }


def wait(node, seconds):
    """Looks again and again, and returns the last status."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            status = look(node)
        except PkgpandaError as error:
            # In the middle of an exchange not everything can be read.
            status = {"healthy": False, "problems": [str(error)]}
        if status["healthy"] or time.monotonic() > deadline:
            return status
        time.sleep(min(SECONDS_BETWEEN_LOOKS, seconds))


def format_status(status):
    """Lines for people."""
    last = status["last_change"]
    lines = [
        f"set-up     {status['setup']}",
        f"roles      {', '.join(status['roles']) or 'none'}",
        f"release    {status['release'] or 'none that was published'}",
        f"bootstrap  {status['bootstrap'] or 'unknown'}",
        f"config     {status['config_id'] or 'none'}",
        f"packages   {len(status['packages'])} active",
        f"units      {_counted(status['units'])}",
        f"checks     {sum(check['passed'] for check in status['checks'])} of {len(status['checks'])} passed",
        f"before     {status['previous_release'] or 'nothing else'}",
        f"last       {last['kind'] + ' to ' + str(last['to']) + ': ' + last['result'] if last else 'no change yet'}",
        "health     " + ("healthy" if status["healthy"] else "not healthy"),
        *(f"  {problem}" for problem in status["problems"]),
    ]
    return "\n".join(lines)


def _counted(units):
    states = [unit["health"] for unit in units]
    return ", ".join(f"{states.count(state)} {state}" for state in ("ok", "pending", "failed") if state in states)


def _set_up(node):
    """`done`, `pending`, `interrupted` in the middle of an exchange, or `absent` without packages at all."""
    settings = node.settings
    if os.path.exists(settings.progress_file):
        return "interrupted"
    if os.path.exists(settings.bootstrap_marker):
        return "pending"
    return "done" if active_ids(settings) else "absent"


def _set_up_problems(set_up, change, node):
    if change:
        how = "under way" if node.is_busy else 'interrupted: run "dcos-node go-on"'
        yield f"The {change.kind} to {change.new.title} is {how}."
    elif set_up == "interrupted":
        yield 'An exchange of packages is under way or was interrupted; if nothing runs: "dcos-node setup".'
    elif set_up != "done":
        yield 'This node is not set up yet: "dcos-node setup".'
