"""
The service. All it needs to be told is in the environment:

HISTORY_BUFFER_DIR  where summaries are kept (/var/lib/dcos/dcos-history-service)
STATE_SUMMARY_URI   where Mesos gives them (http://leader.mesos:5050/state-summary)
HISTORY_LISTEN      address and port to answer on (127.0.0.1:15055)
"""
import logging
import os
import sys
import threading

import waitress

from .collector import Collector, fetch_summary
from .server import make_app, make_rings


def main():
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)
    folder = os.environ.get("HISTORY_BUFFER_DIR", "/var/lib/dcos/dcos-history-service")
    url = os.environ.get("STATE_SUMMARY_URI", "http://leader.mesos:5050/state-summary")
    listen = os.environ.get("HISTORY_LISTEN", "127.0.0.1:15055")
    rings = make_rings(folder)
    collector = Collector(list(rings.values()), lambda: fetch_summary(url))
    # Daemon: the service ends when the server does.
    threading.Thread(target=collector.run, daemon=True).start()
    waitress.serve(make_app(rings), listen=listen, threads=4)


if __name__ == "__main__":
    main()
