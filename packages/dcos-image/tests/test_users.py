import collections
import tempfile
import unittest

from node import Accounts, Node
from pkgpanda.errors import PkgpandaError, ValidationError
from pkgpanda.users import Users, make_state_folder

User = collections.namedtuple("User", "pw_name pw_uid pw_gid")
Group = collections.namedtuple("Group", "gr_name gr_gid gr_mem")


class Known(Accounts):
    """A machine with the user dcos_known (in its own group) and the groups staff and others."""

    def getpwnam(self, name):
        return {"dcos_known": User("dcos_known", 7, 70)}[name]

    def getgrnam(self, name):
        return {"staff": Group("staff", 50, ["dcos_known"]), "others": Group("others", 60, [])}[name]


class UsersTest(unittest.TestCase):
    def setUp(self):
        self.machine = Known()

    def users(self, may_add=True):
        return Users(may_add, self.machine.run, self.machine, self.machine)

    def refused(self, username, group=None, **options):
        with self.assertRaises(ValidationError) as caught:
            self.users(**options).ensure(username, group)
        self.assertEqual(self.machine.calls, [])
        return str(caught.exception)

    def test_a_user_is_made_with_a_group_of_its_own_or_the_one_named(self):
        self.users().ensure("dcos_new", None)
        self.users().ensure("dcos_new", "staff")
        start = ["useradd", "--system", "--home-dir", "/opt/mesosphere", "--shell", "/sbin/nologin"]
        start += ["--comment", "DCOS System User"]
        expected = [[*start, "--user-group", "dcos_new"], [*start, "-g", "staff", "dcos_new"]]
        self.assertEqual(self.machine.calls, expected)

    def test_a_user_who_is_there_is_left_alone(self):
        self.users(may_add=False).ensure("dcos_known", None)
        self.users(may_add=False).ensure("dcos_known", "staff")
        self.assertEqual(self.machine.calls, [])

    def test_what_cannot_be_is_refused(self):
        self.assertIn("no user name of DC/OS", self.refused("root"))
        self.assertIn("no user name of DC/OS", self.refused("dcos_x; reboot"))
        self.assertIn("no name of a group", self.refused("dcos_new", "-x"))
        self.assertIn("not in the group others", self.refused("dcos_known", "others"))
        self.assertIn("group absent is not there", self.refused("dcos_new", "absent"))
        self.assertIn("manual_host_users forbids", self.refused("dcos_new", may_add=False))

    def test_what_useradd_says_is_passed_on(self):
        self.machine.exit_status = 1
        with self.assertRaisesRegex(PkgpandaError, "could not make the user dcos_new: it does not work"):
            self.users().ensure("dcos_new", None)

    def test_a_state_folder_belongs_to_the_user_with_all_that_is_in_it(self):
        node = Node(self.enterContext(tempfile.TemporaryDirectory()))
        node.package("a--1", username="dcos_known")
        node.write("state/a/deep/file", "kept")
        changed = []
        make_state_folder(
            node.settings.state_dir_root, node.repository.load("a--1"), self.machine, lambda *args: changed.append(args)
        )
        folder = f"{node.settings.state_dir_root}/a"
        expected = {(path, 7, 70) for path in (folder, f"{folder}/deep", f"{folder}/deep/file")}
        self.assertEqual(set(changed), expected)
        self.assertEqual((node.folder / "state/a/deep/file").read_text(), "kept")


if __name__ == "__main__":
    unittest.main()
