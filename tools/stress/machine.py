"""What this process has when all is well, and must have again after every act."""

import contextlib
import os
import tempfile
import threading

import psutil

import left_behind
from shmlesson import share
from shmlesson.client.server import SERVER
from stress.act import LONG


class State:
    """What this process has when all is well: its descriptors, its threads, and the fork server as its only child."""

    def __init__(self, folder):
        self.folder = folder
        share()
        self.before = self._now()

    def _now(self):
        return {
            "descriptors": len(left_behind.open_descriptors()),
            "threads": threading.active_count(),
            "children": len(psutil.Process().children()),
            "temporary files": os.listdir(self.folder),
        }

    def check(self):
        """Raise unless the next run works, and nothing is left of those before."""
        saw = str(share(timeout=LONG).child.saw)
        assert saw == "100 x 61 'a'", f"the next share saw {saw}"
        now = self._now()
        assert now == self.before, f"there were {self.before} before, and are {now}"
        _check_processes()


def _check_processes():
    """The server, the one that it has forked ahead, and no other, whoever's child it may be by now."""
    ours = [process.pid for process in psutil.Process().children(recursive=True)]
    assert len(ours) <= 2, f"below the server there are {_described(ours)}"
    marked = [process.pid for process in psutil.process_iter() if left_behind._is_marked(process)]
    left = left_behind.still_alive(set(marked) - {SERVER.pid, *_below(SERVER.pid)}, seconds=5)
    assert not left, f"processes are left: {_described(left)}"


def _below(pid):
    return [process.pid for process in psutil.Process(pid).children()]


def _described(pids):
    """What these processes are doing, for somebody who must find out whose they are."""
    said = []
    for pid in pids:
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            said.append(f"{pid} ({process.status()}, of {process.ppid()}, {' '.join(process.cmdline())[:60]})")
    return ", ".join(said)


@contextlib.contextmanager
def temporary_files_in(folder):
    """Have this process put its temporary files there, so that those left behind can be told from others'."""
    before, tempfile.tempdir = tempfile.tempdir, folder
    try:
        yield
    finally:
        tempfile.tempdir = before


def end_everything():
    """Leave nothing behind, even after a failure."""
    SERVER.stop()
    for process in filter(left_behind._is_marked, psutil.process_iter()):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
