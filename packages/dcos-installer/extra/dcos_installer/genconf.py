"""From a description of a cluster to the folder that its nodes install from."""
import json
import os
import shlex
import shutil

from .config import parse_config
from .config_package import config_files, config_package_id, pack
from .errors import InstallerError
from .ids import hash_list

TEMPLATE = os.path.join(os.path.dirname(__file__), "dcos_install.sh.template")


def read_inputs(folder):
    """(ClusterConfig, text of ip-detect). Raises InstallerError."""
    config = parse_config(_read(os.path.join(folder, "config.yaml")))
    path = os.path.join(folder, "ip-detect")
    ip_detect = _read(path)
    if not ip_detect.startswith("#!"):
        raise InstallerError(f"{path} must be a script: its first line names the program that runs it, #!/bin/bash.")
    return config, ip_detect


def generate(folder, release):
    """
    Writes `<folder>/serve` from `<folder>/config.yaml` and `<folder>/ip-detect`, in place of an older one.

    Returns the id of the package list, which names the cluster's configuration and packages. Raises InstallerError.
    """
    config, ip_detect = read_inputs(folder)
    serve = os.path.join(folder, "serve")
    unfinished, old = f"{serve}.new", f"{serve}.old"
    for leftover in (unfinished, old):
        shutil.rmtree(leftover, ignore_errors=True)
    os.makedirs(unfinished)
    list_id = _fill(unfinished, config, ip_detect, release)
    os.sync()
    # A web server that serves the folder meanwhile has the old one or the new one.
    if os.path.exists(serve):
        os.rename(serve, old)
    os.rename(unfinished, serve)
    shutil.rmtree(old, ignore_errors=True)
    return list_id


def _fill(serve, config, ip_detect, release):
    files = config_files(config, ip_detect)
    config_id = config_package_id(files)
    packages = sorted([config_id, *release.packages])
    list_id = hash_list(packages)
    release.copy_to(serve)
    os.makedirs(os.path.join(serve, "packages/dcos-config"))
    pack(files, os.path.join(serve, f"packages/dcos-config/{config_id}.tar.xz"))
    _write(serve, f"package_lists/{list_id}.package_list.json", json.dumps(packages))
    _write(serve, "bootstrap.latest", release.bootstrap)
    _write(serve, "cluster-package-list", list_id)
    _write(serve, "ip-detect", ip_detect, 0o755)
    _write(serve, "dcos_install.sh", _install_script(config, release, list_id), 0o755)
    return list_id


def _install_script(config, release, list_id):
    values = {
        "BOOTSTRAP_ID": release.bootstrap,
        "BOOTSTRAP_SHA256": release.bootstrap_sha256(),
        "CLUSTER_NAME": config.cluster_name,
        "CLUSTER_PACKAGE_LIST": list_id,
        "REPOSITORY_URL": config.bootstrap_url,
    }
    text = _read(TEMPLATE)
    settings = "".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items())
    return text.replace("# @SETTINGS@\n", settings)


def _read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise InstallerError(f"{path} cannot be read: {error}") from error


def _write(folder, name, text, mode=0o644):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)
