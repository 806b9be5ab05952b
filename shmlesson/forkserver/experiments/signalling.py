"""How one process waits for another's word: not at all, by a sleep, by reaping, over a pipe, at a semaphore."""

from __future__ import annotations

import os
import time

from ..reporter import Reporter

# Each is made before the fork. The writer calls ``give`` after it has written, the reader ``take`` before it looks.


class Signalling:
    """No waiting: whoever comes first comes first."""

    def __init__(self, seconds: float) -> None: ...

    def give(self, reporter: Reporter) -> None: ...

    def take(self, reporter: Reporter, child: int) -> None: ...

    def close(self) -> None:
        """Give back what the kernel has lent, where many follow each other in one process."""


class Sleep(Signalling):
    """A sleep in the reader, in the hope that it is long enough."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def take(self, reporter: Reporter, child: int) -> None:
        reporter.emit("sleeps", seconds=self.seconds)
        time.sleep(self.seconds)


class Wait(Signalling):
    """The parent waits for its child to end, and only then looks."""

    def take(self, reporter: Reporter, child: int) -> None:
        reporter.reaps(child)


class Pipe(Signalling):
    """One byte through a pipe; the read gives it only once it has been written."""

    def __init__(self, seconds: float) -> None:
        self.read_end, self.write_end = os.pipe()
        self.open = {self.read_end, self.write_end}

    def give(self, reporter: Reporter) -> None:
        reporter.emit("sends", at="pipe")
        os.write(self.write_end, b".")

    def take(self, reporter: Reporter, child: int) -> None:
        os.close(self.write_end)  # else the reader's own copy would keep end of file from coming
        self.open.remove(self.write_end)
        reporter.emit("waits", at="pipe")
        os.read(self.read_end, 1)

    def close(self) -> None:
        while self.open:
            os.close(self.open.pop())


class Semaphore(Signalling):
    """A semaphore that starts at 0: the writer releases it, the reader acquires it."""

    def __init__(self, seconds: float) -> None:
        import multiprocessing

        self.semaphore = multiprocessing.get_context("fork").Semaphore(0)

    def give(self, reporter: Reporter) -> None:
        reporter.emit("releases", at="semaphore")
        self.semaphore.release()

    def take(self, reporter: Reporter, child: int) -> None:
        reporter.emit("waits", at="semaphore")
        self.semaphore.acquire()


SIGNALLING = {"none": Signalling, "sleep": Sleep, "wait": Wait, "pipe": Pipe, "semaphore": Semaphore}
