"""The lesson many times in one run, as lean as a bare loop: a child that reads tells what it saw by its exit code."""

from __future__ import annotations

import os
import time
from typing import Any, NoReturn

from ...memory.block import Block, fill, map_block
from ..reporter import Reporter
from .signalling import SIGNALLING, Signalling

WRITE, ZEROS, BOTH, _FAILED = range(4)  # what a reader can see; a writer has nothing to report but its write
_PIECE = 1 << 16  # bytes compared at a time
_BETWEEN_REPORTS = 0.05  # seconds: after a fork, whatever a report touches is a page to copy


def trials(reporter: Reporter, *, count: int, seconds: list[float], wait: str, **settings: Any) -> None:
    """Do ``count`` trials with every length of sleep, in turns: what disturbs one of them disturbs them all."""
    lesson = _Lesson(reaps_first=wait == "wait", **settings)
    signalling = Signalling if wait == "wait" else SIGNALLING[wait]
    seen: list[int] = []
    last = time.monotonic()
    for _ in range(count):
        for length in seconds:
            seen.append(lesson.trial(signalling(length)))
            if time.monotonic() - last > _BETWEEN_REPORTS:
                reporter.emit("trials", seen=seen)
                seen, last = [], time.monotonic()
    reporter.emit("trials", seen=seen)


class _Nobody(Reporter):
    """A process that reports nothing."""

    def emit(self, kind: str, **detail: object) -> None: ...


class _Lesson:
    """One block, one fork, one process that writes and one that reads: ``share`` without its reports.

    Every object that is touched after the fork is a page to copy, so there are few.
    """

    def __init__(self, size: int, fill: int, memory: str, made: str, writer: str, reaps_first: bool) -> None:
        self.size, self.fill, self.memory, self.after = size, fill, memory, made == "after"
        self.parent_writes, self.reaps_first = writer == "parent", reaps_first
        self.written, self.zeros = bytes([fill]) * min(size, _PIECE), bytes(min(size, _PIECE))
        self.reporter = _Nobody("", -1)

    def trial(self, signalling: Signalling) -> int:
        """Do it once; what the reader saw."""
        block = map_block(self.size, self.memory)
        pid = os.fork()
        if pid == 0:
            self._be_the_child(block, signalling)
        if self.after:
            block = map_block(self.size, self.memory)
        if self.parent_writes:
            self._write(block, signalling)
            return self._reap(pid, signalling)
        code = self._reap(pid, signalling) if self.reaps_first else None
        signalling.take(self.reporter, pid)
        saw = self._read(block)
        if code is None:
            self._reap(pid, signalling)
        return saw

    def _be_the_child(self, block: Block, signalling: Signalling) -> NoReturn:
        code = _FAILED
        try:
            if self.after:
                block = map_block(self.size, self.memory)
            if self.parent_writes:
                signalling.take(self.reporter, 0)
                code = self._read(block)
            else:
                self._write(block, signalling)
                code = WRITE
        finally:
            os._exit(code)

    def _write(self, block: Block, signalling: Signalling) -> None:
        if self.size <= _PIECE:
            block[:] = self.written
        else:
            fill(block, self.fill)
        signalling.give(self.reporter)

    def _read(self, block: Block) -> int:
        """What is in the block, each byte read once."""
        if self.size <= _PIECE:
            saw = block[:]
            return WRITE if saw == self.written else ZEROS if saw == self.zeros else BOTH
        written = zeros = True
        for start in range(0, self.size, _PIECE):
            piece = bytes(block[start : start + _PIECE])
            written = written and piece == self.written[: len(piece)]
            zeros = zeros and piece == self.zeros[: len(piece)]
        return WRITE if written else ZEROS if zeros else BOTH

    def _reap(self, pid: int, signalling: Signalling) -> int:
        """Wait for the child, and give back what the trial had; what the child reported by its exit code."""
        _, status = os.waitpid(pid, 0)
        signalling.close()
        if status not in (WRITE << 8, ZEROS << 8, BOTH << 8):
            raise ChildProcessError(f"the child of a trial ended with {os.waitstatus_to_exitcode(status)}")
        return status >> 8
