"""Where the threads of a process are: read off what ``faulthandler`` has written of their stacks."""

from __future__ import annotations

import os

from .lines import NAME, is_ours

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from typing import Any

_TELLING = (  # functions that say more than what has called them
    "queues._finalize_join",  # a process that ends waits until all that it has put is in the pipe
    "managers.serve_forever",  # a manager’s process, which looks around now and then
    "threading._shutdown",  # a process that ends waits for its threads
)
_HEADS = ("Thread 0x", "Current thread 0x")


def places(said: str) -> dict[str, Any]:
    """The line in which the first thread is, and what that calls; the lines of the others."""
    threads: list[list[tuple[str, int, str]]] = []
    for line in said.splitlines():
        if line.startswith(_HEADS):
            threads.append([])
        elif threads and (frame := _frame(line)) and not is_ours(frame[0]):
            threads[-1].append(frame)
    places = [_place(frames, NAME) for frames in threads]
    if not places:
        return {}
    *others, first = places
    lines = sorted({place["line"] for place in others if "line" in place})
    return {**first, **({"threads": lines} if lines else {})}


def _frame(line: str) -> tuple[str, int, str] | None:
    """File, line and function of ``  File "x.py", line 3 in f``; None for what is no such line."""
    file, found, rest = line.partition('", line ')
    number, _, function = rest.partition(" in ")
    return (file.partition('"')[2], int(number), function) if found and number.isdigit() else None


def _place(frames: list[tuple[str, int, str]], program: str) -> dict[str, Any]:
    """The innermost of the learner's lines, and the function that it calls; ``inner`` where a library acts alone.

    ``within``: the line that a library had been called from which in turn has called this one, or was interrupted.
    """
    calls: list[str] = []
    place: dict[str, Any] = {}
    for file, line, function in frames:
        if file == program and place:
            return {**place, "within": line} if calls else place
        if file == program:
            place, calls = {"line": line, **_said(calls)}, []
        elif function == "_launch" and file.endswith("popen_fork.py"):
            break  # below are the frames of its parent, of which this is a fork
        else:
            calls.append(f"{os.path.basename(file).removesuffix('.py')}.{function}")
    return place or {"inner": True, **_said(calls)}


def _said(calls: list[str]) -> dict[str, str]:
    """The function that was called from outside, and has called the others, unless one of these says more."""
    telling = [call for call in calls if call in _TELLING]
    return {"call": (telling or calls)[-1]} if calls else {}
