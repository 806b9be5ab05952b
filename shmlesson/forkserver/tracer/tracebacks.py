"""Tracebacks of a program: without the frames that are only there because of how it is run and traced."""

from __future__ import annotations

import sys

from .hooks import like
from .lines import is_ours

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType
    from typing import Any


def show(error: BaseException) -> None:
    """Print ``error`` as Python does where nobody catches it, or as the program has asked for."""
    if sys.excepthook is sys.__excepthook__:
        print_error(error)
        return
    try:
        sys.excepthook(type(error), error, without_our_frames(error.__traceback__))
    except SystemExit:
        raise
    except BaseException as second:
        second.__context__ = None  # Python calls the hook when the first one is no longer being handled
        print("Error in sys.excepthook:", file=sys.stderr)
        print_error(second)
        print("\nOriginal exception was:", file=sys.stderr)
        print_error(error)


def print_error(error: BaseException) -> None:
    """Print it with its traceback, without our frames."""
    if sys.stderr is None:
        return
    try:
        import traceback
    except (ImportError, OSError, MemoryError):  # it has used up what this needs, or become a user who may not read it
        kept = without_our_frames(error.__traceback__)
        sys.__excepthook__(type(error), error.with_traceback(kept), kept)
        return
    traceback.print_exception(error)


def without_our_frames(trace: TracebackType | None) -> TracebackType | None:
    """The frames of ``trace`` that are the learner's, or what that called."""
    kept, frames = None, []
    while trace:
        frames.append(trace)
        trace = trace.tb_next
    for frame in reversed(frames):
        if not is_ours(frame.tb_frame.f_code.co_filename):
            frame.tb_next, kept = kept, frame
    return kept


def watch_tracebacks(module: Any) -> None:
    """Have ``traceback`` never show our frames, whoever asks it."""
    for name in ("walk_tb", "_walk_tb_with_full_positions"):
        setattr(module, name, _leaving_out(getattr(module, name)))
    module.walk_stack = _leaving_out(module.walk_stack)


def _leaving_out(walk: Callable[[Any], Iterator[tuple[Any, Any]]]) -> Callable[[Any], Iterator[tuple[Any, Any]]]:
    def walk_theirs(start: Any) -> Iterator[tuple[Any, Any]]:
        if start is None:
            return walk(None)  # from the frame so many calls up from there
        return (step for step in walk(start) if not is_ours(step[0].f_code.co_filename) and not _is_the_server(step[0]))

    return like(walk_theirs, walk)


def _is_the_server(frame: Any) -> bool:
    """Whether this is the command that the fork server was started with, under all that it has forked."""
    return frame.f_back is None and frame.f_code.co_filename == "<string>"


def watch_threads(module: Any) -> None:
    """Have a thread's error shown by ``traceback``: it knows the program's text, and leaves our frames out."""
    real = module.excepthook

    def excepthook(error: Any, /) -> None:
        if error.exc_type is SystemExit or sys.stderr is None:
            return real(error)  # type: ignore[no-any-return]
        import traceback

        name = error.thread.name if error.thread else module.get_ident()
        lines = traceback.format_exception(error.exc_type, error.exc_value, error.exc_traceback)
        print(f"Exception in thread {name}:", "".join(lines), sep="\n", end="", file=sys.stderr, flush=True)
        return None

    module.excepthook = like(excepthook, real)
