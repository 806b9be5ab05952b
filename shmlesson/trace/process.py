"""A process of a run, and how it ended, in words."""

from __future__ import annotations

from dataclasses import dataclass
from signal import Signals

from ..memory.contents import Contents


@dataclass(frozen=True, slots=True)
class Process:
    """One process of a run.

    ``returned`` is what its first ``os.fork`` gave it: 0 in a child, a child's process ID in a parent.
    ``saw`` is what its last look at the block showed, ``wrote`` what it last wrote there.
    ``exit_code`` or ``signal`` say how it ended (both None: nobody could know).
    """

    name: str
    pid: int
    ppid: int
    returned: int | None = None
    saw: Contents | None = None
    wrote: Contents | None = None
    printed: str = ""
    exit_code: int | None = None
    signal: Signals | None = None
    stopped: bool = False


def how_it_ended(process: Process) -> str:
    """``exited with 0``, ``was ended by SIGKILL``: in words."""
    if process.stopped:
        return "was still running and was stopped"
    return in_words(process.exit_code if process.signal is None else -process.signal)


def in_words(ended: int | None) -> str:
    """The same for an exit code, or a signal as a negative number; None where nobody could know."""
    if ended is None:
        return "ended, but nobody knows how"
    return f"exited with {ended}" if ended >= 0 else f"was ended by {signal_name(-ended)}"


def signal_name(number: int) -> str:
    """``SIGKILL``, or ``signal 40`` where there is no name."""
    try:
        return Signals(number).name
    except ValueError:
        return f"signal {number}"
