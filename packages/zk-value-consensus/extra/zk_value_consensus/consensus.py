"""The agreement itself: the first proposal stands, and everybody gets it."""
import time

from kazoo.client import KazooClient
from kazoo.exceptions import (
    ConnectionClosedError,
    ConnectionLoss,
    KazooException,
    NodeExistsError,
    OperationTimeoutError,
    SessionExpiredError,
)
from kazoo.handlers.threading import KazooTimeoutError
from retrying import Retrying

# What ends by itself when a server of the ensemble restarts or another one becomes leader.
PASSING = (ConnectionClosedError, ConnectionLoss, OperationTimeoutError, SessionExpiredError)
WAIT_BETWEEN_TRIES_MS = 500


class NoAgreement(Exception):
    """No value can be given; the text says why."""


def agree(hosts, path, proposal, timeout):
    """
    Returns the value at a path of ZooKeeper, after putting the proposal there if nobody was before us.

    hosts     "host:port,host:port"
    path      absolute; its parents are made
    proposal  bytes, not empty
    timeout   seconds, for everything together

    All callers with one path get the same bytes. Raises NoAgreement.
    """
    deadline = time.monotonic() + timeout
    client = KazooClient(hosts=hosts)
    try:
        client.start(timeout=timeout)
        tries = Retrying(
            stop_max_delay=timeout * 1000,
            wait_fixed=WAIT_BETWEEN_TRIES_MS,
            retry_on_exception=lambda error: isinstance(error, PASSING),
        )
        standing = tries.call(_propose, client, path, proposal, deadline)
    except KazooTimeoutError:
        raise NoAgreement(f"ZooKeeper at {hosts} did not answer within {timeout:g} seconds.") from None
    except KazooException as error:
        raise NoAgreement(f"ZooKeeper at {hosts} refuses {path}: {_described(error)}.") from error
    finally:
        client.stop()
        client.close()
    if standing == b"":
        raise NoAgreement(f"{path} is there and holds no value: something else made it. Remove it, or take another.")
    return standing


def _propose(client, path, proposal, deadline):
    """A connection that breaks may hide that our proposal was taken: the next try then finds it standing."""
    try:
        client.create_async(path, proposal, makepath=True).get(timeout=_left(deadline))
        return proposal
    except NodeExistsError:
        standing, _ = client.get_async(path).get(timeout=_left(deadline))
        return standing


def _left(deadline):
    return max(0.001, deadline - time.monotonic())


def _described(error):
    return f"{type(error).__name__} {error}".rstrip()
