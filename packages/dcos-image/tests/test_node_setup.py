import hashlib
import json
import os
import tempfile
import unittest

from cluster_node import CONFIG, LATE, ClusterNode, Store
from dcos_node.node_setup import set_up
from dcos_node.told import read_told
from node import UNIT
from pkgpanda.activation import active_ids
from pkgpanda.errors import PkgpandaError, ValidationError
from web import WebServer

COMPUTE = "/metadata/instance/compute?api-version=2021-02-01&format=json"


class NodeSetup(unittest.TestCase):
    def setUp(self):
        self.node = ClusterNode(self.enterContext(tempfile.TemporaryDirectory()))
        self.node.package("a--1", {"bin/a": "", "dcos.target.wants_master/a.service": UNIT})
        self.node.bootstrap("a--1")

    def set_up(self):
        set_up(self.node.member, self.node.told())

    def attributes(self):
        path = self.node.folder / "state/mesos-slave-common"
        return path.read_text() if path.exists() else None

    def test_a_node_becomes_what_it_was_told_to_be(self):
        self.set_up()
        tree = self.node.tree()
        self.assertEqual(active_ids(self.node.settings), ["a--1", CONFIG, LATE])
        texts = [(self.node.root / "etc" / name).read_text() for name in ("conf", "name")]
        self.assertEqual(texts, ["x", "c\n"])
        self.assertEqual(os.stat(self.node.root / "etc/name").st_mode & 0o777, 0o600)
        self.assertIn("a.service", tree)
        self.assertNotIn("bootstrap", tree)
        self.assertEqual(self.node.settings.roles, ["master"])
        self.assertEqual((self.node.folder / "config/setup-flags/cluster-package-list").read_text(), "f0\n")
        expected = ["daemon-reload", "enable dcos.target --no-reload", "--no-block start dcos.target"]
        self.assertEqual(self.node.units.calls, expected)
        self.assertEqual(self.node.said, ["Set up as master: 3 packages are active."])

    def test_a_node_that_is_set_up_stays_as_it_is(self):
        self.set_up()
        tree = self.node.tree()
        self.node.units.calls.clear()
        self.set_up()
        self.assertEqual((self.node.units.calls, self.node.tree()), ([], tree))

    def test_values_known_at_launch_may_have_any_characters(self):
        placeholder = "LATE_BIND_PLACEHOLDER_START_master_list_LATE_BIND_PLACEHOLDER_END"
        values = ["", "'\"\\", placeholder, "\\1 \\g<0> $x", "ü\r\n\t\0 🚀"]
        for value in values:
            with self.subTest(value):
                self.node.late_json["cluster_name"] = value
                self.node.write("root/bootstrap", "")
                self.set_up()
                with open(self.node.root / "etc/name", encoding="utf-8", newline="") as file:
                    self.assertEqual(file.read(), f"{value}\n")

    def test_of_two_builds_of_a_package_the_one_of_the_cluster_becomes_active(self):
        self.node.package("a--2", {"bin/a": "newer"})
        self.node.node_json["package_list"]["packages"].append("a--2")
        self.set_up()
        self.assertEqual(active_ids(self.node.settings), ["a--2", CONFIG, LATE])

    def test_what_the_image_lacks_is_fetched(self):
        with WebServer(self.node.folder / "served") as server:
            tarball = self.node.tarball("b--1", {"bin/b": ""})
            os.makedirs(self.node.folder / "served/packages/b")
            os.rename(tarball, self.node.folder / "served/packages/b/b--1.tar.xz")
            self.node.node_json["package_list"]["packages"].append("b--1")
            with self.assertRaisesRegex(PkgpandaError, "b--1 is not on this node, and late.json has no repository_url"):
                self.set_up()
            self.node.late_json["repository_url"] = server.url
            self.set_up()
        self.assertIn("b--1", active_ids(self.node.settings))
        self.assertEqual((self.node.folder / "config/setup-flags/repository-url").read_text(), f"{server.url}\n")

    def test_of_a_release_only_what_it_names_is_fetched(self):
        store = Store(self.node.folder / "served")
        with WebServer(store.folder) as server:
            key, sign = store.ed25519("release")
            release = store.release("1", [self.node.tarball("b--1", {"bin/b": ""})], sign)
            content = (store.folder / "releases" / release / "manifest.json").read_bytes()
            told = {"id": release, "sha256": "", "variant": None, "bootstrap": "boot", "keys": [key]}
            self.node.node_json["release"] = told
            self.node.node_json["package_list"]["packages"].append("b--1")
            self.node.late_json["repository_url"] = server.url
            with self.assertRaisesRegex(PkgpandaError, "has not the sha256"):
                self.set_up()
            told["sha256"] = hashlib.sha256(content).hexdigest()
            (store.folder / "packages/b/b--1.tar.xz").write_bytes(b"x")
            with self.assertRaisesRegex(PkgpandaError, "is not what was released"):
                self.set_up()
            os.rename(self.node.folder / "served/packages/b", self.node.folder / "served/packages/c")
            # Who knows the manifest by its hash needs no key.
            told["keys"] = []
            with self.assertRaisesRegex(PkgpandaError, "b--1.tar.xz is not there"):
                self.set_up()

    def test_an_interrupted_set_up_is_done_again(self):
        self.node.write("root/packages/a--2/pkginfo.json", "{}")
        real = self.node.systemd.start_target

        def fail():
            raise PkgpandaError("the power is off")

        self.node.systemd.start_target = fail
        with self.assertRaisesRegex(PkgpandaError, "the power is off"):
            self.set_up()
        self.assertTrue((self.node.root / "bootstrap").exists())
        self.node.systemd.start_target = real
        self.set_up()
        self.assertFalse((self.node.root / "bootstrap").exists())

    def test_masters_have_no_attributes_and_agents_those_that_they_were_told(self):
        self.node.node_json["attributes"] = {"os": "Linux", "rack": 'a "b" \\ $c'}
        self.set_up()
        self.assertIsNone(self.attributes())
        self.node.node_json["roles"] = ["slave", "azure"]
        self.node.write("root/bootstrap", "")
        self.set_up()
        self.assertEqual(self.attributes(), 'MESOS_ATTRIBUTES="os:Linux;rack:a \\"b\\" \\\\ \\$c"\n')

    def test_agents_tell_the_domains_that_azure_tells_them(self):
        self.node.node_json["roles"] = ["slave_public"]
        with WebServer(self.node.folder) as server:
            object.__setattr__(self.node.member, "metadata_url", server.url)
            both = 'MESOS_ATTRIBUTES="fault_domain:1;update_domain:4"\n'
            for compute, expected in [
                ({"platformFaultDomain": "1", "platformUpdateDomain": "4"}, both),
                ({"platformFaultDomain": "", "platformUpdateDomain": None}, None),
                ([], None),
            ]:
                server.answers[COMPUTE] = [(200, {}, json.dumps(compute).encode())] * 2
                self.node.write("root/bootstrap", "")
                self.set_up()
                self.assertEqual(self.attributes(), expected)
        self.node.write("root/bootstrap", "")
        self.set_up()
        self.assertIsNone(self.attributes())

    def test_all_mistakes_of_what_it_was_told_are_named_at_once(self):
        self.node.node_json.update(
            roles=["master", "../x"],
            release={"id": "x", "variant": 1, "bootstrap": None, "keys": "x"},
            package_list={"id": 1, "packages": ["a"]},
            packages=[{"id": "a--1"}],
            late_package=1,
            attributes={"a": "x;y", "b": ""},
        )
        self.node.late_json.update(cluster_name=1, master_list="10.0.0.4")
        with self.assertRaises(ValidationError) as caught:
            self.node.told()
        told = [line.rpartition("/")[2] for line in str(caught.exception).splitlines()]
        self.assertEqual(len(told), 14)
        self.assertIn("node.json: package_list.packages[0] is not what belongs there.", told)
        self.assertIn("late.json: cluster_name must be a text.", told)
        for text, message in [("[]", 'the schema must be "dcos-node 1"'), ("{", "is no JSON")]:
            self.node.write("told/node.json", text)
            with self.assertRaisesRegex(PkgpandaError, message):
                read_told(self.node.member.told_folder)


if __name__ == "__main__":
    unittest.main()
