import contextlib
import io
import json
import os
import tempfile
import unittest

from node import UNIT, Node
from pkgpanda.cli import main


class CommandLine(unittest.TestCase):
    def setUp(self):
        self.node = Node(self.enterContext(tempfile.TemporaryDirectory()))

    def run_command(self, *arguments):
        """(exit status, standard output, standard error)."""
        settings = self.node.settings
        options = ["--root", settings.root, "--config-dir", settings.config_dir, "--no-systemd", "--rooted-systemd"]
        output, errors = io.StringIO(), io.StringIO()
        umask = os.umask(0)
        try:
            with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
                try:
                    status = main([*arguments, *options, "--state-dir-root", settings.state_dir_root])
                except SystemExit as end:
                    status = end.code
        finally:
            os.umask(umask)
        return status, output.getvalue(), errors.getvalue()

    def test_packages_are_added_made_active_swapped_shown_and_removed(self):
        run = self.run_command
        for text in ("a--1", "a--2", "b--1"):
            self.assertEqual(run("add", str(self.node.tarball(text, {f"bin/{text}": ""})))[0], 0)
        self.assertEqual(run("list"), (0, "a--1\na--2\nb--1\n", ""))
        self.assertEqual(run("active"), (0, "", ""))
        self.assertEqual(run("activate", "a--1", "b--1"), (0, "", ""))
        self.assertEqual(run("active")[1], "a--1\nb--1\n")
        self.assertEqual(run("swap", "a--2"), (0, "", ""))
        self.assertEqual(run("active")[1], "a--2\nb--1\n")
        shown = json.loads(run("show", "a--2")[1])
        self.assertEqual((shown["active"], shown["name"], shown["version"]), (True, "a", "2"))
        status, _, errors = run("remove", "a--1", "b--1")
        self.assertEqual((status, errors), (1, "pkgpanda: b--1 cannot be removed: active packages stay.\n"))
        self.assertEqual(run("remove", "a--1")[0], 0)
        self.assertEqual(run("list")[1], "a--2\nb--1\n")

    def test_checks_of_active_packages_are_run(self):
        folder = self.node.package("a--1", {"check/bad": "#!/bin/sh\necho disk full; exit 3\n", "check/notes": ""})
        (folder / "check/bad").chmod(0o755)
        self.run_command("activate", "a--1")
        self.assertEqual(self.run_command("check", "--list")[:2], (0, "a: bad\n"))
        status, output, errors = self.run_command("check")
        self.assertEqual((status, output), (1, "FAILED  a: bad\n        disk full\n"))
        self.assertEqual(errors, "pkgpanda: 1 of the checks failed.\n")

    def test_uninstall_leaves_configuration_and_state(self):
        node = self.node
        node.package("a--1", {"bin/a": "", "dcos.target.wants/a.service": UNIT}, state_directory=True)
        node.write("root/bootstrap", "")
        (node.root / "active").mkdir()
        os.symlink("/opt/mesosphere/packages/a--1", node.root / "active/a")
        self.assertEqual(self.run_command("setup"), (0, "", ""))
        self.assertEqual(self.run_command("uninstall"), (0, "", ""))
        self.assertEqual(os.listdir(node.root), [])
        self.assertEqual(sorted(os.listdir(node.folder)), ["config", "root", "state"])

    def test_mistakes_are_told_in_a_sentence(self):
        for arguments, status, message in [
            (["activate", "a--1"], 1, "pkgpanda: a--1 is not in"),
            (["show", "a"], 2, "'a' is no package id; ids look like mesos--<40 hex digits>."),
            (["swap", "c--1"], 1, "No package named c is active, which c--1 could replace."),
            (["remove", "c--1"], 1, "c--1 cannot be removed: not on this node."),
            (["add", "nowhere/a--1.tar.xz"], 1, "cannot be unpacked"),
            (["add", "a--1.zip"], 1, "must be named <id>.tar.xz"),
            (["fetch", "a--1"], 2, "--repository-url"),
            (["fly"], 2, "invalid choice: 'fly'"),
            ([], 2, "COMMAND"),
        ]:
            with self.subTest(arguments):
                ended, output, errors = self.run_command(*arguments)
                self.assertEqual((ended, output), (status, ""), errors)
                self.assertIn(message, errors)

    def test_nothing_becomes_active_while_an_exchange_is_unfinished(self):
        self.node.package("a--1")
        self.node.write("root/install_progress", '{"stage": "archive", "extension": ".new"}')
        status, _, errors = self.run_command("activate", "a--1")
        self.assertEqual(status, 1)
        self.assertIn('run "pkgpanda setup", which finishes it', errors)

    def test_options_may_stand_before_the_command(self):
        self.node.package("a--1")
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            self.assertEqual(main(["--root", str(self.node.root), "list"]), 0)
        self.assertEqual(output.getvalue(), "a--1\n")


if __name__ == "__main__":
    unittest.main()
