"""The command: a value comes in, the value that all agree on goes out."""
import argparse
import sys

from .consensus import NoAgreement, agree

AGREED, FAILED, USAGE = 0, 1, 2
# ZooKeeper takes requests of 1 MiB at most; path and header are a part of them.
MOST_BYTES = 1_000_000


def main(arguments, stdin, stdout):
    """Runs the command on byte streams, and returns its exit status."""
    options = _parser().parse_args(arguments)
    proposal = stdin.read()
    if proposal == b"" or len(proposal) > MOST_BYTES:
        return _fail(USAGE, f"The value on standard input has {len(proposal)} bytes; it must have 1 to {MOST_BYTES}.")
    try:
        agreed = agree(options.hosts, options.path, proposal, options.timeout)
    except NoAgreement as error:
        return _fail(FAILED, str(error))
    stdout.write(agreed)
    stdout.flush()
    return AGREED


def _parser():
    parser = argparse.ArgumentParser(
        prog="zk-value-consensus",
        description="Reads a value from standard input and proposes it at a path of ZooKeeper. Prints the value that "
        "was proposed there first, byte for byte: the same for all who ask.",
        epilog="Exit status: 0 agreed, 1 no agreement (nothing is printed), 2 wrong usage. "
        "Example: uuidgen | zk-value-consensus /cluster-id",
    )
    parser.add_argument("path", metavar="PATH", type=_zookeeper_path, help="where in ZooKeeper, such as /cluster-id")
    parser.add_argument("--hosts", default="127.0.0.1:2181", help="servers, host:port,host:port (default: %(default)s)")
    parser.add_argument(
        "--timeout", type=_seconds, default=60.0, metavar="SECONDS", help="how long to try (default: 60)"
    )
    return parser


def _zookeeper_path(text):
    names = text.split("/")
    if text == "/" or names[0] != "" or any(name in ("", ".", "..") for name in names[1:]):
        raise argparse.ArgumentTypeError(f'"{text}" is no path of ZooKeeper; it looks like /cluster-id')
    return text


def _seconds(text):
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e6:
        raise argparse.ArgumentTypeError(f'"{text}" is no time in seconds')
    return seconds


def _fail(status, message):
    print(f"zk-value-consensus: {message}", file=sys.stderr)
    return status
