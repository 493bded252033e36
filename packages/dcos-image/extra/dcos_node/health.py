"""How a node does: what its units say, and what the checks of its packages say."""
import os
from dataclasses import asdict, dataclass

from pkgpanda.activation import active_ids
from pkgpanda.environment import read_environment
from pkgpanda.files import names_in
from pkgpanda.node_checks import find_checks, run_check
from pkgpanda.systemd import TARGET

CHECK_SECONDS = 60
PROPERTIES = ("Id", "ActiveState", "SubState", "Result", "Job")


@dataclass(frozen=True)
class UnitState:
    name: str
    # As systemd has it, such as active and running; None where systemd is not asked.
    active: str
    sub: str
    # `ok`, `pending` for one that is just starting, or `failed`, also for one that fails again and again.
    health: str

    def to_json(self):
        return asdict(self)


def unit_states(node):
    """Of all units that dcos.target wants, and of itself, sorted by name."""
    names = [*names_in(node.settings.wants_dir), TARGET]
    found = node.systemd.properties(names, PROPERTIES)
    if found is None:
        return [UnitState(name, None, None, "ok") for name in names]
    return sorted((_state(each) for each in found), key=lambda unit: unit.name)


def _state(properties):
    name, active, sub = (properties.get(key, "") for key in ("Id", "ActiveState", "SubState"))
    health = "ok"
    if active == "failed" or sub == "auto-restart" or (name == TARGET and active != "active"):
        health = "failed"
    if properties.get("Job", "") not in ("", "0") or (active == "activating" and sub != "auto-restart"):
        health = "pending"
    return UnitState(name, active, sub, health)


@dataclass(frozen=True)
class CheckResult:
    package: str
    name: str
    passed: bool
    output: str

    def to_json(self):
        return asdict(self)


def run_checks(node):
    """Of all active packages, in their order."""
    packages = [node.repository.load(text) for text in active_ids(node.settings)]
    environment = {**os.environ, **read_environment(node.settings.in_root("environment"))}
    results = []
    for package, path in find_checks(packages):
        passed, output = run_check(path, CHECK_SECONDS, environment)
        results.append(CheckResult(str(package.id), path.rpartition("/")[2], passed, output))
    return results


def unit_problems(units):
    """Sentences by what they are about."""
    problems = {}
    for unit in units:
        if unit.health == "failed":
            problems[unit.name] = f"{unit.name} does not run: {unit.active} ({unit.sub})."
        elif unit.health == "pending":
            problems[unit.name] = f"{unit.name} is not up yet: {unit.active} ({unit.sub})."
    return problems


def check_problems(checks):
    """Sentences by what they are about, which is the same for another build of the package."""
    problems = {}
    for check in checks:
        if not check.passed:
            said = check.output.strip().splitlines()
            why = f": {said[-1].rstrip('.')}" if said else ""
            problems[f"{check.package.partition('--')[0]}/{check.name}"] = f"{check.package}: {check.name} failed{why}."
    return problems
