"""config.yaml: the description of a cluster. All mistakes are told at once."""
import difflib
import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

import yaml

from .errors import InstallerError

BACKENDS = ("static", "zookeeper", "shared_filesystem")
MASTERS = (1, 3, 5, 7, 9)
MOST_RESOLVERS = 3

KEYS = (
    "bootstrap_url",
    "cluster_name",
    "dns_search",
    "exhibitor_fs_config_dir",
    "exhibitor_storage_backend",
    "exhibitor_zk_hosts",
    "exhibitor_zk_path",
    "master_discovery",
    "master_list",
    "resolvers",
)
# Of DC/OS's installer, for what this one does not do; they say nothing about the cluster.
PASSED_OVER = (
    "agent_list",
    "process_timeout",
    "public_agent_list",
    "ssh_key_path",
    "ssh_port",
    "ssh_user",
)
# What a backend of Exhibitor has to be told.
BACKEND_KEYS = {
    "static": (),
    "zookeeper": ("exhibitor_zk_hosts", "exhibitor_zk_path"),
    "shared_filesystem": ("exhibitor_fs_config_dir",),
}


@dataclass(frozen=True)
class ClusterConfig:
    bootstrap_url: str
    cluster_name: str
    master_list: tuple
    resolvers: tuple = ("8.8.8.8", "8.8.4.4")
    dns_search: str = ""
    exhibitor_storage_backend: str = "static"
    # Keys of BACKEND_KEYS with their values.
    backend: tuple = ()
    # Keys of the file that have no meaning here.
    passed_over: tuple = ()


def parse_config(text):
    """Reads the text of config.yaml. Raises InstallerError."""
    try:
        given = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InstallerError(f"config.yaml is no YAML: {error}") from error
    if not isinstance(given, dict):
        raise InstallerError("config.yaml must have lines like: cluster_name: my cluster")
    mistakes = [*_unknown_keys(given), *_mistakes(given)]
    if mistakes:
        raise InstallerError(*(f"config.yaml: {mistake}" for mistake in mistakes))
    backend = given.get("exhibitor_storage_backend", "static")
    optional = {key: given[key] for key in ("dns_search", "exhibitor_storage_backend") if key in given}
    if "resolvers" in given:
        optional["resolvers"] = tuple(given["resolvers"])
    return ClusterConfig(
        bootstrap_url=given["bootstrap_url"].rstrip("/"),
        cluster_name=given["cluster_name"],
        master_list=tuple(given["master_list"]),
        backend=tuple((key, given[key]) for key in BACKEND_KEYS[backend]),
        passed_over=tuple(sorted(set(PASSED_OVER) & set(given))),
        **optional,
    )


def _unknown_keys(given):
    for key in given:
        if key in KEYS or key in PASSED_OVER:
            continue
        guess = difflib.get_close_matches(str(key), KEYS, n=1)
        hint = f'did you mean "{guess[0]}"?' if guess else f"the keys are {', '.join(KEYS)}."
        yield f'unknown key "{key}"; {hint}'


def _mistakes(given):
    for key, (rule, holds) in RULES.items():
        if key in given and not holds(given[key]):
            yield f"{key} must be {rule}, not {given[key]!r}."
        elif key not in given and key in REQUIRED:
            yield f"{key} is missing; it must be {rule}."
    backend = given.get("exhibitor_storage_backend", "static")
    for owner, keys in BACKEND_KEYS.items():
        for key in keys:
            if owner == backend and not _is_line(given.get(key)):
                yield f"{key} is missing; the backend {backend} must be told."
            elif owner != backend and key in given:
                yield f"{key} is for the backend {owner}, and exhibitor_storage_backend is {backend}."


def _is_line(value):
    """One line of text, which can stand in a file of variables."""
    return isinstance(value, str) and value.strip() != "" and value.isprintable()


def _is_url(value):
    if not _is_line(value) or " " in value:
        return False
    parts = urlsplit(value)
    return bool(parts.netloc) if parts.scheme in ("http", "https") else parts.scheme == "file" and parts.path != ""


def _are_addresses(value):
    return isinstance(value, list) and len(set(map(str, value))) == len(value) and all(map(_is_address, value))


def _is_address(value):
    try:
        return isinstance(value, str) and ipaddress.IPv4Address(value) is not None
    except ValueError:
        return False


# Key to (what it must be, test of a value).
RULES = {
    "bootstrap_url": ("the http, https or file URL at which nodes find the folder genconf/serve", _is_url),
    "cluster_name": ("one line of text", _is_line),
    "dns_search": ("one line of text: domains, with blanks between", _is_line),
    "exhibitor_storage_backend": (f"one of {', '.join(BACKENDS)}", lambda value: value in BACKENDS),
    "master_discovery": ('"static"; this installer knows no other way', lambda value: value == "static"),
    "master_list": (
        f"a list of {', '.join(map(str, MASTERS[:-1]))} or {MASTERS[-1]} different IPv4 addresses",
        lambda value: _are_addresses(value) and len(value) in MASTERS,
    ),
    "resolvers": (
        f"a list of 1 to {MOST_RESOLVERS} different IPv4 addresses",
        lambda value: _are_addresses(value) and 1 <= len(value) <= MOST_RESOLVERS,
    ),
}
REQUIRED = ("bootstrap_url", "cluster_name", "master_list")
