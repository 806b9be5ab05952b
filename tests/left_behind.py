"""What a test has left behind: open descriptors, and processes, whoever's children they are by now."""

import os

import psutil

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
