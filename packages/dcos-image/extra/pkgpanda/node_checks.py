"""Runs the checks that packages bring in their folder `check`: executables that end in 0 if all is well."""
import os
import subprocess

from .files import names_in


def find_checks(packages):
    """(package, path) of each executable."""
    found = []
    for package in packages:
        folder = os.path.join(package.path, "check")
        paths = [os.path.join(folder, name) for name in names_in(folder)]
        found.extend((package, path) for path in paths if os.path.isfile(path) and os.access(path, os.X_OK))
    return found


def run_check(path, timeout_seconds=None, environment=None):
    """(whether it succeeded, what it printed). One that takes longer than it may has failed."""
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    try:
        ended = subprocess.run([path], **streams, timeout=timeout_seconds, env=environment)
    except subprocess.TimeoutExpired:
        return False, f"It did not end within {timeout_seconds} seconds.\n"
    except OSError as error:
        return False, f"It cannot be run: {error.strerror}.\n"
    return ended.returncode == 0, ended.stdout.decode("utf-8", "replace")
