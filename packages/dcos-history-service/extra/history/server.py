"""What can be asked over HTTP."""
import os
import time

import flask

from .collector import PERIOD_SECONDS
from .ring import Ring

MINUTE, HOUR = 60, 3600


def make_rings(folder):
    """A summary every two seconds for the last minute, and one every minute for the last hour."""
    return {
        "minute": Ring(os.path.join(folder, "minute"), MINUTE // PERIOD_SECONDS, PERIOD_SECONDS),
        "hour": Ring(os.path.join(folder, "hour"), HOUR // MINUTE, MINUTE),
    }


def make_app(rings, clock=time.time):
    app = flask.Flask("history")

    @app.route("/")
    @app.route("/ping")
    def ping():
        return flask.Response("pong", mimetype="text/plain")

    @app.route("/history/last")
    def last():
        return _json(rings["minute"].newest(clock()))

    @app.route("/history/minute")
    def minute():
        return _json(rings["minute"].read(clock()))

    @app.route("/history/hour")
    def hour():
        return _json(rings["hour"].read(clock()))

    return app


def _json(value):
    response = flask.jsonify(value)
    # The next answer differs, and proxies must not keep this one.
    response.headers["Cache-Control"] = "no-store"
    return response
