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


def run_check(path):
    """(whether it succeeded, what it printed)."""
    done = subprocess.run([path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode == 0, done.stdout.decode("utf-8", "replace")
