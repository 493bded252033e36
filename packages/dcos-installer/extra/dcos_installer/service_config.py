"""What services read below /opt/mesosphere/etc: variables, as units take them by EnvironmentFile=, and JSON."""
import json
import re

PLAIN = re.compile(r"[\w./:,@+%=-]*", re.ASCII)

# Ports of agents that tasks may have: all but those of ZooKeeper, Mesos and DC/OS's own services.
AGENT_PORTS = ((1025, 2180), (2182, 3887), (3889, 5049), (5052, 8079), (8082, 8180), (8182, 32000))
# On public agents tasks may also be what the world asks for by name: 80, 443; SSH and the agent itself stay.
PUBLIC_AGENT_PORTS = ((1, 21), (23, 5050), (5052, 32000))


def service_files(config):
    """Text by name of the file."""
    return {
        "dns_config": _variables({"RESOLVERS": ",".join(config.resolvers)}),
        **({"dns_search_config": _variables({"SEARCH": config.dns_search})} if config.dns_search else {}),
        "exhibitor": _variables(_exhibitor(config)),
        "master_count": f"{len(config.master_list)}\n",
        "master_list": f"{json.dumps(config.master_list)}\n",
        "mesos-dns.json": _json(_mesos_dns(config)),
        "mesos-master": _variables(_mesos_master(config)),
        "mesos-slave": _variables({"MESOS_RESOURCES": _ports(AGENT_PORTS)}),
        "mesos-slave-common": _variables(_mesos_agent(config)),
        "mesos-slave-public": _variables(
            {
                "MESOS_ATTRIBUTES": "public_ip:true",
                "MESOS_DEFAULT_ROLE": "slave_public",
                "MESOS_RESOURCES": _ports(PUBLIC_AGENT_PORTS),
            }
        ),
    }


def _exhibitor(config):
    """For Exhibitor's start script: where it keeps its own configuration."""
    backend = dict(config.backend)
    if config.exhibitor_storage_backend == "zookeeper":
        connect = {"EXHIBITOR_BACKEND": "ZK", "ZK_CONFIG_CONNECT": backend["exhibitor_zk_hosts"]}
        return {**connect, "ZK_CONFIG_ZPATH": backend["exhibitor_zk_path"]}
    if config.exhibitor_storage_backend == "shared_filesystem":
        return {"EXHIBITOR_BACKEND": "SHARED_FS", "EXHIBITOR_FSCONFIGDIR": backend["exhibitor_fs_config_dir"]}
    ensemble = ",".join(f"{number}:{address}" for number, address in enumerate(config.master_list, 1))
    return {"EXHIBITOR_BACKEND": "STATIC", "EXHIBITOR_STATICENSEMBLE": ensemble}


def _mesos_master(config):
    return {
        "MESOS_CLUSTER": config.cluster_name,
        "MESOS_HOSTNAME_LOOKUP": "false",
        "MESOS_LOG_DIR": "/var/log/mesos",
        "MESOS_PORT": "5050",
        "MESOS_QUORUM": str(len(config.master_list) // 2 + 1),
        "MESOS_ROLES": "slave_public",
        "MESOS_WEIGHTS": "slave_public=1",
        "MESOS_WORK_DIR": "/var/lib/mesos/master",
        "MESOS_ZK": "zk://127.0.0.1:2181/mesos",
    }


def _mesos_agent(config):
    masters = ",".join(f"{address}:2181" for address in config.master_list)
    return {
        "MESOS_CONTAINERIZERS": "docker,mesos",
        "MESOS_EXECUTOR_REGISTRATION_TIMEOUT": "10mins",
        "MESOS_HOSTNAME_LOOKUP": "false",
        "MESOS_ISOLATION": "cgroups/cpu,cgroups/mem",
        "MESOS_LOG_DIR": "/var/log/mesos",
        "MESOS_MASTER": f"zk://{masters}/mesos",
        "MESOS_WORK_DIR": "/var/lib/mesos/slave",
    }


def _mesos_dns(config):
    """It answers Spartan, which has the port that everybody asks."""
    return {
        "zk": "zk://127.0.0.1:2181/mesos",
        "domain": "mesos",
        "externalon": True,
        "httpon": True,
        "httpport": 8123,
        "listener": "127.0.0.1",
        "port": 61053,
        "refreshSeconds": 30,
        "resolvers": list(config.resolvers),
        "timeout": 5,
        "ttl": 60,
    }


def _ports(ranges):
    """A list of resources, as Mesos takes it in JSON."""
    pairs = [{"begin": first, "end": last} for first, last in ranges]
    return json.dumps([{"name": "ports", "type": "RANGES", "ranges": {"range": pairs}}])


def _variables(values):
    """Values that hold more than letters and the like stand in quotes, which systemd and shells read alike."""
    return "".join(f"{name}={_quoted(value)}\n" for name, value in values.items())


def _quoted(value):
    if PLAIN.fullmatch(value):
        return value
    return '"' + re.sub(r'([\\"$`])', r"\\\1", value) + '"'


def _json(value):
    return json.dumps(value, sort_keys=True, indent=2)
