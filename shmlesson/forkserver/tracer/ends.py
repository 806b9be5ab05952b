"""Ends of processes that show without a reaping: in a sentinel, in a pidfd, and where there is nobody to signal."""

from __future__ import annotations

import os
from os import fstat  # by name: a program may replace it

from .hooks import like, replace
from .recorder import Recorder

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_open = open


class Ends:
    """Which descriptors show the end of which process. A child has its parent's: it inherits the descriptors, too."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self._sentinels: dict[tuple[int, int], int] = {}
        self._pidfds = False  # there may be some

    def install(self) -> None:
        if hasattr(os, "pidfd_open"):
            replace(os, "pidfd_open", self._opens(os.pidfd_open))

    def watch_sentinels(self, module: Any) -> None:
        """Have the sentinel of each process that is forked be known: a pipe that ends when the process does."""
        launch = module.Popen._launch

        def launches(popen: Any, process: Any) -> None:
            launch(popen, process)
            status = fstat(popen.sentinel)
            self._sentinels[status.st_dev, status.st_ino] = popen.pid

        module.Popen._launch = like(launches, launch)

    def shown_by(self, fd: Any) -> int | None:
        """The ID of the process whose end this descriptor shows; None for any other."""
        if not (self._sentinels or self._pidfds) or not isinstance(fd, int):
            return None
        try:
            status = fstat(fd)
            return self._sentinels.get((status.st_dev, status.st_ino)) or (_pid_behind(fd) if self._pidfds else None)
        except (OSError, OverflowError):
            return None

    def notice(self, pid: int) -> None:
        """Report that this process has been found to have ended; all that it did is before."""
        self.recorder.record("notices", at="child", name=self.recorder.children.get(pid, "any child"), pid=pid)

    def _opens(self, real: Callable[..., int]) -> Callable[..., int]:
        def open_pidfd(*arguments: Any, **options: Any) -> int:
            fd = real(*arguments, **options)
            self._pidfds = True
            return fd

        return like(open_pidfd, real)


def _pid_behind(fd: int) -> int | None:
    """As the system has it: see proc_pid_fdinfo(5). It is -1 for a process that has been reaped."""
    with _open(f"/proc/self/fdinfo/{fd}", encoding="ascii") as lines:
        numbers = [int(line.split()[1]) for line in lines if line.startswith("Pid:")]
    return numbers[0] if numbers and numbers[0] > 0 else None
