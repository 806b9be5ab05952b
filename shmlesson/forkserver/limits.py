"""What a program may take: processes for the whole run, memory for each of its processes."""

from __future__ import annotations

import errno
import os
import resource
import sys
from mmap import MAP_ANONYMOUS, MAP_PRIVATE, mmap  # by name: a program may replace any of them
from os import read

from .reporter import REPORT

_RATION = REPORT + 2  # a descriptor as far out of a program's way
_RESERVE = 16 << 20  # bytes of address space; ``traceback`` and all that it imports and reads take some 3 MiB in 3.15


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
        self._reserve: mmap | None = None
        if memory is not None and sys.platform == "linux" and os.path.exists("/proc/self/statm"):
            self._reserve = _reserve()
            self._most = _mapped() + memory

    def hold(self) -> None:
        """From now on, for good."""
        if self._most is not None:
            self._most = _limit_address_space(self._most)

    def explain(self, error: BaseException) -> None:
        """Note the limit on ``error``, and on what led to it, if that is what was missing; make room to show it."""
        if self._reserve:
            self._reserve.close()  # from Python 3.13 on, what the error is cannot be shown without ``traceback``
        if self._most == resource.getrlimit(resource.RLIMIT_AS)[0]:
            self._note(error)

    def _note(self, error: BaseException | None) -> None:
        if error is None:
            return
        if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
            error.add_note(
                f"Each process of this run may take {self.memory} bytes beyond Python's own (memory= allows more)."
            )
        self._note(error.__cause__ or error.__context__)


def _reserve() -> mmap | None:
    """Address space without memory, to be given back once a program has used up its own; None if there is none."""
    try:
        return mmap(-1, _RESERVE, flags=MAP_PRIVATE | MAP_ANONYMOUS, prot=0)
    except OSError:
        return None


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
