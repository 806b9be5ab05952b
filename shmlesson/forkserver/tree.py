"""A run's tree of processes, seen from the server: reap what has ended, and end what is left."""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterable

from ..wire.messages import close
from .limits import allow_descriptors
from .reporter import REPORT

Ended = Callable[[int, int], None]  # called with the process ID and its wait status

_LONGEST = 3.0  # seconds that the end of a run may take: less than the kernel gives the server, beyond the deadline
_ROUND = 0.02  # seconds after which it looks for more of them
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36  # from <linux/prctl.h>; see prctl(2)

_PYTHONS_OWN = {signal.SIGPIPE, signal.SIGXFSZ}  # which it ignores by itself


def _load_prctl() -> Callable[..., int]:
    """Linux's prctl. libffi, which comes with it, may keep a descriptor open for callbacks: out of a program's way."""
    low = _take_low_descriptors()
    try:
        from ..memory.libc import function
    finally:
        close(*low)
    return function("prctl")


def _take_low_descriptors() -> list[int]:
    """All that a program may get, so that the next is beyond them; none where the system allows too few."""
    allow_descriptors(2 * REPORT)
    low: list[int] = []
    try:
        while not low or low[-1] < REPORT + 8:
            low.append(os.dup(0))
    except OSError:
        close(*low)
        return []
    return low


_call_prctl = _load_prctl() if sys.platform == "linux" else None  # once, before any fork


def _prctl(option: int, value: int) -> bool:
    return _call_prctl is not None and bool(_call_prctl(option, value, 0, 0, 0) == 0)


def become_subreaper() -> bool:
    """Make orphans of a run children of this process, so that none gets away; False where only Linux could."""
    return _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def prefer_to_be_killed() -> None:
    """Where memory runs out, have the system end this process, or one forked from it, before the notebook's kernel."""
    try:
        with open("/proc/self/oom_score_adj", "wb", 0) as adjustment:
            adjustment.write(b"1000")  # the most there is; see proc(5)
    except OSError:
        pass  # no such file: only Linux asks


def clear_signals() -> None:
    """Have signals as they are in a shell, whatever whoever started the kernel has blocked or ignored.

    A blocked SIGCHLD would let every run last until its deadline; ``nohup`` ignores SIGHUP, and a program would, too.
    """
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    for number in {*range(1, signal.NSIG)} - _PYTHONS_OWN:
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def tie_to_parent() -> None:
    """Have this process killed when the server ends, where the system can promise that."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def reap(ended: Ended) -> bool:
    """Reap every child that has ended, without waiting; True when none is left."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return True
        if pid == 0:
            return False
        ended(pid, status)


def end_tree(leader: int, ended: Ended, reported: Callable[[], Iterable[int]], wake: int) -> bool:
    """Kill and reap until no process of the run is left; True if some are, even after seconds: they may not be killed.

    The session goes first, in one stroke; what has left the session becomes the subreaper's child when its own
    parent dies, and goes in the next round. Where the system tells nobody's children, those go that have ``reported``.
    ``wake`` turns readable when a child ends.
    """
    killed: set[int] = set()

    def note(pid: int, status: int) -> None:
        killed.discard(pid)
        ended(pid, status)

    deadline = time.monotonic() + _LONGEST
    _kill(-leader)  # even with nothing to reap: without a subreaper, orphans are in the session and nobody's children
    if _call_prctl is None:
        _kill(*reported())
    while not reap(note):
        if time.monotonic() > deadline:
            return True
        children = _children()
        found = {leader, *reported()} if children is None else set(children)
        _kill(-leader, *(found - killed))
        killed |= found
        _reap_half(killed, note, wake)
    return False


def _reap_half(killed: set[int], note: Ended, wake: int) -> None:
    """Reap until half of them are gone, for a moment: to look for more after each one would take too long."""
    poller = select.poll()
    poller.register(wake, select.POLLIN)
    left, until = len(killed) // 2, time.monotonic() + _ROUND
    while len(killed) > left and (seconds := until - time.monotonic()) > 0:
        if poller.poll(seconds * 1000):
            os.read(wake, 512)
        if reap(note):
            return


def _kill(*pids: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass  # ended by itself in the meantime, or (a group on macOS) holds only zombies


def _children() -> list[int] | None:
    """The IDs of this process's children, from ``/proc`` (see proc(5)); None where it does not exist.

    Their own list leaves some out while others end, and not every system has it.
    """
    try:
        with open("/proc/thread-self/children", "rb") as listed:
            if children := [int(pid) for pid in listed.read().split()]:
                return children
    except OSError:
        pass
    try:
        everyone = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except FileNotFoundError:
        return None
    return [pid for pid in everyone if _parent_of(pid) == os.getpid()]


def parents() -> dict[int, int]:
    """The parent of each process of the machine, by ID, from ``/proc``."""
    everyone = ((int(name), _parent_of(int(name))) for name in os.listdir("/proc") if name.isdigit())
    return {pid: parent for pid, parent in everyone if parent is not None}


def _parent_of(pid: int) -> int | None:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return int(stat.read().rpartition(")")[2].split()[1])  # the name before ")" may hold anything
    except (FileNotFoundError, ProcessLookupError):
        return None
