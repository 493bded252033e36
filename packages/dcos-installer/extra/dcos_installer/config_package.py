"""The package dcos-config: what the nodes of one cluster have to know, as files that services read."""
import io
import json
import tarfile

from .ids import hash_texts_by_name

# The one time in all archives: the day on which DC/OS was published.
ARCHIVE_TIME = 1461024000

ADD_DCOS_PATH = """# Read by login shells: DC/OS's programs are found by name.
if [ -r /opt/mesosphere/environment.export ]; then
  PATH="/opt/mesosphere/bin:$PATH"
  export PATH
fi
"""


def config_files(config, ip_detect):
    """Text by path in the package; what stands in bin is executable."""
    files = {
        "bin/add_dcos_path.sh": ADD_DCOS_PATH,
        "bin/detect_ip": ip_detect,
        "etc/cluster_name": f"{config.cluster_name}\n",
        "etc/dns_config": _variables({"RESOLVERS": ",".join(config.resolvers)}),
        "etc/exhibitor": _variables(_exhibitor(config)),
        "etc/master_count": f"{len(config.master_list)}\n",
        "etc/master_list": f"{json.dumps(config.master_list)}\n",
        "pkginfo.json": _json(
            {
                "environment": {
                    "MESOS_IP_DISCOVERY_COMMAND": "/opt/mesosphere/bin/detect_ip",
                    "PROVIDER": "onprem",
                }
            }
        ),
    }
    if config.dns_search:
        files["etc/dns_search_config"] = _variables({"SEARCH": config.dns_search})
    return files


def config_package_id(files):
    return f"dcos-config--setup_{hash_texts_by_name(files)}"


def pack(files, path):
    """Writes the package's tarball; the same files give the same bytes."""
    folders = sorted({name.rpartition("/")[0] for name in files} - {""})
    with tarfile.open(path, "w:xz", format=tarfile.GNU_FORMAT) as archive:
        for name in sorted({".", *folders, *files}):
            entry = tarfile.TarInfo("./" if name == "." else f"./{name}")
            entry.mtime = ARCHIVE_TIME
            entry.mode = 0o644
            if name in files:
                content = files[name].encode("utf-8")
                entry.size = len(content)
                entry.mode = 0o755 if name.startswith("bin/") else 0o644
                archive.addfile(entry, io.BytesIO(content))
            else:
                entry.type = tarfile.DIRTYPE
                entry.mode = 0o755
                archive.addfile(entry)


def _exhibitor(config):
    """Variables of Exhibitor's start script for the place where it keeps its own configuration."""
    backend = dict(config.backend)
    if config.exhibitor_storage_backend == "zookeeper":
        hosts = {"EXHIBITOR_BACKEND": "ZK", "ZK_CONFIG_HOSTS": backend["exhibitor_zk_hosts"]}
        return {**hosts, "ZK_CONFIG_PATH": backend["exhibitor_zk_path"]}
    if config.exhibitor_storage_backend == "shared_filesystem":
        return {"EXHIBITOR_BACKEND": "SHARED_FILESYSTEM", "EXHIBITOR_FSCONFIGDIR": backend["exhibitor_fs_config_dir"]}
    ensemble = ",".join(f"{number}:{address}" for number, address in enumerate(config.master_list, 1))
    return {"EXHIBITOR_BACKEND": "STATIC", "EXHIBITOR_STATICENSEMBLE": ensemble}


def _variables(values):
    """For EnvironmentFile= of units: values may hold blanks, which systemd keeps."""
    return "".join(f"{name}={value}\n" for name, value in values.items())


def _json(value):
    return json.dumps(value, sort_keys=True, indent=2, separators=(",", ":"))
