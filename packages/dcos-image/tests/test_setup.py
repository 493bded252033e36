import json
import os
import shutil
import tempfile
import unittest

from node import UNIT, Node
from pkgpanda.activation import active_ids
from pkgpanda.errors import PkgpandaError, ValidationError
from pkgpanda.setup import setup
from pkgpanda.swap import ARCHIVE, NEW
from web import WebServer

LATE = "dcos-provider-0f-azure--setup"
TEMPLATE = """
package:
- path: /pkginfo.json
  content: "{}"
- path: /etc/late/conf
  permissions: 0600
  content: |
    master=LATE_BIND_PLACEHOLDER_START_master_list_LATE_BIND_PLACEHOLDER_END
    name=LATE_BIND_PLACEHOLDER_START_cluster_name_LATE_BIND_PLACEHOLDER_END
"""


class Setup(unittest.TestCase):
    def setUp(self):
        self.node = Node(self.enterContext(tempfile.TemporaryDirectory()), roles=["master"])
        self.node.package("a--1", {"bin/a": "", "dcos.target.wants_master/a.service": UNIT})
        self.node.write("root/bootstrap", "")
        (self.node.root / "active").mkdir()
        # As in a real bootstrap: what is active is named from /opt/mesosphere, wherever this root is.
        os.symlink("/opt/mesosphere/packages/a--1", self.node.root / "active/a")
        self.served = self.node.folder / "served"
        self.served.mkdir()
        self.server = self.enterContext(WebServer(self.served))

    def setup_node(self):
        node = self.node
        setup(node.settings, node.repository, node.users, node.systemd)

    def serve(self, path, text):
        self.node.write(f"served/{path}", text)

    def serve_package(self, text, files=None, **info):
        tarball = self.node.tarball(text, files, **info)
        target = self.served / "packages" / text.partition("--")[0] / tarball.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(tarball, target)

    def flag(self, name, text):
        self.node.write(f"config/setup-flags/{name}", text)

    def systemctl(self):
        return [" ".join(call[1:]) for call in self.node.accounts.calls if call[0] == "systemctl"]

    def test_a_bootstrap_becomes_active_on_this_node_and_its_target_starts(self):
        self.setup_node()
        tree = self.node.tree()
        self.assertEqual(tree["dcos.target"], "[Install]\nWantedBy=multi-user.target\n")
        self.assertEqual(tree["a.service"], UNIT)
        self.assertNotIn("bootstrap", tree)
        expected = ["daemon-reload", "enable dcos.target --no-reload", "start dcos.target"]
        self.assertEqual(self.systemctl(), expected)
        self.node.accounts.calls.clear()
        self.setup_node()
        self.assertEqual((self.systemctl(), self.node.tree()), ([], tree))

    def test_packages_of_the_cluster_are_fetched_and_become_active_too(self):
        self.serve_package("dcos-config--setup_0f", {"etc/conf": "x"})
        self.serve("package_lists/0f.package_list.json", '["a--1", "dcos-config--setup_0f"]')
        self.flag("repository-url", f"{self.server.url}\n")
        self.flag("cluster-package-list", "0f\n")
        self.setup_node()
        self.assertEqual(active_ids(self.node.settings), ["a--1", "dcos-config--setup_0f"])
        self.assertEqual((self.node.root / "etc/conf").read_text(), "x")

    def test_a_list_on_the_node_itself_stands_above_all(self):
        self.serve_package("b--1")
        self.flag("repository-url", self.server.url)
        self.flag("cluster-package-list", "not asked for")
        self.flag("active.json", '["b--1"]')
        self.setup_node()
        self.assertEqual(active_ids(self.node.settings), ["b--1"])

    def test_late_values_are_put_into_the_late_package(self):
        self.serve(f"packages/dcos-provider-0f-azure/{LATE}.dcos_config", TEMPLATE)
        self.flag("repository-url", self.server.url)
        late = {"late_bound_package_id": LATE, "bound_values": {"master_list": '["10.0.0.4"]', "cluster_name": "c"}}
        self.flag("late-config.yaml", json.dumps(late))
        self.setup_node()
        self.assertEqual(active_ids(self.node.settings), ["a--1", LATE])
        conf = self.node.root / "etc/late/conf"
        self.assertEqual(conf.read_text(), 'master=["10.0.0.4"]\nname=c\n')
        self.assertEqual(os.stat(conf).st_mode & 0o777, 0o600)

    def test_late_configuration_that_does_not_fit_is_refused(self):
        self.flag("repository-url", self.server.url)
        good = {"late_bound_package_id": LATE, "bound_values": {"master_list": "x"}}
        self.serve(f"packages/dcos-provider-0f-azure/{LATE}.dcos_config", TEMPLATE)
        for late, message in [
            (good, "wants a value for cluster_name; late-config.yaml has none"),
            ({**good, "late_bound_package_id": "a--1"}, 'must be "setup"'),
            ({**good, "more": 1}, "must have exactly"),
            ([], "must have exactly"),
        ]:
            self.flag("late-config.yaml", json.dumps(late))
            with self.assertRaisesRegex(ValidationError, message):
                self.setup_node()
        self.assertEqual(self.node.repository.ids(), ["a--1"])
        outside = TEMPLATE.replace("/etc/late/conf", "/etc/../../x")
        self.serve(f"packages/dcos-provider-0f-azure/{LATE}.dcos_config", outside)
        self.flag("late-config.yaml", json.dumps(good))
        with self.assertRaisesRegex(ValidationError, "leads out of the package"):
            self.setup_node()

    def test_a_node_that_cannot_be_set_up_yet_can_be_set_up_later(self):
        self.flag("cluster-package-list", "0f")
        with self.assertRaisesRegex(PkgpandaError, "repository-url does not say from where"):
            self.setup_node()
        self.flag("repository-url", self.server.url)
        with self.assertRaisesRegex(PkgpandaError, "0f.package_list.json is not there"):
            self.setup_node()
        self.node.write("config/setup-packages/x", "")
        with self.assertRaisesRegex(ValidationError, "no longer supported"):
            self.setup_node()
        shutil.rmtree(self.node.folder / "config/setup-packages")
        self.serve("package_lists/0f.package_list.json", '["a--1"]')
        self.setup_node()
        self.assertNotIn("bootstrap", self.node.tree())

    def test_an_exchange_that_was_interrupted_is_finished_first(self):
        self.setup_node()
        expected = self.node.tree()
        self.node.write("root/install_progress", json.dumps({"stage": ARCHIVE, "extension": NEW}))
        for path in self.node.settings.swapped_paths():
            os.rename(path, f"{path}.new")
        shutil.copy(self.node.root / "a.service", self.node.root / "a.service.unit.new")
        self.setup_node()
        self.assertEqual(self.node.tree(), expected)
        self.node.write("root/install_progress", '{"stage": "other"}')
        with self.assertRaisesRegex(PkgpandaError, "does not know"):
            self.setup_node()


if __name__ == "__main__":
    unittest.main()
