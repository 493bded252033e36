import hashlib
import io
import json
import os
import shutil
import stat
import tarfile
import tempfile
import unittest
from unittest import mock

from node import Node
from pkgpanda import download
from pkgpanda.errors import PkgpandaError, ValidationError
from pkgpanda.package_id import parse_package_id
from web import WebServer

ID = "a--1"


def entry(name, kind=tarfile.REGTYPE, link="", mode=0o644):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode, info.mtime = kind, link, mode, 1461024000
    return info


class WithNode(unittest.TestCase):
    def setUp(self):
        self.node = Node(self.enterContext(tempfile.TemporaryDirectory()))
        self.repository = self.node.repository
        # Nobody waits in tests for servers that are only said to be slow.
        self.enterContext(mock.patch.object(download, "SECONDS_BETWEEN_TRIES", 0))

    def left_over(self):
        """Whatever lies among the packages and is none."""
        folder = self.node.settings.repository
        return sorted(set(os.listdir(folder)) - set(self.repository.ids())) if os.path.isdir(folder) else []


class Tarballs(WithNode):
    def test_a_tarball_is_unpacked_as_it_was_packed(self):
        folder = self.node.package(ID, {"bin/run": "#!/bin/sh\n", "lib/data": "x"})
        (folder / "bin/run").chmod(0o755)
        os.utime(folder / "lib/data", (1, 1461024000))
        os.link(folder / "lib/data", folder / "lib/same")
        os.symlink("/opt/mesosphere/packages/a--1/lib/data", folder / "lib/link")
        tarball = self.node.tarball(ID)
        self.assertEqual(self.repository.add(str(tarball)), ID)
        run = os.stat(folder / "bin/run")
        self.assertEqual(stat.S_IMODE(run.st_mode), 0o755)
        self.assertEqual(os.stat(folder / "lib/data").st_mtime, 1461024000)
        self.assertTrue(os.path.samefile(folder / "lib/data", folder / "lib/same"))
        self.assertEqual(os.readlink(folder / "lib/link"), "/opt/mesosphere/packages/a--1/lib/data")
        self.assertEqual((self.repository.ids(), self.left_over()), ([ID], []))

    def test_a_tarball_that_leads_out_of_its_folder_is_refused_and_leaves_nothing(self):
        outside = self.node.folder / "outside"
        outside.mkdir()
        attacks = {
            "absolute": [entry("/etc/x")],
            "parents": [entry("./../../x")],
            "behind a link": [entry("./out", tarfile.SYMTYPE, str(outside)), entry("./out/x")],
            "over a link": [entry("./out", tarfile.SYMTYPE, str(outside / "x")), entry("./out")],
            "hard link": [entry("./x", tarfile.LNKTYPE, "../../../outside")],
            "device": [entry("./null", tarfile.CHRTYPE)],
            "twice": [entry("./x"), entry("./x")],
        }
        for name, entries in attacks.items():
            with self.subTest(name):
                path = self.node.folder / f"{ID}.tar.xz"
                with tarfile.open(path, "w:xz") as archive:
                    for each in entries:
                        archive.addfile(each, io.BytesIO(b""))
                with self.assertRaises(ValidationError):
                    self.repository.add(str(path))
                self.assertEqual((self.repository.ids(), os.listdir(outside)), ([], []))

    def test_what_is_cut_off_or_has_no_pkginfo_is_no_package(self):
        tarball = self.node.tarball(ID, {"data": os.urandom(5000).hex()})
        whole = tarball.read_bytes()
        tarball.write_bytes(whole[: len(whole) // 2])
        with self.assertRaises(ValidationError):
            self.repository.add(str(tarball))
        with tarfile.open(tarball, "w:xz") as archive:
            archive.addfile(entry("./x"), io.BytesIO(b""))
        with self.assertRaisesRegex(PkgpandaError, "pkginfo.json"):
            self.repository.add(str(tarball))
        self.assertEqual(self.repository.ids(), [])
        tarball.write_bytes(whole)
        self.repository.add(str(tarball))
        self.assertEqual((self.repository.ids(), self.left_over()), ([ID], []))

    def test_ids_are_read_strictly(self):
        self.assertEqual(parse_package_id("a-b--setup_0f").version, "setup_0f")
        for text in ("a", "a--b--c", "--1", "a--", "a--1-2", "-a--1", "a--1\n", "../a--1", 7):
            with self.subTest(text), self.assertRaises(ValidationError):
                parse_package_id(text)


class Fetching(WithNode):
    def setUp(self):
        super().setUp()
        self.served = self.node.folder / "served"
        folder = self.served / "packages/a"
        folder.mkdir(parents=True)
        self.file = folder / f"{ID}.tar.xz"
        shutil.move(self.node.tarball(ID, {"x": "y"}), self.file)
        self.path = f"/packages/a/{ID}.tar.xz"
        self.server = self.enterContext(WebServer(self.served))

    def manifest(self, **content):
        (self.served / f"packages/a/{ID}.manifest.json").write_text(json.dumps(content))

    def fetch(self):
        self.repository.fetch(self.server.url, ID)

    def test_a_package_is_fetched_once_over_http_or_from_a_folder(self):
        self.fetch()
        self.fetch()
        self.assertEqual(self.server.asked, [self.path, f"/packages/a/{ID}.manifest.json"])
        self.repository.remove(ID)
        self.repository.fetch(f"file://{self.served}/", ID)
        self.assertEqual((self.repository.ids(), self.left_over()), ([ID], []))

    def test_a_manifest_is_believed_more_than_the_tarball(self):
        good = hashlib.sha256(self.file.read_bytes()).hexdigest()
        self.manifest(file=self.file.name, sha256="0" * 64)
        with self.assertRaisesRegex(PkgpandaError, "is not what its manifest says: expected sha256 0000"):
            self.fetch()
        self.assertEqual((self.repository.ids(), self.left_over()), ([], []))
        # A manifest of the same id in another compression says nothing of this file.
        self.manifest(file=f"{ID}.tar.zst", sha256="0" * 64)
        self.fetch()
        self.repository.remove(ID)
        self.manifest(file=self.file.name, sha256=good)
        self.fetch()
        self.assertEqual(self.repository.ids(), [ID])

    def test_a_server_that_is_busy_or_cuts_off_is_asked_again(self):
        whole = self.file.read_bytes()
        self.server.answers[self.path] = [
            (503, {}, b""),
            (200, {"Content-Length": str(len(whole))}, whole[:100]),
        ]
        self.fetch()
        self.assertEqual(self.repository.ids(), [ID])
        self.assertEqual(self.server.asked.count(self.path), 3)

    def test_what_is_not_there_is_told_at_once_and_a_dead_server_after_some_tries(self):
        with self.assertRaisesRegex(PkgpandaError, "b--1.tar.xz is not there: the server says 404"):
            self.repository.fetch(self.server.url, "b--1")
        self.server.answers[self.path] = [(500, {}, b"")] * 9
        with self.assertRaisesRegex(PkgpandaError, "could not be fetched: 500"):
            self.fetch()
        self.assertEqual(self.server.asked.count(self.path), 4)
        with self.assertRaisesRegex(PkgpandaError, "is not there"):
            self.repository.fetch("file:///nowhere", ID)
        self.assertEqual((self.repository.ids(), self.left_over()), ([], []))


if __name__ == "__main__":
    unittest.main()
