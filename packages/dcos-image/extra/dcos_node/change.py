"""
Goes from one set of packages to another. Whatever interrupts it, `go_on` brings it to its end: the new set is active
and does well, or the old one is active again.
"""
import datetime
import os
import time

from pkgpanda.activation import activate, active_ids, plan_activation
from pkgpanda.errors import PkgpandaError
from pkgpanda.swap import recover

from .health import check_problems, run_checks, unit_problems, unit_states
from .journal import CHECK, EXCHANGE, RETURN, Change, go_to, read_change, remove_change, write_change
from .launcher import put_launcher, remove_launcher
from .sets import previous_set, write_state

SECONDS_BETWEEN_LOOKS = 1


def begin(node, kind, old, new, limits):
    """
    Writes down what is to be done, and returns the script that does it; nothing is changed yet.

    `limits` are seconds: until when the node has to do well, and how long it then has to. All packages must be on
    the node. Raises ValidationError if they do not fit together.
    """
    plan_activation(node.settings, [node.repository.load(text) for text in new.packages])
    failing = {unit.name for unit in unit_states(node) if unit.health == "failed"}
    known = failing | set(check_problems(run_checks(node)))
    script = put_launcher(node)
    check_seconds, settle_seconds = limits
    write_change(node, Change(kind, EXCHANGE, old, new, tuple(sorted(known)), (), check_seconds, settle_seconds))
    return script


def go_on(node):
    """Ends the change that is under way, and returns what became of it, as in `sets.last_change`; None: there is none."""
    change = read_change(node)
    if change is None:
        remove_launcher(node)
        return None
    if change.stage == EXCHANGE:
        change = _exchange(node, change)
    if change.stage == CHECK:
        node.systemd.start_target()
        node.say(f"The packages of {change.new.title} are active; looking how they do.")
        problems = watch(node, change)
        if not problems or change.kind == "rollback":
            return _end(node, change, "unhealthy" if problems else "done", problems)
        node.say("\n".join([*problems, f"Going back to {change.old.title}."]))
        change = go_to(node, change, RETURN, problems)
    _make_active(node, change.old)
    node.systemd.start_target()
    return _end(node, change, "returned", change.why)


def _exchange(node, change):
    try:
        _make_active(node, change.new)
    except (PkgpandaError, OSError) as error:
        # Half an exchange has to be finished first; before that nothing has been changed.
        if os.path.exists(node.settings.progress_file):
            raise
        return go_to(node, change, RETURN, [f"The packages could not become active: {error}"])
    return go_to(node, change, CHECK)


def watch(node, change):
    """Waits until the node does well for a while, and returns what keeps it from that, as sentences."""
    deadline = time.monotonic() + change.check_seconds
    well_since = None
    while True:
        problems = _new(unit_problems(unit_states(node)), change.known)
        now = time.monotonic()
        if problems:
            well_since = None
        elif well_since is None:
            well_since = now
        if not problems and now - well_since >= change.settle_seconds:
            problems = _new(check_problems(run_checks(node)), change.known)
            if not problems:
                return []
        if now > deadline:
            return problems or ["The units of dcos.target did not stay up long enough."]
        time.sleep(min(SECONDS_BETWEEN_LOOKS, change.check_seconds, max(change.settle_seconds, 0.01)))


def _new(problems, known):
    return [sentence for name, sentence in sorted(problems.items()) if name not in known]


def _make_active(node, wanted):
    recover(node.settings, node.systemd)
    if tuple(active_ids(node.settings)) != wanted.packages:
        packages = [node.repository.load(text) for text in wanted.packages]
        activate(node.settings, packages, node.users, node.systemd)


def _end(node, change, result, why):
    went = result != "returned"
    finished = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    last = {
        "kind": change.kind,
        "from": change.old.release,
        "to": change.new.release,
        "result": result,
        "why": list(why),
        "finished": finished,
    }
    current, previous = (change.new, change.old) if went else (change.old, previous_set(node))
    write_state(node, current, previous, last)
    remove_change(node)
    remove_launcher(node)
    return last
