"""Demands on the processes of a program: how many, what each said, how it ended, and what the judge says."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...analysis.run import Run
from ...analysis.verdicts.phrases import listed, the
from ...trace.event import Event
from ..attempt import Attempt
from ..words import WORDS, say
from .demand import Facts, demand


@demand("ran")
def two_processes(attempt: Attempt) -> Facts | None:
    """One parent and one child, no more and no less."""
    count = len(attempt.run.processes)
    return None if count == 2 else {"ran": f"{count} process{'' if count == 1 else 'es'}"}


@demand("ran")
def children_of_the_parent(attempt: Attempt, count: int) -> Facts | None:
    """The parent and so many children of its own, and no child of a child."""
    wanted = {"parent", *(f"child {number}" for number in range(1, count + 1))}
    names = [process.name for process in attempt.run.processes]
    return None if wanted == {*names} else {"ran": listed(the(name) for name in names)}


@demand("codes")
def children_left_with(attempt: Attempt, codes: Sequence[int]) -> Facts | None:
    """The children's exit codes are these, in any order."""
    children = [process for process in attempt.run.processes if process.name != "parent"]
    found = [process.exit_code for process in children if process.exit_code is not None]
    return None if sorted(found) == sorted(codes) else {"codes": listed(map(str, found)) if found else "none"}


@demand("instead")
def a_new_python(attempt: Attempt) -> Facts | None:
    """The parent has started a process that is no copy of it."""
    kinds = {event.kind for event in attempt.run.events}
    if "starts" in kinds and "forks" not in kinds:
        return None
    return {"instead": "it was forked" if "forks" in kinds else "no process was started"}


@demand("seconds", "why")
def came_to_its_end(attempt: Attempt, waits: str = WORDS["who_waits"]) -> Facts | None:
    """The run was not ended at its deadline. ``waits`` is said where all of its processes wait."""
    seconds = attempt.run.stopped_after
    if seconds is None:
        return None
    stood = [
        event.process for event in attempt.run.events if event.kind == "stands" and event.detail["state"] != "waits"
    ]
    busy = the(stood[0]) if stood else ""
    why = say("waits_for_nobody", process=f"{busy[0].upper()}{busy[1:]}") if busy else waits
    return {"seconds": f"{seconds:g}", "why": why}


@demand("process")
def no_error_like(attempt: Attempt, pattern: str) -> Facts | None:
    """No process ended by an error of Python's whose last line matches."""
    for process in attempt.run.processes:
        if re.search(pattern, _error(process.printed)):
            return {"process": the(process.name)}
    return None


@demand("process", "how")
def no_error(attempt: Attempt) -> Facts | None:
    """No process ended by an error of Python's."""
    for process in attempt.run.processes:
        if how := _error(process.printed):
            return {"process": the(process.name), "how": how}
    return None


@demand("process")
def left_at_once(attempt: Attempt) -> Facts | None:
    """No child has left by ``sys.exit``, or by another way to raise the same exception."""
    for event in attempt.run.events:
        if event.kind == "ends" and event.process != "parent" and event.detail.get("how") == "sys.exit":
            return {"process": the(event.process)}
    return None


@demand("process", "printed")
def says(attempt: Attempt, process: str, pattern: str) -> Facts | None:
    """This process prints what matches."""
    text = _printed(attempt.run, process)
    return None if re.search(pattern, text) else {"process": process, "printed": _first_line(text)}


@demand("process", "printed")
def never_says(attempt: Attempt, process: str, pattern: str) -> Facts | None:
    """This process prints nothing that matches."""
    found = re.search(pattern, _printed(attempt.run, process))
    return {"process": process, "printed": found[0]} if found else None


@demand("printed")
def says_when_reaped(attempt: Attempt, process: str, pattern: str) -> Facts | None:
    """This process prints what matches, and not before it has reaped a child."""
    own = [event for event in attempt.run.events if event.process == process]
    reaped = [index for index, event in enumerate(own) if event.kind == "reaps"]
    text = _texts(own[reaped[0] :]) if reaped else ""
    found = re.search(pattern, _printed(attempt.run, process))
    return None if re.search(pattern, text) else {"printed": found[0] if found else "nothing"}


@demand("printed")
def says_in_every_order(attempt: Attempt, process: str, pattern: str) -> Facts | None:
    """It prints what matches in every order of the steps."""
    for outcome in attempt.orders.outcomes if attempt.orders else ():
        text = outcome.printed.get(process, "")
        if not re.search(pattern, text):
            return {"printed": _first_line(text)}
    return None


@demand("printed")
def prints_numbers(attempt: Attempt, process: str, numbers: Sequence[int]) -> Facts | None:
    """All of these numbers are in what this process prints, in whatever form."""
    text = _printed(attempt.run, process)
    return None if {*numbers} <= _numbers(text) else {"printed": _all_lines(text)}


@demand("left", "told")
def has_the_codes_from_the_children(attempt: Attempt, process: str, codes: Sequence[int]) -> Facts | None:
    """What it prints are the codes that the children leave with: others, if they leave with others."""
    run = attempt.with_other_codes
    if run is None or children_left_with(attempt, codes):
        return None
    left = {child.exit_code for child in run.processes if child.name != process and child.exit_code is not None}
    told = _numbers(_printed(run, process))
    if left & {*codes} or left <= told or not {*codes} <= told:
        return None
    return {"left": listed(map(str, sorted(left))), "told": listed(map(str, codes))}


@demand("found")
def prints_only(attempt: Attempt, process: str, pattern: str, wanted: Sequence[str]) -> Facts | None:
    """What matches in all that this process prints is this, in this order, and nothing else."""
    found = re.findall(pattern, _printed(attempt.run, process), re.MULTILINE)
    return None if found == list(wanted) else {"found": _as_list(found)}


@demand("order", "found")
def prints_only_in_every_order(attempt: Attempt, process: str, pattern: str, wanted: Sequence[str]) -> Facts | None:
    """It does so in every order of the steps."""
    for outcome in attempt.orders.outcomes if attempt.orders else ():
        found = re.findall(pattern, outcome.printed.get(process, ""), re.MULTILINE)
        if found != list(wanted):
            return {"order": outcome.order, "found": listed(found) or "nothing"}
    return None


@demand("verdict")
def no_verdict(attempt: Attempt, kinds: Sequence[str] = (), saying: str = "") -> Facts | None:
    """The judge has nothing to say (of these kinds, and in words that match)."""
    said = map(str, attempt.verdicts(*kinds))
    return next(({"verdict": verdict} for verdict in said if re.search(saying, verdict)), None)


@demand("order")
def nobody_waits_for_ever(attempt: Attempt) -> Facts | None:
    """In no order of its steps processes wait for ever."""
    stuck = [outcome.order for outcome in (attempt.orders.outcomes if attempt.orders else ()) if outcome.stuck]
    return {"order": stuck[0]} if stuck else None


@demand("process", "count")
def holds_locks(attempt: Attempt, count: int) -> Facts | None:
    """Each process has held so many different locks."""
    for process in attempt.run.processes:
        own = (event for event in attempt.run.events if event.process == process.name)
        taken = {event.detail["name"] for event in own if _takes(event)}
        if len(taken) < count:
            return {"process": the(process.name), "count": len(taken)}
    return None


@demand("process")
def holds_together(attempt: Attempt, count: int) -> Facts | None:
    """Each process has held so many locks at one time."""
    for process in attempt.run.processes:
        if _most_held([event for event in attempt.run.events if event.process == process.name]) < count:
            return {"process": the(process.name)}
    return None


def _most_held(events: Sequence[Event]) -> int:
    """How many locks a process has held at the same time, at most, as its own events tell."""
    held: set[str] = set()
    most = 0
    for event in events:
        if _takes(event):
            held.add(event.detail["name"])
        elif event.kind == "releases":
            held.discard(event.detail["name"])
        most = max(most, len(held))
    return most


def _takes(event: Event) -> bool:
    return event.kind == "acquires" and event.detail["at"] in ("lock", "rlock", "semaphore")


def _as_list(texts: Sequence[str]) -> str:
    """These texts in a row; what cannot be printed as Python would write it."""
    return listed(text if text.isprintable() else repr(text) for text in texts) if texts else "nothing"


def _error(printed: str) -> str:
    """The last line of Python's report on an error; empty if there is none."""
    return printed.strip().splitlines()[-1] if "Traceback (most recent call last)" in printed else ""


def _texts(events: Sequence[Event]) -> str:
    return "".join(event.detail["text"] for event in events if event.kind == "prints")


def _numbers(text: str) -> set[int]:
    return {int(number) for number in re.findall(r"(?<![\w.])\d+", text)}


def _all_lines(text: str) -> str:
    return f"“{' / '.join(text.strip().splitlines())}”" if text.strip() else "nothing"


def _printed(run: Run, name: str) -> str:
    return "".join(process.printed for process in run.processes if process.name == name)


def _first_line(text: str) -> str:
    return f"“{text.strip().splitlines()[0]}”" if text.strip() else "nothing"
