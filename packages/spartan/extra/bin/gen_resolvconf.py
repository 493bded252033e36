#!/opt/mesosphere/bin/python3
"""Writes resolv.conf: Spartan's addresses that answer or, if none does, the name servers behind it.

Usage: gen_resolvconf.py FILE

Environment: RESOLVERS, the name servers behind Spartan, divided by commas, each an address or address:port; SEARCH,
optional, the domains that are searched.
"""

import os
import sys
from typing import Callable

# resolv.conf(5): no more are asked.
MOST_SERVERS = 3
SPARTAN = ("198.51.100.1", "198.51.100.2", "198.51.100.3")
# Spartan itself answers this name.
QUESTION = "ready.spartan"
TIMEOUT_SECONDS = 5


def answers(address: str) -> bool:
    """Whether the name server answers Spartan's own name."""
    import dns.exception
    import dns.message
    import dns.query

    question = dns.message.make_query(QUESTION, "A")
    try:
        return len(dns.query.udp(question, address, timeout=TIMEOUT_SECONDS).answer) > 0
    except (dns.exception.DNSException, OSError) as error:
        print(f"{address} does not answer: {error}", file=sys.stderr)
        return False


def behind(resolvers: str) -> list[str]:
    """The addresses that resolv.conf can name, which knows no ports."""
    servers = []
    for resolver in filter(None, resolvers.split(",")):
        address, _, port = resolver.rpartition(":")
        if address == "":
            servers.append(resolver)
        elif port == "53":
            servers.append(address)
        else:
            print(f"{resolver} is left out: resolv.conf knows no ports.", file=sys.stderr)
    return servers[:MOST_SERVERS]


def content(resolvers: str, search: str, is_up: Callable[[str], bool]) -> str:
    """The text of the file."""
    servers = [address for address in SPARTAN if is_up(address)] or behind(resolvers)
    lines = ["# Written by gen_resolvconf.py, which will write it again.", "options timeout:1 attempts:3"]
    if search:
        lines.append(f"search {search}")
    lines += [f"nameserver {server}" for server in servers]
    return "".join(f"{line}\n" for line in lines)


def replace(path: str, text: str) -> None:
    """Readers see the old file or the new one. A link becomes a file; a mount point, which cannot, is written into."""
    temporary = f"{path}.new"
    with open(temporary, "w", encoding="utf-8") as file:
        file.write(text)
    try:
        os.rename(temporary, path)
    except OSError:
        os.unlink(temporary)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("Usage: gen_resolvconf.py FILE")
    text = content(os.environ.get("RESOLVERS", ""), os.environ.get("SEARCH", ""), answers)
    if "nameserver" not in text:
        sys.exit("No name server is known: neither Spartan answers nor does RESOLVERS name one.")
    replace(sys.argv[1], text)


if __name__ == "__main__":
    main()
