import hashlib
import itertools
import os
import pathlib
import signal
import tempfile
import unittest
import unittest.mock

from cluster_node import CONFIG, LATE, ClusterNode, Store, statement_line
from dcos_node.change import begin, go_on
from dcos_node.journal import read_change
from dcos_node.node_setup import set_up
from dcos_node.sets import current_set, last_change, previous_set
from dcos_node.upgrade import Wish, roll_back, upgrade
from node import UNIT
from pkgpanda.activation import active_ids
from pkgpanda.errors import PkgpandaError, ValidationError
from web import WebServer

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
# Endings of what an exchange leaves behind, and writes over when it is next made.
LEFT = (".new", ".old", ".tmp")
OWN = [CONFIG, LATE]
OLD = sorted(["a--1", "b--1", *OWN])
NEW = sorted(["a--2", "c--1", *OWN])


class Upgraded(unittest.TestCase):
    """A node of release 1 and a store with release 2, in which `a` has changed, `b` is gone and `c` has come."""

    def setUp(self):
        # Disks are slow, and no test here cuts the power.
        for name in ("os.fsync", "os.sync"):
            self.enterContext(unittest.mock.patch(name))
        self.node = ClusterNode(self.enterContext(tempfile.TemporaryDirectory(dir=MEMORY)))
        self.node.package("a--1", {"bin/a": "1", "dcos.target.wants/a.service": UNIT})
        self.node.package("b--1", {"bin/b": "1", "dcos.target.wants/b.service": UNIT})
        self.node.bootstrap("a--1", "b--1")
        self.store = Store(self.node.folder / "store")
        self.server = self.enterContext(WebServer(self.store.folder))
        key, self.sign = self.store.ed25519("release")
        old = {"id": "1-0123456789abcdef", "sha256": "", "variant": None, "bootstrap": "boot-1", "keys": [key]}
        self.node.node_json["release"] = old
        self.node.late_json["repository_url"] = self.server.url
        set_up(self.node.member, self.node.told())
        self.node.said.clear()
        self.node.units.calls.clear()

    def publish(self, sign=None):
        check = self.node.tarball("a--2", {"bin/a": "2", "dcos.target.wants/a.service": UNIT})
        other = self.node.tarball("c--1", {"dcos.target.wants/c.service": UNIT})
        return self.store.release("2", [check, other], sign or self.sign)

    def prepare(self, release, **wish):
        wish = {"url": None, "is_dry": False, "limits": (0, 0), **wish}
        return upgrade(self.node.member, self.node.told(), Wish(release, **wish))

    def tree(self):
        """What is in use."""
        found = self.node.tree()
        return {path: found[path] for path in found if not path.partition("/")[0].endswith(LEFT)}

    def upgrade(self, release):
        self.assertIsNotNone(self.prepare(release))
        return go_on(self.node.member)

    def state(self):
        """(what is active, release of that, release before)"""
        before = previous_set(self.node.member)
        current = current_set(self.node.member, self.node.told())
        return active_ids(self.node.settings), current.release, before and before.release


class Upgrade(Upgraded):
    def test_another_release_becomes_active_with_the_configuration_of_the_node(self):
        release = self.publish()
        self.assertEqual(self.upgrade(release)["result"], "done")
        self.assertEqual(self.state(), (NEW, release, "1-0123456789abcdef"))
        self.assertEqual((self.node.root / "bin/a").read_text(), "2")
        self.assertIn("--no-block start dcos.target", self.node.units.calls)
        self.assertIn("  - b--1", self.node.said)
        self.assertRegex("\n".join(self.node.said), r"  \+ c--1, \d+ B to fetch\n")
        # Nothing of the change itself is left.
        self.assertEqual(sorted(os.listdir(self.node.member.state_folder)), ["state.json"])
        self.assertFalse((self.node.root / "dcos-node-change.service").exists())
        self.node.said.clear()
        self.assertIsNone(self.prepare(release))
        self.assertEqual(self.node.said, [f"The release {release} is active already."])

    def test_a_dry_run_changes_nothing(self):
        tree = self.tree()
        self.assertIsNone(self.prepare(self.publish(), is_dry=True))
        self.assertEqual((self.tree(), self.node.repository.ids()), (tree, OLD))
        self.assertIn("  - a--1", self.node.said)

    def test_a_unit_that_fails_takes_the_node_back(self):
        tree = self.tree()
        self.node.units.bad = {"c.service"}
        last = self.upgrade(self.publish())
        self.assertEqual((last["result"], last["why"]), ("returned", ["c.service does not run: failed (failed)."]))
        self.assertEqual(self.state(), (OLD, "1-0123456789abcdef", None))
        self.assertEqual(self.tree(), tree)

    def test_a_unit_that_does_not_come_up_and_a_check_that_fails_take_the_node_back(self):
        release = self.publish()
        self.node.units.slow = {"c.service"}
        self.assertIn("c.service is not up yet", self.upgrade(release)["why"][0])
        self.node.units.slow = set()
        check = self.node.package("c--1", {"check/up": "#!/bin/sh\necho half; echo no leader; exit 1\n"}) / "check/up"
        check.chmod(0o755)
        self.assertEqual(self.upgrade(release)["why"], ["c--1: up failed: no leader."])
        self.assertEqual(self.state()[0], OLD)

    def test_what_was_wrong_before_does_not_take_the_node_back(self):
        self.node.units.bad = {"a.service"}
        self.assertEqual(self.upgrade(self.publish())["result"], "done")

    def test_packages_that_cannot_become_active_leave_the_node_as_it_is(self):
        tree = self.tree()
        release = self.publish()
        self.prepare(release)
        self.node.write("root/packages/c--1/pkginfo.json", '{"username": "dcos_x", "group": "no_such_group"}')
        last = go_on(self.node.member)
        self.assertEqual(last["result"], "returned")
        self.assertIn("The group no_such_group is not there", last["why"][0])
        self.assertEqual(self.tree(), tree)

    def test_packages_that_do_not_fit_together_are_refused_before_anything_changes(self):
        release = self.publish()
        self.node.package("c--1", requires=["b"])
        with self.assertRaisesRegex(ValidationError, "c--1 requires b"):
            self.prepare(release)
        self.assertIsNone(read_change(self.node.member))

    def test_a_node_goes_back_and_forth(self):
        release = self.publish()
        self.upgrade(release)
        wish = Wish(None, None, False, (0, 0))
        roll_back(self.node.member, self.node.told(), wish)
        self.assertEqual(go_on(self.node.member)["result"], "done")
        self.assertEqual(self.state(), (OLD, "1-0123456789abcdef", release))
        roll_back(self.node.member, self.node.told(), wish)
        self.node.units.bad = {"c.service"}
        # Whoever goes back knows why: that is not undone.
        self.assertEqual(go_on(self.node.member)["result"], "unhealthy")
        self.assertEqual(self.state(), (NEW, release, "1-0123456789abcdef"))

    def test_there_is_no_way_back_to_nothing_or_to_packages_that_are_gone(self):
        wish = Wish(None, None, False, (0, 0))
        with self.assertRaisesRegex(PkgpandaError, "No other packages were active"):
            roll_back(self.node.member, self.node.told(), wish)
        self.upgrade(self.publish())
        self.node.repository.remove("b--1")
        with self.assertRaisesRegex(PkgpandaError, "b--1 of release 1-0123456789abcdef is no longer on this node"):
            roll_back(self.node.member, self.node.told(), wish)


class Trust(Upgraded):
    def refused(self, release, message, error=PkgpandaError):
        with self.assertRaisesRegex(error, message):
            self.prepare(release)
        self.assertEqual((self.node.repository.ids(), read_change(self.node.member)), (OLD, None))

    def path_of(self, release, name="manifest.json"):
        return self.store.folder / "releases" / release / name

    def test_each_kind_of_key_signs_and_one_of_the_keys_is_enough(self):
        stranger, _ = self.store.ed25519("stranger")
        for kind in (self.store.p256, self.store.rsa, self.store.ed25519):
            with self.subTest(kind.__name__):
                key, sign = kind("other")
                self.node.node_json["release"]["keys"] = [stranger, key]
                self.prepare(self.publish(sign), is_dry=True)

    def test_a_release_of_another_key_or_of_none_is_refused(self):
        self.node.node_json["release"]["keys"] = [self.store.p256("stranger")[0]]
        release = self.publish()
        self.refused(release, "none of the 1 keys that may sign releases has signed")
        self.path_of(release, "provenance.intoto.jsonl").unlink()
        self.refused(release, "is not signed")
        self.node.node_json["release"]["keys"] = []
        self.refused(release, "there is no key whose signatures count")
        self.node.node_json["release"] = None
        self.refused(release, "names no release, and so no keys")

    def test_a_signature_for_another_file_or_of_another_kind_is_refused(self):
        release = self.publish()
        path = self.path_of(release, "provenance.intoto.jsonl")
        digest = hashlib.sha256(self.path_of(release).read_bytes()).hexdigest()
        other = {"buildDefinition": {"buildType": "https://dcos-build.dev/package/v1"}}
        for line in (
            statement_line("2-other", digest, self.sign),
            statement_line(release, "0" * 64, self.sign),
            statement_line(release, digest, self.sign, predicate=other),
            statement_line(release, digest, self.sign, _type="x"),
            statement_line(release, digest, lambda message: b"x" * 64),
            "{}\nnonsense\n[]\n" + '{"payloadType":"application/vnd.in-toto+json","payload":"%","signatures":[]}',
        ):
            path.write_text(line)
            self.refused(release, "is refused")
        # What nobody understands is passed over.
        path.write_text("nonsense\n{}\n\n" + statement_line(release, digest, self.sign))
        self.prepare(release, is_dry=True)

    def test_a_manifest_that_was_changed_is_refused_whatever_its_name(self):
        release = self.publish()
        manifest = self.path_of(release)
        changed = manifest.read_bytes().replace(b"c--1", b"b--1")
        manifest.write_bytes(changed)
        self.refused(release, "is not the one that the id was made of")
        renamed = f"2-{hashlib.sha256(changed).hexdigest()[:16]}"
        os.rename(manifest.parent, manifest.parent.parent / renamed)
        self.refused(renamed, "none of the 1 keys that may sign releases has signed")
        self.refused(release, "has no release")
        self.refused("../x", "is no id of a release", ValidationError)

    def test_a_package_that_is_not_what_was_released_is_refused(self):
        release = self.publish()
        tarball = next(self.store.folder.glob("packages/c/*"))
        whole = tarball.read_bytes()
        for content, message in [
            (whole[:-1] + b"x", "is not what was released"),
            (whole + b"x", "has more than the"),
            (whole[:-1], "is not what was released"),
        ]:
            tarball.write_bytes(content)
            with self.assertRaisesRegex(PkgpandaError, message):
                self.prepare(release)
            self.assertEqual((self.node.repository.has("c--1"), read_change(self.node.member)), (False, None))
            self.assertEqual(active_ids(self.node.settings), OLD)

    def test_another_variant_is_not_taken_for_the_own(self):
        self.node.node_json["release"]["variant"] = "ee"
        self.refused(self.publish(), "has no tree ee, which this node is made of")

    def test_passwords_in_urls_are_not_shown(self):
        release = self.publish()
        secret = self.server.url.replace("http://", "http://user:secret@")
        with self.assertRaises(PkgpandaError) as caught:
            self.prepare(f"{release[:-1]}{'0' if release[-1] != '0' else '1'}", url=secret)
        self.assertNotIn("secret", str(caught.exception))


class Interrupted(Upgraded):
    """Killed by SIGKILL before its first, second, third … call that changes the file system."""

    CALLS = ("chmod", "fsync", "makedirs", "mkdir", "rename", "symlink", "unlink")

    def killed_at(self, count, work):
        """Does the work in a process that dies at that call; false if it came to its end."""
        process = os.fork()
        if process == 0:
            left = count

            def dying(call):
                def called(*arguments, **named):
                    nonlocal left
                    left -= 1
                    if left == 0:
                        os.kill(os.getpid(), signal.SIGKILL)
                    return call(*arguments, **named)

                return called

            for name in self.CALLS:
                setattr(os, name, dying(getattr(os, name)))
            try:
                work()
            finally:
                os._exit(0)
        return os.WIFSIGNALED(os.waitpid(process, 0)[1])

    def sweep(self, work, is_right, step):
        """Kills at every so manieth call, and after each has the next start go on."""
        for count in itertools.count(1, step):
            was_killed = self.killed_at(count, work)
            go_on(self.node.member)
            with self.subTest(count):
                is_right()
                left = [name for name in os.listdir(self.node.member.state_folder) if not name.endswith(LEFT)]
                self.assertEqual(left, ["state.json"])
            if not was_killed:
                return count
            self.restore()

    def restore(self):
        wanted = [self.node.repository.load(text) for text in OLD]
        if active_ids(self.node.settings) != OLD:
            self.node.activate(*(str(package.id) for package in wanted))
        (pathlib.Path(self.node.member.state_folder) / "state.json").unlink(missing_ok=True)

    def start(self):
        member, told = self.node.member, self.node.told()
        old = current_set(member, told)
        new = type(old)("2-x", "boot-2", tuple(NEW))
        begin(member, "upgrade", old, new, (0, 0))

    def test_an_upgrade_ends_in_the_new_packages_or_did_not_begin(self):
        self.node.package("a--2", {"bin/a": "2", "dcos.target.wants/a.service": UNIT})
        self.node.package("c--1", {"dcos.target.wants/c.service": UNIT})
        trees = {}

        def work():
            self.start()
            go_on(self.node.member)

        def is_right():
            active = active_ids(self.node.settings)
            self.assertIn(active, (OLD, NEW))
            tree = trees.setdefault(tuple(active), self.tree())
            self.assertEqual(self.tree(), tree)
            if active == NEW:
                self.assertEqual(last_change(self.node.member)["result"], "done")
            else:
                self.write_state_for_old()

        self.assertGreater(self.sweep(work, is_right, 1), 40)
        self.assertEqual(len(trees), 2)

    def test_the_way_back_ends_in_the_old_packages(self):
        self.node.package("a--2", {"bin/a": "2"})
        self.node.package("c--1", {"dcos.target.wants/c.service": UNIT})
        self.node.units.bad = {"c.service"}
        tree = self.tree()

        def work():
            self.start()
            go_on(self.node.member)

        def is_right():
            self.assertEqual(active_ids(self.node.settings), OLD)
            self.assertEqual(self.tree(), tree)
            self.write_state_for_old()

        self.assertGreater(self.sweep(work, is_right, 5), 60)

    def write_state_for_old(self):
        """A change that did not begin leaves no state; with one the folder can be compared."""
        pathlib.Path(self.node.member.state_folder, "state.json").touch()


if __name__ == "__main__":
    unittest.main()
