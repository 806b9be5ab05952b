"""What is behind a descriptor: the same in every process that has it, however it came by it."""

from __future__ import annotations

import stat
from os import fstat, isatty, readlink

from ...wire.kinds import KEY
from .stdio import Identity

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from typing import Any

UNSEEN = "something that is not seen here"  # the name of whatever nobody here can see into
# What there is nothing to learn from: the passing of time; others that are asked in its stead; the end of a process,
# which is noticed elsewhere.
_HARMLESS = ("[timerfd]", "[eventpoll]", "[pidfd]")
_COUNTERS = -1  # in place of a device: of eventfds, which all have one inode


def key_of(there: object) -> str:
    """What stands in a name for this identity, or for an address, until the kernel knows what it is called."""
    return f"{KEY}{there}{KEY}".replace("'", "")


def behind(fd: Any) -> tuple[str, Identity | None]:
    """The sort of what is behind a descriptor, and its identity: ``pipe``, ``socket``, ``eventfd`` or ``unseen``.

    The sort is empty for what tells nothing of other processes, or is reported elsewhere (files); for an error, too.
    """
    try:
        status = fstat(fd)
    except (OSError, TypeError, ValueError, OverflowError):
        return "", None
    there = status.st_dev, status.st_ino
    if stat.S_ISFIFO(status.st_mode):
        return "pipe", there
    if stat.S_ISSOCK(status.st_mode):
        return "socket", there
    if stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode) or stat.S_ISBLK(status.st_mode):
        return "", None
    return _of_a_device(fd) if stat.S_ISCHR(status.st_mode) else _without_a_name(fd)


def _of_a_device(fd: int) -> tuple[str, Identity | None]:
    """Behind a terminal there is somebody; behind /dev/null and the like there is nobody."""
    return ("unseen" if isatty(fd) else ""), None


def _without_a_name(fd: int) -> tuple[str, Identity | None]:
    """An inode that has no file: an eventfd, a timer, what watches files ..."""
    try:
        what = readlink(f"/proc/self/fd/{fd}")
    except OSError:
        return "unseen", None
    if what.endswith("[eventfd]"):
        return "eventfd", _counter(fd)
    return ("" if what.endswith(_HARMLESS) else "unseen"), None


def _counter(fd: int) -> Identity | None:
    """The number that the system gives to an eventfd; see proc_pid_fdinfo(5)."""
    try:
        with open(f"/proc/self/fdinfo/{fd}", "rb") as lines:
            numbers = [line.split()[1] for line in lines if line.startswith(b"eventfd-id:")]
    except OSError:
        return None
    return (_COUNTERS, int(numbers[0])) if numbers else None
