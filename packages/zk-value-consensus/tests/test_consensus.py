import contextlib
import io
import pathlib
import subprocess
import sys
import threading
import unittest

from kazoo.client import KazooClient
from zk_value_consensus.cli import main
from zk_value_consensus.consensus import NoAgreement, agree
from zookeeper_server import ZooKeeperServer

PROGRAM = pathlib.Path(__file__).resolve().parents[1] / "extra/bin/zk-value-consensus"


def run(arguments, value):
    """(exit status, standard output, standard error) of the command."""
    output, errors = io.BytesIO(), io.StringIO()
    with contextlib.redirect_stderr(errors):
        try:
            status = main(arguments, io.BytesIO(value), output)
        except SystemExit as end:
            status = end.code
    return status, output.getvalue(), errors.getvalue()


class WithServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(ZooKeeperServer())

    def ask(self, path, value, *more):
        return run([path, "--hosts", self.server.hosts, "--timeout", "30", *more], value)

    def test_the_first_value_stands_and_later_callers_get_it(self):
        self.assertEqual(self.ask("/first/of/all", b"one\n"), (0, b"one\n", ""))
        self.assertEqual(self.ask("/first/of/all", b"two"), (0, b"one\n", ""))

    def test_values_are_bytes_and_paths_do_not_mix(self):
        value = bytes(range(256))
        self.assertEqual(self.ask("/bytes", value)[1], value)
        self.assertEqual(self.ask("/bytes/below", b"other")[1], b"other")

    def test_many_that_ask_at_once_get_one_and_the_same_value(self):
        answers = []
        start = threading.Barrier(8)

        def propose(number):
            start.wait()
            answers.append(agree(self.server.hosts, "/race", f"value {number}".encode(), 30))

        threads = [threading.Thread(target=propose, args=[number]) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(answers), 8)
        self.assertEqual(len(set(answers)), 1)

    def test_a_node_that_something_else_made_empty_is_no_agreement(self):
        client = KazooClient(hosts=self.server.hosts)
        client.start()
        client.create("/parent/child", b"", makepath=True)
        client.stop()
        client.close()
        status, output, errors = self.ask("/parent", b"value")
        self.assertEqual((status, output), (1, b""))
        self.assertIn("/parent is there and holds no value", errors)

    def test_the_program_runs_by_itself(self):
        done = subprocess.run(
            [sys.executable, "-B", PROGRAM, "/program", "--hosts", self.server.hosts],
            input=b"value",
            capture_output=True,
            timeout=60,
        )
        self.assertEqual((done.returncode, done.stdout), (0, b"value"), done.stderr)


class Outage(unittest.TestCase):
    def test_a_server_that_restarts_meanwhile_is_waited_for_and_nothing_is_forgotten(self):
        with ZooKeeperServer() as server:
            self.assertEqual(agree(server.hosts, "/kept", b"before", 30), b"before")
            server.stop()
            answers = []
            asking = threading.Thread(target=lambda: answers.append(agree(server.hosts, "/kept", b"after", 60)))
            asking.start()
            server.start()
            asking.join()
            self.assertEqual(answers, [b"before"])


class WithoutServer(unittest.TestCase):
    def test_a_server_that_does_not_answer_ends_in_1_and_prints_nothing(self):
        status, output, errors = run(["/path", "--hosts", "127.0.0.1:1", "--timeout", "0.5"], b"value")
        self.assertEqual((status, output), (1, b""))
        self.assertIn("ZooKeeper at 127.0.0.1:1 did not answer within 0.5 seconds.", errors)
        with self.assertRaises(NoAgreement):
            agree("127.0.0.1:1", "/path", b"value", 0.2)

    def test_no_value_and_too_large_a_value_end_in_2(self):
        for value in (b"", b"x" * 1_000_001):
            status, output, errors = run(["/path"], value)
            self.assertEqual((status, output), (2, b""))
            self.assertIn(f"has {len(value)} bytes; it must have 1 to 1000000", errors)

    def test_wrong_arguments_end_in_2(self):
        for arguments in ([], ["relative"], ["/"], ["/a//b"], ["/a/"], ["/a/../b"], ["/a", "--timeout", "soon"]):
            with self.subTest(arguments):
                self.assertEqual(run(arguments, b"value")[:2], (2, b""))


if __name__ == "__main__":
    unittest.main()
