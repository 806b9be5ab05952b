"""What a program may take: processes for the whole run, memory for each of its processes."""

from __future__ import annotations

import errno
import os
import resource
import sys
from os import read  # by name: a program may replace it

from .child import REPORT

_RATION = REPORT + 2  # a descriptor as far out of a program's way


def allow_descriptors(count: int) -> None:
    """Let this process open ``count`` descriptors, or as many as the system allows, if it may open fewer now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < count:
        most = count if hard == resource.RLIM_INFINITY else min(count, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


class Ration:
    """A pipe with a byte for each process that may still be forked: whoever forks takes one out."""

    def __init__(self, processes: int) -> None:
        self.processes = processes
        read_end, write_end = os.pipe()
        os.write(write_end, bytes(processes - 1))
        os.close(write_end)  # so that an empty pipe is at its end
        os.dup2(read_end, _RATION, inheritable=False)
        os.close(read_end)

    def take(self) -> bool:
        """Take a byte; False if there is none left."""
        try:
            return bool(read(_RATION, 1))
        except OSError:
            return True  # the program has closed the pipe; its deadline still holds

    def refusal(self) -> BlockingIOError:
        """What a fork beyond the limit raises, as it does where the system has its own."""
        return BlockingIOError(errno.EAGAIN, f"this run may have {self.processes} processes, and has had them")


class MemoryLimit:
    """So many bytes that this process, and each that it forks, may map beyond what it has now. Linux keeps to it."""

    def __init__(self, memory: int | None) -> None:
        self.memory = memory
        self._most: int | None = None
        if memory is not None and sys.platform == "linux" and os.path.exists("/proc/self/statm"):
            self._most = _limit_address_space(_mapped() + memory)

    def explain(self, error: BaseException | None) -> None:
        """Note the limit on ``error``, and on what led to it, if that is what was missing."""
        if error is None or self._most != resource.getrlimit(resource.RLIMIT_AS)[0]:
            return
        if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
            error.add_note(
                f"Each process of this run may take {self.memory} bytes beyond Python's own (memory= allows more)."
            )
        self.explain(error.__cause__ or error.__context__)


def _limit_address_space(size: int) -> int:
    """Set the limit, for good, or leave a lower one that the system has; the limit that holds now."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = size if hard == resource.RLIM_INFINITY else min(size, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    return most


def _mapped() -> int:
    """Bytes of address space that this process has (see proc(5))."""
    with open("/proc/self/statm") as pages:
        return int(pages.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
