"""Writes through views of a block: which bytes have changed, and whether this process can have changed them.

A ``memoryview``, a numpy array or a C library writes straight into memory, and no hook sees it. So the bytes are
compared (by ``Blocks.look_for_views``), before this process reports anything else, and after whatever made it wait:
with what they were when it looked last, and with the block's copy, which is shared as the block is, and into which
every write goes that anybody has reported. A byte that is neither was changed by somebody who has not reported it.

Who may claim it? Only a process that has run a line, since it looked last, that may write: one that stores into
something, or calls what is not known to be harmless. A trace function (``sys.settrace``) watches for such a line, and
is taken off as soon as one has run. What changes while the process waits for others, others have written.

The limits: a write of the bytes that are there already changes nothing, and is not found. Of several writes between
two looks only the result is found, without a line. Two processes that both run such lines at the same time may
claim each other's writes: the first that looks does. Blocks of more than 64 KiB have no copy, and are not compared.
Such writes take no turns, so an exploration says that it may have missed outcomes.
"""

from __future__ import annotations

import builtins
import linecache
import os
import sys
import time
from _thread import _count as other_threads

from .lines import NAME

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType
    from typing import Any

# Beside the names in builtins, os and time: what is called by one writes through no view, or reports it itself.
_HARMLESS = {
    *("Process", "start", "join", "is_alive", "acquire", "release", "set", "is_set", "notify", "notify_all"),
    *("send", "recv", "poll", "get", "put", "flush", "cast", "tobytes", "tolist", "memoryview", "mmap"),
}
_MAY_WRITE = {"exec", "eval", "setattr", "readinto", "readv", "preadv"}  # among the names in builtins and os


class ViewWrites:
    """The lines that may write, and whether this process has run one since the last look."""

    def __init__(self) -> None:
        self._lines: frozenset[int] | None = None
        self._could = True  # what ran before the first look is not known

    def could_have(self) -> bool:
        """Whether this process can have written since the last call; True if that is not known."""
        if self._lines is None:
            self._lines = _lines_that_may_write("".join(linecache.getlines(NAME)))
        could = self._could or sys.gettrace() != self._enter or other_threads() > 0
        frames = list(_frames())
        self._could = any(frame.f_lineno in self._lines for frame in frames)
        if not self._could and sys.gettrace() in (None, self._enter):
            for frame in frames:
                frame.f_trace = self._run
            sys.settrace(self._enter)
        return could

    def _enter(self, frame: FrameType, event: str, argument: Any) -> Any:
        return self._run if frame.f_code.co_filename == NAME else None

    def _run(self, frame: FrameType, event: str, argument: Any) -> Any:
        if self._lines and frame.f_lineno in self._lines and sys.gettrace() == self._enter:
            self._could = True
            sys.settrace(None)  # the answer is known: until the next look, the program runs as fast as ever
        return self._run


def _frames() -> Iterator[FrameType]:
    """The learner's, from the innermost out."""
    frame: FrameType | None = sys._getframe(1)
    while frame:
        if frame.f_code.co_filename == NAME:
            yield frame
        frame = frame.f_back


def _lines_that_may_write(source: str) -> frozenset[int]:
    """All lines that store into something, or call what is not known to write to nothing."""
    import ast  # only programs that take a view have to wait for it

    nodes = list(ast.walk(ast.parse(source)))
    own = {node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    harmless = _HARMLESS.union(dir(builtins), dir(os), dir(time)) - _MAY_WRITE | own
    lines: set[int] = set()
    for node in nodes:
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in harmless:
                pass
            case ast.Call() | ast.AugAssign() | ast.Subscript(ctx=ast.Store()) | ast.Attribute(ctx=ast.Store()):
                lines.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return frozenset(lines)


def changes(before: bytes, reported: bytes, now: bytes) -> Iterator[tuple[int, int]]:
    """The ranges of bytes that are neither as they were at the last look, nor as somebody has reported them."""
    if now in (before, reported):
        return
    start = None
    for offset in range(len(now) + 1):
        if offset < len(now) and now[offset] not in (before[offset], reported[offset]):
            start = offset if start is None else start
        elif start is not None:
            yield start, offset
            start = None
