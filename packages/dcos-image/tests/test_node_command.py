import contextlib
import io
import json
import os
import pathlib
import subprocess
import tempfile
import unittest
import unittest.mock

from cluster_node import CONFIG, LATE, ClusterNode
from dcos_node.cli import main
from dcos_node.status import look, wait
from node import UNIT

KEYS = """bootstrap change checks config_id healthy last_change packages previous_release problems release roles schema
setup units""".split()


class Command(unittest.TestCase):
    def setUp(self):
        self.node = ClusterNode(self.enterContext(tempfile.TemporaryDirectory()))
        self.node.package("a--1", {"bin/a": "1", "dcos.target.wants/a.service": UNIT})
        self.node.bootstrap("a--1")
        self.node.told()

    def options(self):
        settings, member = self.node.settings, self.node.member
        folders = ["--root", settings.root, "--config-dir", settings.config_dir]
        folders += ["--state-dir-root", settings.state_dir_root]
        own = ["--node-config", member.told_folder, "--node-state", member.state_folder]
        return [*folders, *own, "--rooted-systemd", "--no-systemd"]

    def run_command(self, *arguments):
        """(exit status, standard output, standard error)."""
        output, errors = io.StringIO(), io.StringIO()
        # Where what is to be done next would be started in the place of this process.
        def start(script, _):
            print(subprocess.check_output([script], text=True))

        started = unittest.mock.patch("os.execv", start)
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors), started:
            try:
                status = main([*arguments, *self.options()])
            except SystemExit as end:
                status = end.code
        return status, output.getvalue(), errors.getvalue()

    def status(self):
        return json.loads(self.run_command("status", "--json")[1])

    def test_a_node_is_set_up_and_tells_what_it_is(self):
        status, output, errors = self.run_command("status")
        self.assertEqual((status, errors), (1, ""))
        self.assertIn('This node is not set up yet: "dcos-node setup".', output)
        self.assertEqual(self.run_command("setup"), (0, "Set up as master: 3 packages are active.\n", ""))
        self.assertEqual(self.run_command("setup"), (0, "This node is set up.\n", ""))
        found = self.status()
        self.assertEqual(sorted(found), KEYS)
        self.assertEqual((found["setup"], found["roles"], found["healthy"]), ("done", ["master"], True))
        self.assertEqual((found["packages"], found["config_id"]), (["a--1", CONFIG, LATE], "0f"))
        self.assertEqual([unit["name"] for unit in found["units"]], ["a.service", "dcos.target"])
        status, output, _ = self.run_command("status")
        self.assertEqual(status, 0)
        self.assertRegex(output, r"(?m)^health     healthy$")

    def test_failing_units_and_checks_are_told(self):
        self.run_command("setup")
        checks = {"check/b": "#!/bin/sh\necho $GREETING; exit 1\n", "check/c": "#!/no/program\n"}
        folder = self.node.package("a--1", checks)
        for name in ("b", "c"):
            (folder / "check" / name).chmod(0o755)
        self.node.write("root/environment", "# comment\nGREETING=hello\n")
        self.node.units.bad = {"a.service"}
        found = look(self.node.member)
        expected = [
            "a.service does not run: failed (failed).",
            "a--1: b failed: hello.",
            "a--1: c failed: It cannot be run: No such file or directory.",
        ]
        self.assertEqual((found["healthy"], found["problems"]), (False, expected))
        failed = {"active": "failed", "health": "failed", "name": "a.service", "sub": "failed"}
        self.assertEqual(found["units"][0], failed)

    def test_a_unit_that_is_started_again_and_again_does_not_count_as_running(self):
        self.run_command("setup")
        shown = "Id=a.service\nActiveState=activating\nSubState=auto-restart\nResult=exit-code\nJob=\n"
        with unittest.mock.patch.object(self.node.units, "_shown", return_value=shown):
            self.assertIn("a.service does not run: activating (auto-restart).", look(self.node.member)["problems"])

    def test_wait_ends_when_the_node_does_well_or_the_time_is_over(self):
        self.assertFalse(wait(self.node.member, 0)["healthy"])
        status, output, _ = self.run_command("wait", "--timeout", "0")
        self.assertEqual((status, output), (1, 'This node is not set up yet: "dcos-node setup".\n'))
        self.run_command("setup")
        self.assertEqual(self.run_command("wait", "--timeout", "0"), (0, "", ""))

    def test_the_configuration_is_printed_without_contents_and_unknown_values(self):
        self.node.late_json["account_key"] = "secret"
        self.node.node_json["late_package"]["files"][0]["content"] = "secret"
        self.node.late_json["repository_url"] = "https://user:secret@example.com"
        self.node.told()
        status, output, errors = self.run_command("config")
        self.assertEqual((status, errors), (0, ""))
        self.assertNotIn("secret", output)
        self.assertEqual(json.loads(output)["files"], {CONFIG: ["/etc/conf"], LATE: ["/etc/name"]})
        self.assertEqual(json.loads(output)["late"]["master_list"], '["10.0.0.4"]')

    def test_one_at_a_time_changes_the_node(self):
        with self.node.member.alone():
            status, _, errors = self.run_command("setup")
            self.assertEqual((status, self.node.member.is_busy), (1, True))
            self.assertIn("Another dcos-node is at work", errors)
        self.assertFalse(self.node.member.is_busy)

    def test_a_change_goes_on_by_a_script_that_needs_none_of_the_folders_being_exchanged(self):
        self.run_command("setup")
        self.node.package("a--2", {"bin/a": "2"})
        state = {"release": None, "bootstrap": None, "packages": ["a--2", CONFIG, LATE]}
        written = {"schema": "dcos-node state 1", "current": None, "previous": state, "last": None}
        self.node.write("kept/state.json", json.dumps(written))
        self.assertIn("  + a--2\n", self.run_command("rollback", "--dry-run")[1])
        status, output, errors = self.run_command("rollback", "--check-timeout", "0", "--settle", "0")
        self.assertEqual(errors, "")
        self.assertIn("The rollback is done: release of the image is active.", output)
        self.assertEqual(self.status()["packages"], ["a--2", CONFIG, LATE])
        self.assertEqual(self.status()["last_change"]["result"], "done")
        self.assertEqual(os.listdir(self.node.root / "multi-user.target.wants"), [])

    def test_an_interrupted_change_is_told_of_and_finished(self):
        self.run_command("setup")
        self.node.package("a--2", {"bin/a": "2"})
        sets = {"release": None, "bootstrap": None}
        old, new = ({**sets, "packages": [text, CONFIG, LATE]} for text in ("a--1", "a--2"))
        change = {"schema": "dcos-node change 1", "kind": "upgrade", "stage": "exchange", "old": old, "new": new}
        limits = {"known": [], "why": [], "check_seconds": 0, "settle_seconds": 0}
        self.node.write("kept/change.json", json.dumps({**change, **limits}))
        self.assertIn('is interrupted: run "dcos-node go-on".', "".join(self.status()["problems"]))
        for command in (["upgrade", "1-0123456789abcdef"], ["rollback"]):
            self.assertIn('"dcos-node go-on" finishes it', self.run_command(*command)[2])
        self.assertEqual(self.run_command("go-on")[0], 0)
        self.assertEqual(self.status()["packages"], ["a--2", CONFIG, LATE])
        self.assertEqual(self.run_command("go-on"), (0, "No change is under way.\n", ""))

    def test_mistakes_are_told_in_a_sentence(self):
        self.run_command("setup")
        for arguments, status, message in [
            (["upgrade", "1-0123456789abcdef"], 1, "dcos-node: node.json names no release"),
            (["rollback"], 1, "dcos-node: No other packages were active on this node before."),
            (["wait", "--timeout", "soon"], 2, "'soon' is no number of seconds"),
            (["upgrade"], 2, "RELEASE"),
            (["fly"], 2, "invalid choice: 'fly'"),
            ([], 2, "COMMAND"),
        ]:
            with self.subTest(arguments):
                ended, output, errors = self.run_command(*arguments)
                self.assertEqual((ended, output), (status, ""), errors)
                self.assertIn(message, errors)
        pathlib.Path(self.node.member.told_folder, "node.json").write_text("{}")
        self.assertIn('the schema must be "dcos-node 1"', self.run_command("config")[2])
        self.node.told()
        pathlib.Path(self.node.member.state_folder, "state.json").write_text("{}")
        self.assertIn("is not what this dcos-node writes", self.run_command("status")[2])


if __name__ == "__main__":
    unittest.main()
