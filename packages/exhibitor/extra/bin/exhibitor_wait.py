#!/opt/mesosphere/bin/python3
"""Succeeds when every master serves ZooKeeper and one leads: services run it before they start, and are tried again."""
import json
import os
import sys
import urllib.request

STATUS_URL = os.environ.get("EXHIBITOR_STATUS_URL", "http://127.0.0.1:8181/exhibitor/v1/cluster/status")
MASTER_COUNT = os.environ.get("MASTER_COUNT_FILE", "/opt/mesosphere/etc/master_count")
PATIENCE_SECONDS = 10


def main():
    try:
        expected = int(read(MASTER_COUNT))
        servers = fetch(STATUS_URL)
        serving = sum(server["description"] == "serving" for server in servers)
        leaders = sum(bool(server["isLeader"]) for server in servers)
    except (OSError, KeyError, TypeError, ValueError) as error:
        return f"cannot tell how ZooKeeper does: {type(error).__name__}: {error}"
    if serving != expected or leaders != 1:
        return f"{serving} of {expected} masters serve ZooKeeper, {leaders} of them lead"
    return None


def read(path):
    with open(path, encoding="ascii") as file:
        return file.read().strip()


def fetch(url):
    """The answer as JSON, never by way of a proxy: it is this machine that is asked."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=PATIENCE_SECONDS) as response:
        return json.load(response)


problem = main()
sys.exit(f"exhibitor_wait: {problem}." if problem else 0)
