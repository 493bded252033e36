"""exhibitor_wait.py is run as services run it, on a server that answers as Exhibitor does."""
import http.server
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import unittest

PROGRAM = pathlib.Path(__file__).resolve().parents[1] / "extra/bin/exhibitor_wait.py"


def server(leads, description="serving"):
    return {"hostname": "10.0.0.7", "isLeader": leads, "description": description}


class ExhibitorWaitTest(unittest.TestCase):
    def test_all_masters_serve_and_one_leads(self):
        self.assert_ends([server(True), server(False), server(False)], masters="3\n", status=0, says="")

    def test_a_master_is_down(self):
        cluster = [server(True), server(False), server(False, "down")]
        self.assert_ends(cluster, masters="3", status=1, says="2 of 3 masters serve ZooKeeper, 1 of them lead")

    def test_nobody_leads(self):
        self.assert_ends([server(False)], masters="1", status=1, says="0 of them lead")

    def test_the_answer_is_of_another_kind(self):
        for answer in ({}, [{}], [1], "text", None):
            self.assert_ends(answer, masters="1", status=1, says="exhibitor_wait: ")

    def test_an_error_of_the_server(self):
        self.assert_ends([], masters="1", code=500, status=1, says="HTTP Error 500")

    def test_no_number_of_masters(self):
        self.assert_ends([server(True)], masters="many", status=1, says="cannot tell")

    def test_nobody_listens(self):
        ended = run("http://127.0.0.1:1/", "1")
        self.assertEqual(ended.returncode, 1)
        self.assertIn("cannot tell how ZooKeeper does", ended.stderr)

    def test_a_proxy_is_not_asked(self):
        with Answer([server(True)]) as url:
            ended = run(url, "1", http_proxy="http://127.0.0.1:1")
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))

    def assert_ends(self, cluster, masters, status, says, code=200):
        with Answer(cluster, code) as url:
            ended = run(url, masters)
        self.assertEqual(ended.returncode, status, ended.stderr)
        self.assertIn(says, ended.stderr)
        self.assertNotIn("Traceback", ended.stderr)


def run(url, masters, **variables):
    with tempfile.NamedTemporaryFile("w", encoding="ascii") as count:
        count.write(masters)
        count.flush()
        environment = {"EXHIBITOR_STATUS_URL": url, "MASTER_COUNT_FILE": count.name, **variables}
        program = [sys.executable, "-B", str(PROGRAM)]
        return subprocess.run(program, env=environment, capture_output=True, text=True, check=False)


class Answer:
    """A server on the loopback interface that gives one answer to all."""

    def __init__(self, cluster, code=200):
        body = json.dumps(cluster).encode()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(code)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}/"

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()


if __name__ == "__main__":
    unittest.main()
