"""A node of a cluster in a temporary folder, a systemd of which a test says how its units are, and signed releases."""
import base64
import hashlib
import json
import os
import shutil
import subprocess

from dcos_node.node import Node as ClusterMember
from dcos_node.told import read_told
from node import Node
from pkgpanda.systemd import Systemd

CONFIG = "dcos-config--setup_0f"
LATE = "dcos-provider-0f-azure--setup"
NAME_FILE = "LATE_BIND_PLACEHOLDER_START_cluster_name_LATE_BIND_PLACEHOLDER_END\n"
VALUES = {
    "cluster_name": "c",
    "master_list": '["10.0.0.4"]',
    "master_fqdn": "m.example",
    "agent_fqdn": "a.example",
    "repository_url": "",
}


class Units:
    """Stands for systemctl: `bad` has the units that have failed, and `slow` those that are just starting."""

    def __init__(self):
        self.calls = []
        self.bad = set()
        self.slow = set()

    def run(self, command, **_):
        arguments = command[1:]
        text = ""
        if arguments[0] == "show":
            text = "\n\n".join(self._shown(unit) for unit in arguments[arguments.index("--") + 1 :])
        else:
            self.calls.append(" ".join(arguments))
        return subprocess.CompletedProcess(command, 0, text, "")

    def _shown(self, unit):
        active, sub = ("failed", "failed") if unit in self.bad else ("active", "running")
        job = "17" if unit in self.slow else ""
        return f"Id={unit}\nActiveState={active}\nSubState={sub}\nResult=success\nJob={job}\n"


class ClusterNode(Node):
    def __init__(self, folder, roles=("master",)):
        super().__init__(folder)
        self.units = Units()
        self.systemd = Systemd(True, False, self.units.run)
        self.said = []
        self.member = ClusterMember(
            settings=self.settings,
            repository=self.repository,
            users=self.users,
            systemd=self.systemd,
            told_folder=str(self.folder / "told"),
            state_folder=str(self.folder / "kept"),
            metadata_url="http://127.0.0.1:1",
            say=self.said.append,
        )
        (self.folder / "kept").mkdir()
        self.node_json = {
            "schema": "dcos-node 1",
            "roles": list(roles),
            "release": None,
            "package_list": {"id": "f0", "packages": [CONFIG]},
            "packages": [{"id": CONFIG, "files": [{"path": "/etc/conf", "content": "x", "permissions": "0644"}]}],
            "late_package": {"id": LATE, "files": [{"path": "/etc/name", "content": NAME_FILE, "permissions": "0600"}]},
            "attributes": {},
        }
        self.late_json = dict(VALUES)

    def told(self):
        self.write("told/node.json", json.dumps(self.node_json))
        self.write("told/late.json", json.dumps(self.late_json))
        return read_told(self.member.told_folder)

    def bootstrap(self, *ids):
        """Makes these packages what an image holds, which is still to be set up."""
        self.write("root/bootstrap", "")
        (self.root / "active").mkdir()
        for text in ids:
            os.symlink(f"/opt/mesosphere/packages/{text}", self.root / "active" / text.partition("--")[0])


class Store:
    """A repository in a folder, with releases that are signed by openssl."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()

    def key(self, name, *kind):
        """Makes a key, and returns its public half."""
        path = self.folder.parent / f"{name}.pem"
        subprocess.run(["openssl", "genpkey", *kind, "-out", path], check=True, capture_output=True)
        public = ["openssl", "pkey", "-in", path, "-pubout"]
        return subprocess.run(public, check=True, capture_output=True, text=True).stdout

    def release(self, version, tarballs, sign, variant=None):
        """Publishes these tarballs as a release, which `sign` signs: a function of bytes. Returns its id."""
        artifacts = []
        for tarball in tarballs:
            name = f"packages/{tarball.name.partition('--')[0]}/{tarball.name}"
            target = self.folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(tarball, target)
            content = target.read_bytes()
            artifacts.append({"name": name, "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)})
        ids = sorted(tarball.name[: -len(".tar.xz")] for tarball in tarballs)
        tree = {"variant": variant, "bootstrap": f"boot-{version}", "packages": ids}
        facts = {"schema": "dcos-build release 1", "version": version, "trees": [tree], "artifacts": artifacts}
        manifest = json.dumps(facts).encode()
        digest = hashlib.sha256(manifest).hexdigest()
        release_id = f"{version}-{digest[:16]}"
        folder = self.folder / "releases" / release_id
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_bytes(manifest)
        (folder / "provenance.intoto.jsonl").write_text(statement_line(release_id, digest, sign))
        return release_id

    def signer(self, name, *arguments):
        def sign(message):
            path = self.folder.parent / "message"
            path.write_bytes(message)
            key = str(self.folder.parent / f"{name}.pem")
            command = ["openssl", *(part.format(key=key, message=path) for part in arguments)]
            return subprocess.run(command, check=True, capture_output=True).stdout

        return sign

    def ed25519(self, name):
        """(public key, signer)"""
        arguments = ("pkeyutl", "-sign", "-inkey", "{key}", "-rawin", "-in", "{message}")
        return self.key(name, "-algorithm", "ed25519"), self.signer(name, *arguments)

    def p256(self, name):
        key = self.key(name, "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
        return key, self.signer(name, "dgst", "-sha256", "-sign", "{key}", "{message}")

    def rsa(self, name):
        arguments = ("dgst", "-sha256", "-sigopt", "rsa_padding_mode:pss", "-sign", "{key}", "{message}")
        return self.key(name, "-algorithm", "RSA"), self.signer(name, *arguments)


def statement_line(release_id, digest, sign, **changes):
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": f"releases/{release_id}/manifest.json", "digest": {"sha256": digest}}],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {"buildDefinition": {"buildType": "https://dcos-build.dev/release/v1"}},
        **changes,
    }
    payload = json.dumps(statement).encode()
    kind = "application/vnd.in-toto+json"
    signature = sign(b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload))
    signatures = [{"keyid": "", "sig": base64.b64encode(signature).decode()}]
    envelope = {"payloadType": kind, "payload": base64.b64encode(payload).decode(), "signatures": signatures}
    return json.dumps(envelope) + "\n"
