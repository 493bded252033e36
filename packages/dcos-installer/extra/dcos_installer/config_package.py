"""The package dcos-config: what the nodes of one cluster have to know, as files that services read."""
import io
import json
import tarfile

from .ids import hash_texts_by_name
from .service_config import service_files

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
    environment = {"MESOS_IP_DISCOVERY_COMMAND": "/opt/mesosphere/bin/detect_ip", "PROVIDER": "onprem"}
    return {
        "bin/add_dcos_path.sh": ADD_DCOS_PATH,
        "bin/detect_ip": ip_detect,
        **{f"etc/{name}": text for name, text in service_files(config).items()},
        "pkginfo.json": json.dumps({"environment": environment}, sort_keys=True, indent=2, separators=(",", ":")),
    }


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
