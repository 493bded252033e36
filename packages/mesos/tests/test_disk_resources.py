import contextlib
import io
import json
import os
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "extra/bin"))
import make_disk_resources  # noqa: E402

MIB = 1 << 20


class Volumes(unittest.TestCase):
    def test_mount_points_of_volumes_in_the_order_of_their_numbers(self):
        mounts = "/dev/sda1 / ext4 rw 0 0\n/dev/sdc /dcos/volume10 xfs rw 0 0\n/dev/sdb /dcos/volume2 xfs rw 0 0\n"
        self.assertEqual(make_disk_resources.volumes(mounts), ["/dcos/volume2", "/dcos/volume10"])

    def test_what_lies_below_a_volume_or_is_named_otherwise_is_none(self):
        mounts = "a /dcos/volume1/deep ext4 rw 0 0\nb /dcos/volumes ext4 rw 0 0\nc /x/dcos/volume1 ext4 rw 0 0\n"
        self.assertEqual(make_disk_resources.volumes(mounts), [])


class Disks(unittest.TestCase):
    def test_a_volume_is_a_disk_with_its_mount_point_and_some_space_to_spare(self):
        disk = make_disk_resources.disk(1100 * MIB, "/dcos/volume0", True)
        self.assertEqual(disk["scalar"], {"value": 1000})
        self.assertEqual(disk["disk"], {"source": {"type": "MOUNT", "mount": {"root": "/dcos/volume0"}}})

    def test_the_disk_that_all_share_has_no_source(self):
        self.assertNotIn("disk", make_disk_resources.disk(1100 * MIB, "/var/lib/mesos", False))

    def test_a_full_disk_is_refused_by_name(self):
        with self.assertRaisesRegex(ValueError, "/dcos/volume0 has 50 MiB free"):
            make_disk_resources.disk(50 * MIB, "/dcos/volume0", True)


class Main(unittest.TestCase):
    def run_main(self, folder, resources=""):
        path = os.path.join(folder, "mesos-resources")
        environment = {"MESOS_WORK_DIR": os.path.join(folder, "work"), "MESOS_RESOURCES": resources}
        with mock.patch.object(sys, "argv", ["x", path]), mock.patch.dict(os.environ, environment):
            make_disk_resources.main()
        return pathlib.Path(path).read_text()

    def test_what_was_given_stays_and_the_disk_of_the_work_folder_comes_behind(self):
        with tempfile.TemporaryDirectory() as folder:
            text = self.run_main(folder, '[{"name": "ports"}]')
            value = json.loads(text.removeprefix("MESOS_RESOURCES='").removesuffix("'\n"))
            self.assertEqual([resource["name"] for resource in value], ["ports", "disk"])

    def test_a_second_run_changes_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            first = self.run_main(folder)
            self.assertEqual(self.run_main(folder, '[{"name": "other"}]'), first)

    def test_resources_that_are_no_list_leave_no_file(self):
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(io.StringIO()):
            with self.assertRaises(SystemExit):
                self.run_main(folder, "{}")
            self.assertEqual(os.listdir(folder), ["work"])


if __name__ == "__main__":
    unittest.main()
