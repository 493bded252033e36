import importlib.machinery
import importlib.util
import pathlib
import unittest

PROGRAM = pathlib.Path(__file__).resolve().parents[1] / "extra/start-bouncer"


def load():
    loader = importlib.machinery.SourceFileLoader("start_bouncer", str(PROGRAM))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("start_bouncer", loader))
    loader.exec_module(module)
    return module


CONFIG = {
    "GUNICORN_WORKER_PROCESSES": 4,
    "GUNICORN_THREADS_PER_WORKER": 2,
    "GUNICORN_BIND_ADDRESS": "127.0.0.1:8101",
    "GUNICORN_WORKER_TIMEOUT_SECONDS": 30,
}


class Command(unittest.TestCase):
    def test_gunicorn_is_started_as_the_configuration_says(self):
        command = load().command(CONFIG)
        self.assertEqual(command[0], "/opt/mesosphere/bin/python3")
        for argument in ("--workers=4", "--threads=2", "--bind=127.0.0.1:8101", "--timeout=30"):
            self.assertIn(argument, command)
        self.assertEqual(command[-1], "bouncer.app.load:wsgiapp")

    def test_a_key_that_the_file_lacks_is_named(self):
        with self.assertRaisesRegex(KeyError, "GUNICORN_BIND_ADDRESS"):
            load().command({key: value for key, value in CONFIG.items() if key != "GUNICORN_BIND_ADDRESS"})


if __name__ == "__main__":
    unittest.main()
