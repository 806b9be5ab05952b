"""The lesson: one block, one fork, one process that writes and one that reads."""

from __future__ import annotations

from ..reporter import Reporter
from .signalling import SIGNALLING, Signalling

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from typing import Any


def share(reporter: Reporter, *, wait: str, seconds: float, **settings: Any) -> None:
    """The lesson, with the reader waiting as ``wait`` says; ``seconds`` is the length of a sleep."""
    _lesson(reporter, signalling=SIGNALLING[wait](seconds), **settings)


def _lesson(
    reporter: Reporter, signalling: Signalling, size: int, fill: int, memory: str, made: str, writer: str
) -> None:
    """One block, one fork, one process that writes and one that reads."""
    if made == "before":
        block = reporter.maps(size, memory)
        reporter.reads(block)

    pid = reporter.forks()
    role = "child" if pid == 0 else "parent"

    if made == "after":
        block = reporter.maps(size, memory)
        reporter.reads(block)
    elif role == writer == "child":
        reporter.reads(block)

    if role == writer:
        reporter.writes(block, fill)
        signalling.give(reporter)
    else:
        signalling.take(reporter, pid)
        reporter.reads(block)

    if role == "child":
        reporter.ends(0)
    reporter.reaps(pid)
