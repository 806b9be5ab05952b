"""What a test has left behind: open descriptors, and processes, whoever's children they are by now."""

import contextlib
import os
import time

import psutil

from shmlesson.client.server import SERVER

MARK = "SHMLESSON_TESTED_BY"  # in the environment of all that these tests start, and of all that this starts in turn
ME = str(os.getpid())


def open_descriptors():
    """The numbers of the descriptors that this process has open."""
    return {number for number in map(int, os.listdir("/dev/fd")) if _is_open(number)}


def _is_open(number):
    try:
        os.fstat(number)
    except OSError:
        return False  # the listing's own: in the listing, and closed by now
    return True


def children():
    """This process's children, theirs, and so on; those that nobody has reaped yet, too."""
    return psutil.Process().children(recursive=True)


def orphans():
    """The IDs of processes that these tests have started and that will not end within five seconds."""
    return still_alive([process.pid for process in psutil.process_iter() if _is_marked(process)], seconds=5)


class Before:
    """What was there before a test, but for the server and its pipes. Only what is new is looked at: that is cheap."""

    def __init__(self):
        self.descriptors, self.pids = open_descriptors() - server_pipes(), {*psutil.pids()} - server_pids()

    def descriptors_since(self):
        """The descriptors that are new, but for the pipes of a server that is still there."""
        return open_descriptors() - self.descriptors - server_pipes()

    def children_since(self):
        """This process's new children, theirs, and so on, but for those that a server at rest has."""
        return [process for process in self._new() if _is_below(process)]

    def orphans_since(self, seconds=5):
        """The IDs of the new processes that these tests have started and that will not end within so many seconds."""
        return still_alive([process.pid for process in self._new() if _is_marked(process)], seconds)

    def _new(self):
        for pid in {*psutil.pids()} - self.pids - server_pids():
            with contextlib.suppress(psutil.NoSuchProcess):  # somebody else's: ours would wait to be reaped
                yield psutil.Process(pid)


def _is_below(process):
    try:
        return os.getpid() in [parent.pid for parent in process.parents()]
    except psutil.Error:
        return False  # gone by now, or somebody else's


def server_pipes():
    """The descriptors of the pipes to the server and from it, while there is one."""
    started = SERVER._started
    return {started.requests.fileno(), started.replies.fileno()} if started else set()


def server_pids(seconds=30):
    """The IDs of the server and of the process that it has ready for its next run, as soon as it has one."""
    started, deadline = SERVER._started, time.monotonic() + seconds
    if not started:
        return set()
    while started.leader is None or not psutil.pid_exists(started.leader):
        started.receive(deadline)
    return {started.process.pid, started.leader}


def _is_marked(process):
    try:
        return process.pid != os.getpid() and process.environ().get(MARK) == ME
    except (psutil.Error, OSError):
        return False  # gone by now, or somebody else's


def still_alive(pids, seconds=10):
    """Those of ``pids`` that have not ended within so many seconds; a zombie has ended."""
    processes = [process for process in psutil.process_iter() if process.pid in pids]
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    return [process.pid for process in alive if not _is_zombie(process)]


def _is_zombie(process):
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
