"""What Mesos is told of an agent, so that a framework can choose among agents: MESOS_ATTRIBUTES."""
import os

import requests

from pkgpanda.files import remove, write_text

from .late_values import quote_variable

AGENT_ROLES = {"slave", "slave_public"}
# Read by the units of the agent; DC/OS's own name for what belongs to this machine alone.
FILE = "mesos-slave-common"
COMPUTE = "/metadata/instance/compute?api-version=2021-02-01&format=json"
# By which name Azure tells what.
DOMAINS = {"fault_domain": "platformFaultDomain", "update_domain": "platformUpdateDomain"}
TIMEOUT_SECONDS = 2
TRIES = 2


def write_attributes(node, told):
    """Writes the file on agents. That nobody tells the domains is no error: not every machine is one of Azure's."""
    if not AGENT_ROLES & set(told.roles):
        return
    attributes = {**_domains(node.metadata_url), **told.attributes}
    path = os.path.join(node.settings.state_dir_root, FILE)
    if not attributes:
        remove(path)
        return
    os.makedirs(node.settings.state_dir_root, mode=0o755, exist_ok=True)
    text = ";".join(f"{name}:{value}" for name, value in sorted(attributes.items()))
    write_text(path, f"MESOS_ATTRIBUTES={quote_variable(text)}\n")


def _domains(url):
    session = requests.Session()
    # The service is on this machine's own link; no proxy reaches it.
    session.trust_env = False
    session.headers["Metadata"] = "true"
    for _ in range(TRIES):
        try:
            compute = session.get(url + COMPUTE, timeout=TIMEOUT_SECONDS).json()
            found = {name: compute.get(key) for name, key in DOMAINS.items()}
            return {name: value for name, value in found.items() if isinstance(value, str) and value.isdigit()}
        except (requests.RequestException, ValueError, AttributeError):
            continue
    return {}
