import contextlib
import hashlib
import io
import json
import os
import pathlib
import subprocess
import tarfile
import tempfile
import unittest

from dcos_installer.cli import main
from dcos_installer.config import parse_config
from dcos_installer.errors import InstallerError
from dcos_installer.ids import hash_list

CONFIG = """
bootstrap_url: file:///serve
cluster_name: "it's $HOME's cluster"
master_list: [10.0.0.1, 10.0.0.2, 10.0.0.3]
resolvers: [10.0.0.53]
"""
IP_DETECT = "#!/bin/bash\necho 10.0.0.1\n"
BOOTSTRAP = "85f0779bd81a193d80b58f7cb0247a42fdf309ab"


class Cluster:
    """A folder with a built repository of one package, and the description of a cluster."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.genconf = self.folder / "genconf"
        self.serve = self.genconf / "serve"
        complete = {"bootstrap": BOOTSTRAP, "packages": ["a--1"]}
        self.write("repository/complete/complete.latest.json", json.dumps(complete))
        self.write("repository/packages/a/a--1.tar.xz", "the package")
        self.write("repository/packages/a/a--1.manifest.json", "{}")
        self.write("genconf/config.yaml", CONFIG)
        self.write("genconf/ip-detect", IP_DETECT)
        self.write("unpacked/bootstrap", "")
        self.write("unpacked/active/.keep", "")
        target = self.folder / f"repository/bootstrap/{BOOTSTRAP}.bootstrap.tar.xz"
        target.parent.mkdir()
        with tarfile.open(target, "w:xz") as archive:
            archive.add(self.folder / "unpacked", ".")

    def write(self, path, text):
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def run(self, *arguments):
        """(exit status, standard output, standard error)."""
        output, errors = io.StringIO(), io.StringIO()
        folders = ["--folder", str(self.genconf), "--repository", str(self.folder / "repository")]
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
            status = main([*arguments, *folders])
        return status, output.getvalue(), errors.getvalue()

    def tree(self):
        files = [path for path in sorted(self.serve.rglob("*")) if path.is_file()]
        return {str(path.relative_to(self.serve)): path.read_bytes() for path in files}


class Genconf(unittest.TestCase):
    def setUp(self):
        self.cluster = Cluster(self.enterContext(tempfile.TemporaryDirectory()))

    def test_all_that_nodes_install_from_is_in_one_folder(self):
        status, output, errors = self.cluster.run("--genconf")
        self.assertEqual((status, errors), (0, ""))
        tree = self.cluster.tree()
        list_id = tree["cluster-package-list"].decode()
        self.assertIn(f"its package list is {list_id}", output)
        packages = json.loads(tree[f"package_lists/{list_id}.package_list.json"])
        self.assertEqual((packages[0], list_id), ("a--1", hash_list(packages)))
        self.assertEqual(
            sorted(tree),
            sorted(
                [
                    "bootstrap.latest",
                    f"bootstrap/{BOOTSTRAP}.bootstrap.tar.xz",
                    "cluster-package-list",
                    "dcos_install.sh",
                    "ip-detect",
                    f"package_lists/{list_id}.package_list.json",
                    "packages/a/a--1.manifest.json",
                    "packages/a/a--1.tar.xz",
                    f"packages/dcos-config/{packages[1]}.tar.xz",
                ]
            ),
        )
        self.assertEqual(tree["bootstrap.latest"].decode(), BOOTSTRAP)

    def test_the_configuration_package_holds_what_services_read(self):
        self.cluster.run("--genconf")
        (tarball,) = self.cluster.serve.glob("packages/dcos-config/*")
        with tarfile.open(tarball) as archive:
            files = {entry.name: entry for entry in archive}
            text = {name: archive.extractfile(entry).read().decode() for name, entry in files.items() if entry.isfile()}
        self.assertEqual(text["./bin/detect_ip"], IP_DETECT)
        self.assertEqual((files["./bin/detect_ip"].mode, files["./etc/dns_config"].mode), (0o755, 0o644))
        self.assertEqual(text["./etc/dns_config"], "RESOLVERS=10.0.0.53\n")
        self.assertEqual(text["./etc/master_list"], '["10.0.0.1", "10.0.0.2", "10.0.0.3"]\n')
        self.assertEqual(text["./etc/master_count"], "3\n")
        self.assertEqual(
            text["./etc/exhibitor"],
            "EXHIBITOR_BACKEND=STATIC\nEXHIBITOR_STATICENSEMBLE=1:10.0.0.1,2:10.0.0.2,3:10.0.0.3\n",
        )
        self.assertIn('MESOS_CLUSTER="it\'s \\$HOME\'s cluster"\n', text["./etc/mesos-master"])
        self.assertIn("MESOS_QUORUM=2\n", text["./etc/mesos-master"])
        masters = "zk://10.0.0.1:2181,10.0.0.2:2181,10.0.0.3:2181/mesos"
        self.assertIn(f"MESOS_MASTER={masters}\n", text["./etc/mesos-slave-common"])
        self.assertEqual(json.loads(text["./etc/mesos-dns.json"])["resolvers"], ["10.0.0.53"])
        self.assertEqual(json.loads(text["./pkginfo.json"])["environment"]["PROVIDER"], "onprem")

    def test_the_same_description_gives_the_same_bytes_and_another_one_another_id(self):
        self.cluster.run("--genconf")
        first = self.cluster.tree()
        self.cluster.run("--genconf")
        self.assertEqual(self.cluster.tree(), first)
        self.cluster.write("genconf/ip-detect", f"{IP_DETECT}# changed\n")
        self.cluster.run("--genconf")
        self.assertNotEqual(self.cluster.tree()["cluster-package-list"], first["cluster-package-list"])
        self.assertEqual(sorted(os.listdir(self.cluster.genconf)), ["config.yaml", "ip-detect", "serve"])

    def test_a_repository_that_is_not_whole_is_refused_and_what_was_served_stays(self):
        self.cluster.run("--genconf")
        before = self.cluster.tree()
        (self.cluster.folder / "repository/packages/a/a--1.tar.xz").unlink()
        status, _, errors = self.cluster.run("--genconf")
        self.assertEqual(status, 1)
        self.assertIn("a--1.tar.xz is not there: the repository is not whole.", errors)
        self.assertEqual(self.cluster.tree(), before)
        status, _, errors = self.cluster.run("--genconf", "--variant", "x")
        self.assertIn("x.complete.latest.json is not there: build the tree", errors)

    def test_other_backends_of_exhibitor_are_told_what_they_need(self):
        for keys, expected in [
            (
                "exhibitor_storage_backend: zookeeper\nexhibitor_zk_hosts: a:2181\nexhibitor_zk_path: /e",
                "EXHIBITOR_BACKEND=ZK\nZK_CONFIG_CONNECT=a:2181\nZK_CONFIG_ZPATH=/e\n",
            ),
            (
                "exhibitor_storage_backend: shared_filesystem\nexhibitor_fs_config_dir: /shared",
                "EXHIBITOR_BACKEND=SHARED_FS\nEXHIBITOR_FSCONFIGDIR=/shared\n",
            ),
        ]:
            self.cluster.write("genconf/config.yaml", f"{CONFIG}{keys}\n")
            self.assertEqual(self.cluster.run("--genconf")[0], 0)
            (tarball,) = self.cluster.serve.glob("packages/dcos-config/*")
            with tarfile.open(tarball) as archive:
                self.assertEqual(archive.extractfile("./etc/exhibitor").read().decode(), expected)

    def test_all_mistakes_of_the_description_are_told_at_once(self):
        self.cluster.write(
            "genconf/config.yaml",
            "bootstrap_url: ftp://x\nmaster_lists: [1.2.3.4]\nmaster_list: [10.0.0.1, 10.0.0.2]\n"
            "resolvers: [ns.example]\nexhibitor_fs_config_dir: /x\nmaster_discovery: dynamic\nfoo: 1\n",
        )
        status, output, errors = self.cluster.run("--validate-config")
        self.assertEqual((status, output), (1, ""))
        for message in [
            'unknown key "master_lists"; did you mean "master_list"?',
            'unknown key "foo"; the keys are bootstrap_url,',
            "bootstrap_url must be the http, https or file URL",
            "cluster_name is missing; it must be one line of text.",
            "master_list must be a list of 1, 3, 5, 7 or 9 different IPv4 addresses",
            "resolvers must be a list of 1 to 3",
            'master_discovery must be "static"',
            "exhibitor_fs_config_dir is for the backend shared_filesystem",
        ]:
            self.assertIn(message, errors)

    def test_a_good_description_is_said_to_be_one_and_keys_without_meaning_are_named(self):
        self.cluster.write("genconf/config.yaml", f"{CONFIG}ssh_user: core\n")
        status, output, errors = self.cluster.run("--validate-config")
        self.assertEqual((status, output), (0, "config.yaml and ip-detect are as they must be.\n"))
        self.assertIn("ssh_user has no meaning here", errors)
        self.assertFalse(self.cluster.serve.exists())

    def test_files_that_are_no_description_are_refused(self):
        for text in ("", "- a", "a: [", "just text"):
            with self.subTest(text), self.assertRaises(InstallerError):
                parse_config(text)
        self.cluster.write("genconf/ip-detect", "10.0.0.1")
        self.assertIn("must be a script", self.cluster.run("--validate-config")[2])
        (self.cluster.genconf / "ip-detect").unlink()
        self.assertIn("ip-detect cannot be read", self.cluster.run("--validate-config")[2])


class OnANode(unittest.TestCase):
    """The script, run as root of a sandbox whose /opt, /etc and services are its own."""

    def setUp(self):
        self.cluster = Cluster(self.enterContext(tempfile.TemporaryDirectory()))
        self.assertEqual(self.cluster.run("--genconf")[0], 0)
        for program in ("systemctl", "useradd"):
            self.cluster.write(f"bin/{program}", f'#!/bin/sh\necho "{program} $*"\n')
            (self.cluster.folder / "bin" / program).chmod(0o755)

    def install(self, script):
        """Runs shell lines beside the served folder, which stands at /serve."""
        sandbox = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"]
        sandbox += ["--tmpfs", "/opt", "--tmpfs", "/etc", "--tmpfs", "/mnt"]
        sandbox += ["--ro-bind", str(self.cluster.folder / "bin"), "/mnt/bin"]
        sandbox += ["--ro-bind", str(self.cluster.serve), "/mnt/serve", "--unshare-user", "--uid", "0", "--gid", "0"]
        sandbox += ["--setenv", "PATH", "/mnt/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
        done = subprocess.run([*sandbox, "bash", "-c", script], capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr

    def make_for(self, url):
        self.cluster.write("genconf/config.yaml", CONFIG.replace("file:///serve", url))
        self.assertEqual(self.cluster.run("--genconf")[0], 0)

    def test_it_unpacks_the_bootstrap_and_leaves_the_flags_for_the_set_up(self):
        self.make_for("file:///mnt/serve")
        status, output, errors = self.install(
            "bash /mnt/serve/dcos_install.sh slave_public && cd /etc/mesosphere && ls roles && ls /opt/mesosphere && "
            "cat setup-flags/repository-url setup-flags/cluster-package-list && readlink /etc/profile.d/dcos.sh && "
            "grep ExecStart /etc/systemd/system/dcos-setup.service; ls -A /tmp; bash /mnt/serve/dcos_install.sh master"
        )
        list_id = (self.cluster.serve / "cluster-package-list").read_text()
        self.assertEqual(
            output.splitlines(),
            [
                "Installing DC/OS of the cluster it's $HOME's cluster, role slave_public",
                "systemctl daemon-reload",
                "systemctl enable dcos-setup.service",
                "systemctl start --no-block dcos-setup.service",
                "Set-up has begun; follow it with: journalctl -f -u dcos-setup",
                "slave_public",
                "active",
                "bootstrap",
                "file:///mnt/serve",
                list_id,
                "/opt/mesosphere/bin/add_dcos_path.sh",
                "ExecStart=/opt/mesosphere/bin/pkgpanda setup --no-block-systemd",
            ],
            errors,
        )
        again = "dcos_install.sh: DC/OS is installed here already, in /opt/mesosphere.\n"
        self.assertEqual((status, errors), (1, again))

    def test_a_bootstrap_that_was_exchanged_is_refused_and_nothing_is_installed(self):
        self.make_for("file:///mnt/serve")
        tarball = self.cluster.serve / f"bootstrap/{BOOTSTRAP}.bootstrap.tar.xz"
        digest = hashlib.sha256(tarball.read_bytes()).hexdigest()
        self.assertIn(digest, (self.cluster.serve / "dcos_install.sh").read_text())
        tarball.unlink()
        tarball.write_bytes(b"something else")
        status, output, errors = self.install("bash /mnt/serve/dcos_install.sh master; s=$?; ls /opt /etc >&2; exit $s")
        self.assertEqual(status, 1)
        self.assertIn("is not the one that this script was made for.", errors)
        self.assertNotIn("mesosphere\n", errors)

    def test_roles_are_asked_for(self):
        for arguments in ("", "slaves", "master slave"):
            status, _, errors = self.install(f"bash /mnt/serve/dcos_install.sh {arguments}")
            self.assertIn(status, (1, 2))
            self.assertRegex(errors, "usage: dcos_install.sh master|A node has one role")


if __name__ == "__main__":
    unittest.main()
