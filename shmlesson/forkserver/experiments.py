"""What each lesson shows, one function each. They run in the run's parent process, never in the notebook."""

from __future__ import annotations

import os
from collections.abc import Callable

from ..pipe import Message
from .child import NOTHING_MORE, Witness
from .words import WORDS, Word

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from typing import Any


def run(me: Witness, request: Message) -> None:
    """Do what ``request`` asks for, and end this process."""
    settings: Any = request["settings"]
    try:
        _EXPERIMENTS[str(request["experiment"])](me, **settings)
    except BaseException as error:
        me.tell("fails", error=f"{type(error).__name__}: {error}")
        raise
    me.tell("ends", code=0)
    os.kill(os.getppid(), NOTHING_MORE)
    os._exit(0)


def _share(me: Witness, *, wait: str, seconds: float, **settings: Any) -> None:
    share(me, word=WORDS[wait](seconds), **settings)


def share(me: Witness, word: Word, size: int, fill: int, memory: str, made: str, writer: str) -> None:
    """The lesson: one block, one fork, one process that writes and one that reads."""
    if made == "before":
        block = me.maps(size, memory)
        me.sees(block)

    pid = me.forks()
    role = "child" if pid == 0 else "parent"

    if made == "after":
        block = me.maps(size, memory)
        me.sees(block)
    elif role == writer == "child":
        me.sees(block)

    if role == writer:
        me.writes(block, fill)
        word.give(me)
    else:
        word.take(me, pid)
        me.sees(block)

    if role == "child":
        me.ends(0)
    me.reaps(pid)


def _trials(me: Witness, **settings: Any) -> None:
    from .trials import trials

    trials(me, **settings)


def _maps(me: Witness, **settings: Any) -> None:
    from .mapping import maps

    maps(me, **settings)


def _live(me: Witness, **settings: Any) -> None:
    from .live import live

    live(me, **settings)


def _program(me: Witness, **settings: Any) -> None:
    from .program import run_program

    run_program(me, **settings)


def _explore(me: Witness, **settings: Any) -> None:
    from .explore import explore

    explore(me, **settings)


def _compare(me: Witness, **settings: Any) -> None:
    from .tools import compare

    compare(me, **settings)


_EXPERIMENTS: dict[str, Callable[..., None]] = {
    "share": _share,
    "trials": _trials,
    "maps": _maps,
    "live": _live,
    "program": _program,
    "explore": _explore,
    "compare": _compare,
}
