import http.server
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.request

from history.collector import Collector, fetch_summary
from history.ring import Ring
from history.server import make_app, make_rings

START = 1461024000


class RingTest(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        self.ring = Ring(self.folder, 3, 10)

    def test_a_ring_has_one_summary_for_each_step_oldest_first_and_gaps_are_empty(self):
        for seconds in (0, 5, 20):
            self.ring.put({"at": seconds}, START + seconds)
        self.assertEqual(self.ring.read(START + 29), [{"at": 0}, {}, {"at": 20}])
        self.assertEqual(self.ring.newest(START + 29), {"at": 20})
        self.assertEqual(self.ring.read(START + 30), [{}, {"at": 20}, {}])
        self.assertEqual(self.ring.newest(START + 60), {})

    def test_there_are_never_more_files_than_steps(self):
        for seconds in range(0, 1000, 7):
            self.ring.put({}, START + seconds)
            self.assertLessEqual(len(os.listdir(self.folder)), 3)

    def test_another_process_goes_on_where_this_one_stopped(self):
        self.ring.put({"at": 0}, START)
        pathlib.Path(self.folder, "146102400.state-summary.json.tmp").write_text('{"ha')
        again = Ring(self.folder, 3, 10)
        again.put({"at": 10}, START + 10)
        self.assertEqual(again.read(START + 10), [{}, {"at": 0}, {"at": 10}])
        self.assertEqual(len(os.listdir(self.folder)), 2)

    def test_a_spoilt_file_counts_as_absent(self):
        self.ring.put({"at": 0}, START)
        (name,) = os.listdir(self.folder)
        pathlib.Path(self.folder, name).write_text('{"at":')
        self.assertEqual(self.ring.read(START), [{}, {}, {}])

    def test_a_clock_that_was_set_back_leaves_nothing_of_the_future(self):
        self.ring.put({"at": 1000}, START + 1000)
        self.ring.put({"at": 0}, START)
        self.assertEqual(self.ring.read(START), [{}, {}, {"at": 0}])
        self.assertEqual(len(os.listdir(self.folder)), 1)


class Answers(unittest.TestCase):
    def setUp(self):
        self.now = START
        rings = make_rings(self.enterContext(tempfile.TemporaryDirectory()))
        self.summary = {"cluster": "c", "slaves": []}
        self.collector = Collector(list(rings.values()), lambda: self.summary, lambda: self.now)
        self.client = make_app(rings, lambda: self.now).test_client()

    def ask(self, path):
        response = self.client.get(path)
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        return response.get_json()

    def test_the_last_summary_the_minute_and_the_hour_can_be_asked_for(self):
        self.assertEqual(self.ask("/history/last"), {})
        for _ in range(61):
            self.collector.collect()
            self.now += 2
        self.now -= 2
        last = {"cluster": "c", "slaves": [], "date": "2016-04-19T00:02:00Z"}
        self.assertEqual(self.ask("/history/last"), last)
        minute = self.ask("/history/minute")
        self.assertEqual((len(minute), minute[0]["date"], minute[-1]), (30, "2016-04-19T00:01:02Z", last))
        hour = self.ask("/history/hour")
        self.assertEqual(len(hour), 60)
        dates = [each.get("date") for each in hour[-4:]]
        self.assertEqual(dates, [None, *(f"2016-04-19T00:0{minute}:00Z" for minute in range(3))])

    def test_what_mesos_does_not_give_leaves_a_gap(self):
        self.collector.collect()
        self.now += 2
        self.summary = None
        self.collector.collect()
        self.assertEqual(self.ask("/history/minute")[-1], {})

    def test_ping_answers_pong_and_other_paths_404(self):
        self.assertEqual(self.client.get("/ping").data, b"pong")
        self.assertEqual(self.client.get("/").data, b"pong")
        self.assertEqual(self.client.get("/history/year").status_code, 404)


class Mesos(http.server.BaseHTTPRequestHandler):
    """Gives what the test has put into `server.answer`: (status, body)."""

    def do_GET(self):
        status, body = self.server.answer
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class WithMesos(unittest.TestCase):
    def setUp(self):
        self.mesos = self.enterContext(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mesos))
        threading.Thread(target=self.mesos.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.addCleanup(self.mesos.shutdown)
        self.mesos.answer = (200, b'{"cluster": "real"}')
        self.url = f"http://127.0.0.1:{self.mesos.server_port}/state-summary"

    def test_answers_that_are_no_summary_are_logged_and_passed_over(self):
        self.assertEqual(fetch_summary(self.url), {"cluster": "real"})
        for answer, message in [
            ((503, b"{}"), "503"),
            ((200, b"<html>"), "Expecting value"),
            ((200, b"[]"), "is no object"),
        ]:
            self.mesos.answer = answer
            with self.assertLogs("history") as logs:
                self.assertIsNone(fetch_summary(self.url))
            self.assertIn(message, logs.output[0])

    def test_the_service_asks_mesos_and_answers_on_its_port(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        with http.server.HTTPServer(("127.0.0.1", 0), Mesos) as free:
            port = free.server_port
        environment = {
            **os.environ,
            "HISTORY_BUFFER_DIR": folder,
            "HISTORY_LISTEN": f"127.0.0.1:{port}",
            "STATE_SUMMARY_URI": self.url,
        }
        service = subprocess.Popen([sys.executable, "-B", "-m", "history"], env=environment, stderr=subprocess.DEVNULL)
        try:
            self.assertEqual(self.wait_for(f"http://127.0.0.1:{port}/history/last")["cluster"], "real")
            self.assertEqual(len(self.wait_for(f"http://127.0.0.1:{port}/history/hour")), 60)
        finally:
            service.kill()
            service.wait()

    def wait_for(self, url):
        """The first answer that is not empty."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(url, timeout=5) as response:
                    answer = json.load(response)
                    if answer:
                        return answer
            except OSError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"{url} gives nothing")


if __name__ == "__main__":
    unittest.main()
