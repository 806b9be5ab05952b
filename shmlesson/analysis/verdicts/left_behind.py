"""Named memory that nobody unlinks: it outlives the program (see shm_overview(7)), unless Python finds it in time.

A process that makes or attaches ``SharedMemory`` starts a resource tracker, a program of its own, which removes what is
left when the last of them has ended, and warns. Who has told it not to track, or has made the memory in another way, is
not helped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .phrases import capital, in_order, known, the
from .verdict import Verdict

if TYPE_CHECKING:
    from ...trace.trace import Trace

_WARNING = "leaked shared_memory"  # the tracker's words
_ANY_NAME = ("psm_", "wnsm_")  # how the names begin that Python makes up


def left_behind(run: Trace) -> Iterator[Verdict]:
    """One verdict for each line that has made memory which is there when all processes have ended."""
    found: defaultdict[tuple[str, int | None, bool], list[str]] = defaultdict(list)
    for event in run.events:
        if event.kind == "leaves" and (event.detail["there"] or _WARNING in run.stray):
            found[event.detail.get("by", event.process), event.detail.get("line"), event.detail["there"]].append(
                event.detail["name"].removeprefix("/")
            )
    for (role, line, is_there), names in found.items():
        where = f"that {the(role)} has made" if line is None else f"that line {line} ({role}) has made"
        which = f" {names[0]}" if len(names) == 1 and not names[0].startswith(_ANY_NAME) else ""
        what = f"Nobody unlinks the named memory{which} {where}"
        text = (
            f"{what}: it stays when all processes have ended, until the machine starts anew."
            if is_there
            else f"{what}: Python’s resource tracker removes it when all processes have ended, and warns."
        )
        yield Verdict(
            "left behind", capital(f"{text} SharedMemory.unlink removes it, once."), in_order([role]), known(line)
        )
