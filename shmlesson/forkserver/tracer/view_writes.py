"""Whether a process can have written through a view of a block: by the lines of the program that it has run."""

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

# Beside the names in builtins, os and time: what is called by one writes through no view, or tells of it itself.
_HARMLESS = {
    *("Process", "start", "join", "is_alive", "acquire", "release", "set", "is_set", "notify", "notify_all"),
    *("send", "recv", "poll", "get", "put", "flush", "cast", "tobytes", "tolist", "memoryview", "mmap"),
}
_MAY_WRITE = {"exec", "eval", "setattr", "readinto", "readv", "preadv"}  # among the names in builtins and os


class ViewWrites:
    """The lines that may write, and whether this process has run one since it was asked last."""

    def __init__(self) -> None:
        self._lines: frozenset[int] | None = None
        self._could = True  # what ran before anybody asked is not known

    def could_have(self) -> bool:
        """Whether it can have written since this was asked last; it can, too, if nobody knows."""
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
            sys.settrace(None)  # the answer is known: until it is asked for, the program runs as fast as ever
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


def changes(before: bytes, told: bytes, now: bytes) -> Iterator[tuple[int, int]]:
    """The ranges that this process has changed since it looked last, as far as it has not been told by whoever did."""
    if now in (before, told):
        return
    start = None
    for offset in range(len(now) + 1):
        if offset < len(now) and now[offset] not in (before[offset], told[offset]):
            start = offset if start is None else start
        elif start is not None:
            yield start, offset
            start = None
