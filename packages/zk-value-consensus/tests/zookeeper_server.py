"""A real ZooKeeper server on a port of loopback, with its data in memory and a folder that vanishes."""
import socket
import subprocess
import tempfile
import time

JARS = (
    "zookeeper",
    "commons-cli",
    "commons-io",
    "metrics-core",
    "netty-all",
    "slf4j-api",
    "slf4j-simple",
    "snappy-java",
    "zookeeper-jute",
)
STARTS_WITHIN_SECONDS = 60


class ZooKeeperServer:
    """`hosts` is how clients name it."""

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.hosts = f"127.0.0.1:{self.port}"
        self.start()
        return self

    def start(self):
        config = f"{self._folder.name}/zoo.cfg"
        with open(config, "w", encoding="utf-8") as file:
            file.write(
                f"clientPort={self.port}\nclientPortAddress=127.0.0.1\ndataDir={self._folder.name}/data\n"
                "tickTime=500\nadmin.enableServer=false\n4lw.commands.whitelist=srvr\n"
            )
        paths = ":".join(f"/usr/share/java/{jar}.jar" for jar in JARS)
        command = ["java", "-Xmx64m", "-cp", paths, "org.apache.zookeeper.server.ZooKeeperServerMain", config]
        self._log = open(f"{self._folder.name}/log", "ab")
        self._process = subprocess.Popen(command, stdout=self._log, stderr=self._log)
        deadline = time.monotonic() + STARTS_WITHIN_SECONDS
        while not self._answers():
            if time.monotonic() > deadline or self._process.poll() is not None:
                self.stop()
                with open(f"{self._folder.name}/log", encoding="utf-8") as file:
                    raise RuntimeError(f"ZooKeeper does not start:\n{file.read()[-4000:]}")
            time.sleep(0.05)

    def stop(self):
        self._process.kill()
        self._process.wait()
        self._log.close()

    def __exit__(self, *_):
        self.stop()
        self._folder.cleanup()

    def _answers(self):
        """A port that is open is not yet a server that serves."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                connection.sendall(b"srvr")
                with connection.makefile("rb") as answer:
                    return b"Mode: standalone" in answer.read()
        except OSError:
            return False
