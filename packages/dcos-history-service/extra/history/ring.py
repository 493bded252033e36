"""
A ring of files: the newest summaries of a span of time, one for each step of it. Older ones make room.

The files are all there is, so that a service that starts again goes on where it stopped.
"""
import json
import os
import re
import threading

FILE = re.compile(r"(\d+)\.state-summary\.json")


class Ring:
    """
    folder  where the files are; made if it is absent
    steps   how many summaries there are at most
    period  seconds of a step
    """

    def __init__(self, folder, steps, period):
        self._folder = folder
        self._steps = steps
        self._period = period
        # Those who ask must not see the ring between a write and the removal of what it replaces.
        self._lock = threading.Lock()
        os.makedirs(folder, exist_ok=True)

    def put(self, summary, now):
        """Keeps the summary of a moment, in seconds since the epoch. Of one step the first summary stays."""
        step = self._step(now)
        with self._lock:
            steps = self._files()
            if step not in steps:
                self._write(step, summary)
            for old in steps:
                # A clock that was set back leaves files of the future behind.
                if not step - self._steps < old <= step:
                    os.unlink(self._path(old))

    def read(self, now):
        """One summary for each step, oldest first; {} where there is none."""
        with self._lock:
            last = self._step(now)
            files = self._files()
            return [self._load(step) if step in files else {} for step in range(last - self._steps + 1, last + 1)]

    def newest(self, now):
        """The newest summary, or {}."""
        return next((summary for summary in reversed(self.read(now)) if summary), {})

    def _step(self, now):
        return int(now // self._period)

    def _path(self, step):
        return os.path.join(self._folder, f"{step}.state-summary.json")

    def _files(self):
        """Steps for which there is a file. Removes what an interruption has left."""
        steps = set()
        for name in os.listdir(self._folder):
            match = FILE.fullmatch(name)
            if match:
                steps.add(int(match[1]))
            elif name.endswith(".tmp"):
                os.unlink(os.path.join(self._folder, name))
        return steps

    def _write(self, step, summary):
        temporary = f"{self._path(step)}.tmp"
        with open(temporary, "w", encoding="utf-8") as file:
            json.dump(summary, file)
        os.rename(temporary, self._path(step))

    def _load(self, step):
        """A file that a full disk or a power cut has spoilt counts as absent."""
        try:
            with open(self._path(step), encoding="utf-8") as file:
                return json.load(file)
        except ValueError:
            return {}
