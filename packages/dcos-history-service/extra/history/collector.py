"""Asks Mesos for its summary, again and again, and hands it to the rings."""
import logging
import threading
import time

import requests

log = logging.getLogger("history")

PERIOD_SECONDS = 2
TIMEOUT_SECONDS = 1


def fetch_summary(url):
    """Mesos' summary as a dictionary, or None where it cannot be had; why is in the log."""
    try:
        response = requests.get(url, timeout=TIMEOUT_SECONDS)
        response.raise_for_status()
        summary = response.json()
    except (requests.RequestException, ValueError) as error:
        log.warning("No summary from %s: %s", url, error)
        return None
    if not isinstance(summary, dict):
        log.warning("No summary from %s: the answer is no object", url)
        return None
    return summary


class Collector:
    """fetch gives a summary or None; clock gives seconds since the epoch."""

    def __init__(self, rings, fetch, clock=time.time):
        self._rings = rings
        self._fetch = fetch
        self._clock = clock
        self._ended = threading.Event()

    def collect(self):
        """One look at Mesos."""
        summary = self._fetch()
        if summary is None:
            return
        now = self._clock()
        stamped = {"date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)), **summary}
        for ring in self._rings:
            ring.put(stamped, now)

    def run(self):
        """Looks every two seconds until it is ended. A full disk is no reason to stop: it may be cleaned."""
        while not self._ended.is_set():
            started = time.monotonic()
            try:
                self.collect()
            except OSError as error:
                log.error("A summary could not be kept: %s", error)
            self._ended.wait(max(0.0, PERIOD_SECONDS - (time.monotonic() - started)))

    def end(self):
        self._ended.set()
