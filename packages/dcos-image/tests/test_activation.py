import os
import tempfile
import unittest
from unittest import mock

from node import UNIT, Node
from pkgpanda.activation import active_ids
from pkgpanda.errors import ValidationError
from pkgpanda.swap import recover


class Activation(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())

    def test_files_of_all_packages_come_together_as_links_by_the_roles_of_the_node(self):
        node = Node(self.folder, roles=["master"])
        a = node.package("a--1", {"bin/a": "", "lib/x/one": "", "bin_master/m": "", "bin_slave/s": ""})
        b = node.package("b--1", {"lib/x/two": "", "etc_master/deep/conf": ""})
        os.symlink("one", a / "lib/x/link")
        node.activate("a--1", "b--1")
        links = {path: text for path, text in node.tree().items() if text.startswith("-> ")}
        self.assertEqual(
            links,
            {
                "active/a": f"-> {a}",
                "active/b": f"-> {b}",
                "bin/a": f"-> {a}/bin/a",
                "bin/m": f"-> {a}/bin_master/m",
                "etc/deep/conf": f"-> {b}/etc_master/deep/conf",
                "lib/x/link": f"-> {a}/lib/x/link",
                "lib/x/one": f"-> {a}/lib/x/one",
                "lib/x/two": f"-> {b}/lib/x/two",
            },
        )
        self.assertEqual(active_ids(node.settings), ["a--1", "b--1"])
        self.assertTrue((node.root / "include").is_dir())

    def test_environment_and_build_infos_are_written_as_pkgpanda_writes_them(self):
        node = Node(self.folder)
        node.package("b--1", environment={"Z": "last", "A": "first"})
        node.package("a--1", {"buildinfo.full.json": '{"name": "a"}'})
        node.activate("b--1", "a--1")
        tree = node.tree()
        root = node.root
        self.assertEqual(
            tree["environment"],
            "# Read by units as EnvironmentFile=. Made by activation: changes here are lost.\n"
            f"LD_LIBRARY_PATH={root}/lib\nPATH={root}/bin:/usr/bin:/bin:/sbin\n\n"
            "# package: a--1\n\n# package: b--1\nA=first\nZ=last\n\n",
        )
        self.assertIn(f'export PATH="{root}/bin:$PATH"\n', tree["environment.export"])
        self.assertIn("export A=first\nexport Z=last\n", tree["environment.export"])
        self.assertEqual(
            tree["active.buildinfo.full.json"], '{\n  "a":{\n    "name":"a"\n  },\n  "b":null\n}'
        )
        self.assertEqual(tree["etc/dcos-service-configuration.json"], '{\n  "sysctl":{}\n}')

    def test_units_are_copied_beside_systemds_folder_of_links_and_old_ones_go(self):
        node = Node(self.folder, roles=["slave"])
        node.package("a--1", {"dcos.target.wants_slave/a.service": UNIT, "dcos.target.wants_master/m.service": UNIT})
        node.package("a--2", {"dcos.target.wants/b.service": UNIT})
        node.activate("a--1")
        self.assertEqual(node.tree()["a.service"], UNIT)
        self.assertEqual(node.tree()["dcos.target.wants/a.service"], f"-> {node.root}/a.service")
        self.assertNotIn("m.service", node.tree())
        node.activate("a--2")
        tree = node.tree()
        self.assertEqual(tree["b.service"], UNIT)
        self.assertNotIn("a.service", tree)
        self.assertEqual([path for path in tree if path.endswith((".new", ".unit"))], [])
        self.assertEqual(tree["active.old/a"], f"-> {node.root}/packages/a--1")
        self.assertIn(["systemctl", "stop", "a.service"], node.accounts.calls)

    def test_users_and_state_folders_are_made(self):
        node = Node(self.folder)
        node.package("a--1", username="dcos_a")
        node.package("b--1", state_directory=True)
        node.activate("a--1", "b--1")
        (command,) = [call for call in node.accounts.calls if call[0] == "useradd"]
        self.assertEqual(command[-2:], ["--user-group", "dcos_a"])
        self.assertEqual(sorted(os.listdir(node.folder / "state")), ["b"])

    def test_sysctl_settings_are_kept_for_the_services_of_their_package(self):
        node = Node(self.folder)
        sysctl = {"a": {"vm.max_map_count": "262144"}, "other": {"net.x": "1"}}
        node.package("a--1", {"dcos.target.wants/a.service": UNIT}, sysctl=sysctl)
        node.activate("a--1")
        self.assertEqual(
            node.tree()["etc/dcos-service-configuration.json"],
            '{\n  "sysctl":{\n    "a":{\n      "vm.max_map_count":"262144"\n    }\n  }\n}',
        )

    def test_an_exchange_that_is_interrupted_anywhere_ends_as_if_it_had_not_been(self):
        def make(name):
            folder = os.path.join(self.folder, name)
            os.mkdir(folder)
            node = Node(folder)
            node.package("a--1", {"bin/a": "", "dcos.target.wants/a.service": UNIT})
            node.package("a--2", {"lib/a": "", "dcos.target.wants/b.service": UNIT})
            node.activate("a--1")
            return node

        def comparable(node):
            return {path: text.replace(node.folder.name, "") for path, text in node.tree().items()}

        whole = make("whole")
        whole.activate("a--2")
        expected = comparable(whole)
        interruptions = 0
        for moves in range(1, 100):
            node = make(f"cut{moves}")
            if not self.interrupt(node, moves):
                break
            interruptions += 1
            self.assertTrue(recover(node.settings, node.systemd))
            self.assertEqual(comparable(node), expected, f"interrupted at rename {moves}")
        self.assertGreater(interruptions, 15)
        self.assertFalse(recover(whole.settings, whole.systemd))

    def interrupt(self, node, moves):
        """Activates, and ends at the given rename of the exchange; false if there are not so many."""
        left = moves
        rename = os.rename

        def cut(source, target):
            nonlocal left
            if os.path.exists(node.settings.progress_file):
                left -= 1
                if left == 0:
                    raise KeyboardInterrupt
            rename(source, target)

        with mock.patch("os.rename", cut):
            try:
                node.activate("a--2")
            except KeyboardInterrupt:
                return True
        return False


class Refusals(unittest.TestCase):
    def setUp(self):
        self.node = Node(self.enterContext(tempfile.TemporaryDirectory()))

    def refused(self, *ids):
        """The message; nothing may have been changed."""
        before = self.node.tree()
        with self.assertRaises(ValidationError) as caught:
            self.node.activate(*ids)
        self.assertEqual(self.node.tree(), before)
        return str(caught.exception)

    def test_packages_that_install_one_path_are_told_with_all_paths(self):
        node = self.node
        node.package("a--1", {"bin/same": "", "lib/x/y": "", "etc/z": ""})
        b = node.package("b--1", {"bin/same": "", "etc/z/deeper": ""})
        (b / "lib").mkdir()
        os.symlink("/anywhere", b / "lib/x")
        self.assertEqual(
            self.refused("a--1", "b--1"),
            "Several packages install one path:\n"
            "bin/same: a--1 and b--1\netc/z: a--1 and b--1\nlib/x: a--1 and b--1",
        )

    def test_everything_that_stands_against_a_set_is_told_at_once(self):
        node = self.node
        node.package("a--1", requires=["absent", {"name": "gone", "variant": "x"}], environment={"PATH": "x", "B": "1"})
        node.package("a--2", environment={"B": "1"})
        node.package("c--1", group="staff", sysctl={"s": {"k": 1}})
        node.package("d--1", sysctl={"s": {"k": 2}})
        self.assertEqual(
            self.refused("a--1", "a--2", "c--1", "d--1").splitlines(),
            [
                "Only one package named a can be active: a--1, a--2.",
                "The sysctl k would have several values: 1, 2.",
                "The variable B is set by several packages: a--1, a--2.",
                "a--1 must not set PATH.",
                "a--1 requires absent, which would not be active.",
                "a--1 requires gone, which would not be active.",
                "c--1 has a group and no username.",
            ],
        )

    def test_units_of_dcos_itself_and_settings_without_a_service_are_refused(self):
        self.node.package("a--1", {"dcos.target.wants/dcos-setup.service": UNIT})
        self.assertIn("must not bring the units dcos-setup.service", self.refused("a--1"))
        self.node.package("b--1", sysctl={"b": {"k": "1"}})
        self.assertIn("b--1 has sysctl settings and no service", self.refused("b--1"))


if __name__ == "__main__":
    unittest.main()
