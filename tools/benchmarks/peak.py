"""The most memory that each process of a run held, from the kernel's own count."""

import threading
from pathlib import Path

import psutil

PAUSE = 0.005  # seconds between two looks: what a process adds after the last one is missed


class PeakWatch:
    """While the ``with`` lasts, looks at all descendants of ``pid``; ``peaks`` maps process IDs to bytes.

    The peak is ``VmHWM`` of proc(5), which counts every page that the process has touched, shared ones too. Where
    there is no ``/proc``, it is the largest resident size that was seen.
    """

    def __init__(self, pid):
        self.peaks = {}
        self._root = psutil.Process(pid)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        self._thread.join()

    def _watch(self):
        while not self._done.wait(PAUSE):
            for process in [self._root, *self._root.children(recursive=True)]:
                self.peaks[process.pid] = max(self.peaks.get(process.pid, 0), _bytes_of(process))


def _bytes_of(process):
    """The peak so far in bytes; 0 if the process has ended in the meantime."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
        return next((int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("VmHWM")), 0)
    except ProcessLookupError:
        return 0
    except FileNotFoundError:
        return _resident(process)


def _resident(process):
    try:
        return process.memory_info().rss
    except psutil.Error:
        return 0
