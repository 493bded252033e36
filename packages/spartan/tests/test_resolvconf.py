import contextlib
import io
import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "extra/bin"))
import gen_resolvconf  # noqa: E402


def servers(resolvers, up=(), search=""):
    with contextlib.redirect_stderr(io.StringIO()):
        text = gen_resolvconf.content(resolvers, search, lambda address: address in up)
    return [line.split(" ")[1] for line in text.splitlines() if line.startswith("nameserver")]


class Content(unittest.TestCase):
    def test_the_addresses_of_spartan_that_answer_are_named_and_no_others(self):
        self.assertEqual(servers("8.8.8.8", up=("198.51.100.1", "198.51.100.3")), ["198.51.100.1", "198.51.100.3"])

    def test_while_none_answers_the_servers_behind_it_are_named_and_no_more_than_are_read(self):
        self.assertEqual(servers("10.0.0.1,10.0.0.2:53,10.0.0.3,10.0.0.4"), ["10.0.0.1", "10.0.0.2", "10.0.0.3"])

    def test_a_server_at_another_port_cannot_be_named(self):
        self.assertEqual(servers("10.0.0.1:61053,10.0.0.2"), ["10.0.0.2"])

    def test_domains_to_search_are_named_if_there_are_any(self):
        self.assertIn("search mesos\n", gen_resolvconf.content("10.0.0.1", "mesos", lambda _: False))
        self.assertNotIn("search", gen_resolvconf.content("10.0.0.1", "", lambda _: False))


class Replace(unittest.TestCase):
    def test_a_link_becomes_a_file_and_its_target_stays(self):
        with tempfile.TemporaryDirectory() as folder:
            target, link = f"{folder}/target", f"{folder}/resolv.conf"
            pathlib.Path(target).write_text("old")
            os.symlink(target, link)
            gen_resolvconf.replace(link, "new\n")
            self.assertEqual(pathlib.Path(link).read_text(), "new\n")
            self.assertFalse(os.path.islink(link))
            self.assertEqual(pathlib.Path(target).read_text(), "old")
            self.assertEqual(sorted(os.listdir(folder)), ["resolv.conf", "target"])


if __name__ == "__main__":
    unittest.main()
