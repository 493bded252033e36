"""What placeholders in files of the configuration stand for: the values known at launch, and what follows from them."""
import json
import re

# What needs no quotes as the value of a variable.
PLAIN = re.compile(r"[A-Za-z0-9_./:,@+%=-]*")


def masters_of(late):
    """Addresses of the masters; None if there is no such list."""
    try:
        masters = json.loads(late.get("master_list", "[]"))
    except (TypeError, ValueError):
        return None
    return masters if isinstance(masters, list) and all(isinstance(each, str) for each in masters) else None


def bindings_of(late):
    """@see src/cluster/config/late.ts, which works out the same"""
    masters = masters_of(late)
    return {
        **late,
        "cluster_name_variable": quote_variable(late.get("cluster_name", "")),
        "exhibitor_static_ensemble": ",".join(f"{index}:{address}" for index, address in enumerate(masters, 1)),
        "master_list_json": json.dumps(masters, ensure_ascii=False),
        "master_zk_hosts": ",".join(f"{address}:2181" for address in masters),
    }


def quote_variable(value):
    """As systemd and shells read it from a file: in double quotes all but these mean themselves."""
    if PLAIN.fullmatch(value):
        return value
    escaped = "".join(f"\\{char}" if char in '"\\$`' else char for char in value)
    return f'"{escaped}"'
