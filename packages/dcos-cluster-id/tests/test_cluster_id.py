import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from kazoo.client import KazooClient
from zookeeper_server import ZooKeeperServer

PACKAGES = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = PACKAGES / "dcos-cluster-id/extra/bin/dcos-cluster-id"
CONSENSUS = PACKAGES / "zk-value-consensus/extra/bin/zk-value-consensus"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\n")


class ClusterId(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.server = self.enterContext(ZooKeeperServer())
        program = self.folder / "bin/zk-value-consensus"
        program.parent.mkdir()
        # The command as it is, run by the Python of this machine.
        program.write_text(f'#!/bin/sh\nexec {sys.executable} -B {CONSENSUS} "$@"\n')
        program.chmod(0o755)

    def master(self, name, timeout="30"):
        """Runs the script as one master, and returns its end; the file is `<name>/cluster-id`."""
        environment = {**os.environ, "PATH": f"{self.folder}/bin:/usr/bin:/bin"}
        command = [SCRIPT, self.folder / name / "cluster-id", "--hosts", self.server.hosts, "--timeout", timeout]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)

    def id_of(self, name):
        return (self.folder / name / "cluster-id").read_text()

    def test_all_masters_get_one_id_which_then_stays(self):
        for name in ("one", "two"):
            done = self.master(name)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(self.id_of("one"), UUID)
        self.assertEqual(self.id_of("one"), self.id_of("two"))
        self.assertEqual(os.listdir(self.folder / "one"), ["cluster-id"])
        self.server.stop()
        self.assertEqual(self.master("one").returncode, 0)
        failed = self.master("three", timeout="1")
        self.assertEqual(failed.returncode, 1)
        self.assertIn("did not answer within 1 seconds", failed.stderr)
        self.assertFalse((self.folder / "three/cluster-id").exists())

    def test_something_else_in_zookeeper_is_never_taken_for_an_id(self):
        client = KazooClient(hosts=self.server.hosts)
        client.start()
        client.create("/cluster-id", b"no id")
        client.stop()
        client.close()
        done = self.master("one")
        self.assertEqual(done.returncode, 1)
        self.assertIn('/cluster-id holds "no id", which is no UUID', done.stderr)
        self.assertFalse((self.folder / "one/cluster-id").exists())


if __name__ == "__main__":
    unittest.main()
