"""The lesson many times in one run, as lean as a bare loop: a child that reads tells what it saw by its exit code."""

from __future__ import annotations

import os
import time
from typing import Any, NoReturn

from ..block import Block, fill, map_block
from .child import Witness
from .words import WORDS, Word

WRITE, ZEROS, BOTH, _FAILED = range(4)  # what a reader can see; what is written is what is seen by whoever writes
_PIECE = 1 << 16  # bytes compared at a time
_BETWEEN_REPORTS = 0.05  # seconds: after a fork, whatever a report touches is a page to copy


def trials(me: Witness, *, count: int, seconds: list[float], wait: str, **settings: Any) -> None:
    """Do ``count`` trials with every length of sleep, in turns: what disturbs one of them disturbs them all."""
    lesson = _Lesson(**settings)
    seen: list[int] = []
    last = time.monotonic()
    for _ in range(count):
        seen += [lesson.trial(WORDS[wait](length)) for length in seconds]
        if time.monotonic() - last > _BETWEEN_REPORTS:
            me.tell("trials", seen=seen)
            seen, last = [], time.monotonic()
    me.tell("trials", seen=seen)


class _Quiet(Witness):
    """The parent in a trial: it reports nothing, and keeps how its child ended."""

    def tell(self, kind: str, **detail: Any) -> None:
        if kind == "reaps":
            self.code = detail["ended"]


class _Lesson:
    """One block, one fork, one process that writes and one that reads: ``share`` without its reports."""

    def __init__(self, size: int, fill: int, memory: str, made: str, writer: str) -> None:
        self.size, self.fill, self.memory, self.made = size, fill, memory, made
        self.writes = {"parent": writer == "parent", "child": writer == "child"}
        self.written, self.zeros = bytes([fill]) * min(size, _PIECE), bytes(min(size, _PIECE))

    def trial(self, word: Word) -> int:
        """Do it once; what the reader saw."""
        me = _Quiet("parent", -1)
        block = map_block(self.size, self.memory)
        pid = os.fork()
        if pid == 0:
            self._be_the_child(me, block, word)
        saw = self._part("parent", me, block, word, pid)
        me.reaps(pid)
        word.close()
        if me.code not in (WRITE, ZEROS, BOTH):
            raise ChildProcessError(f"the child of a trial ended with {me.code}")
        return saw or me.code

    def _be_the_child(self, me: Witness, block: Block, word: Word) -> NoReturn:
        code = _FAILED
        try:
            code = self._part("child", me, block, word, 0)
        finally:
            os._exit(code)

    def _part(self, role: str, me: Witness, block: Block, word: Word, pid: int) -> int:
        """Write, or wait and read, in a block of one's own if that is what is asked; what was read, 0 for nothing."""
        if self.made == "after":
            block = map_block(self.size, self.memory)
        if self.writes[role]:
            fill(block, self.fill)
            word.give(me)
            return WRITE
        word.take(me, pid)
        return self._read(block)

    def _read(self, block: Block) -> int:
        written = zeros = True
        for start in range(0, self.size, _PIECE):
            piece = bytes(block[start : start + _PIECE])
            written = written and piece == self.written[: len(piece)]
            zeros = zeros and piece == self.zeros[: len(piece)]
        return WRITE if written else ZEROS if zeros else BOTH
