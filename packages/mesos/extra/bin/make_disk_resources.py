#!/opt/mesosphere/bin/python3
"""Writes the MESOS_RESOURCES of an agent: those that it has been given, and the disks of the node.

Usage: make_disk_resources.py FILE

Environment: MESOS_WORK_DIR, whose file system is the disk that all tasks share; MESOS_RESOURCES, optional, a JSON list.
Whatever is mounted at /dcos/volume<number> is a disk of its own. A file that is there already is left alone: Mesos does
not start again with other resources than it has offered.
"""

import json
import os
import re
import shutil
import sys

MIB = 1 << 20
# Left free on each disk.
SPARE_MIB = 100
VOLUME = re.compile(r"/dcos/volume[0-9]+")


def volumes(mounts: str) -> list[str]:
    """Mount points of volumes, in the text of /proc/self/mounts."""
    points = (line.split(" ")[1] for line in mounts.splitlines())
    return sorted(filter(VOLUME.fullmatch, points), key=lambda point: int(point.removeprefix("/dcos/volume")))


def disk(free_bytes: int, path: str, is_volume: bool) -> dict[str, object]:
    """One resource of kind disk. @raises ValueError if hardly anything is free"""
    size = free_bytes // MIB - SPARE_MIB
    if size <= 0:
        raise ValueError(f"{path} has {free_bytes // MIB} MiB free, which is too little for a disk.")
    common = {"name": "disk", "role": "*", "type": "SCALAR", "scalar": {"value": size}}
    if not is_volume:
        return common
    return {**common, "disk": {"source": {"type": "MOUNT", "mount": {"root": path}}}}


def resources(given: str, disks: list[dict[str, object]]) -> str:
    """The content of the file. @raises ValueError if what is given is no JSON list"""
    value = json.loads(given or "[]")
    if not isinstance(value, list):
        raise ValueError(f"MESOS_RESOURCES is no JSON list: {given}")
    return f"MESOS_RESOURCES='{json.dumps(value + disks)}'\n"


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("Usage: make_disk_resources.py FILE")
    path = sys.argv[1]
    if os.path.exists(path):
        return
    work = os.environ["MESOS_WORK_DIR"]
    os.makedirs(work, exist_ok=True)
    with open("/proc/self/mounts", encoding="utf-8") as file:
        points = volumes(file.read())
    try:
        disks = [disk(shutil.disk_usage(point).free, point, True) for point in points]
        text = resources(os.environ.get("MESOS_RESOURCES", ""), [*disks, disk(shutil.disk_usage(work).free, work, False)])
    except ValueError as error:
        sys.exit(str(error))
    # Whoever reads the file sees all of it.
    with open(f"{path}.new", "w", encoding="utf-8") as file:
        file.write(text)
    os.rename(f"{path}.new", path)


if __name__ == "__main__":
    main()
