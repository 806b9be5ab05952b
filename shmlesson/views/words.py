"""Events and runs in words, the same in every run of the same experiment: roles, never process IDs or times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..records import Event, Process, Run, how_it_ended, signal_name

Detail = Mapping[str, Any]

_SHOWN = 70  # characters of a printed text
_MOST_LINES = 200
_MOST_ENDS = 12


def story(run: Run) -> str:
    """The run as text: what each process did, a line each, and how it ended."""
    width = max((len(process.name) for process in run.processes), default=0)
    lines = [f"  {event.process:<{width}}  {sentence(event)}" for event in told(run)]
    return "\n".join([run.call, *lines, *endings(run)])


def told(run: Run) -> list[Event]:
    """The events worth a line, as far as one can read them: that the parent started goes without saying."""
    return _worth_a_line(run)[:_MOST_LINES]


def _worth_a_line(run: Run) -> list[Event]:
    return [event for event in run.story if (event.kind, event.process) != ("born", "parent")]


def sentence(event: Event) -> str:
    """What the process did, as the rest of a sentence that begins with its role."""
    return _SENTENCES[event.kind](event.detail)


def endings(run: Run) -> list[str]:
    """What is still to be said at the end: the deadline, how processes ended, output beyond the limit."""
    hidden = len(_worth_a_line(run)) - _MOST_LINES
    lines = [] if hidden <= 0 else [f"And {hidden} more steps, which are in run.events."]
    lines += [] if run.stopped_after is None else [f"The run was stopped after {run.stopped_after:g} s, its deadline."]
    lines += [] if run.stopped_at is None else [f"The run was stopped at its limit of {run.stopped_at} processes."]
    lines += _unsaid_ends(run)
    if run.stray:
        lines.append(f"A program that it started printed {_shortened(run.stray)}.")
    if run.untold:
        lines.append(f"It did {run.untold} things more than are kept.")
    if run.dropped:
        lines.append(f"It printed {run.dropped} characters more than are kept.")
    return lines


def _unsaid_ends(run: Run) -> list[str]:
    ends = [f"{process.name} {how_it_ended(process)}." for process in run.processes if not _said(process, run)]
    hidden = len(ends) - _MOST_ENDS
    return ends if hidden <= 0 else [*ends[:_MOST_ENDS], f"And {hidden} more processes, which are in run.processes."]


def _said(process: Process, run: Run) -> bool:
    """Whether an event has told already how ``process`` ended."""
    reaped = any(event.kind == "reaps" and event.detail["child"] == process.name for event in run.events)
    ends = [event.detail["code"] for event in run.events if (event.process, event.kind) == (process.name, "ends")]
    return reaped or (bool(ends) and ends[-1] == process.exit_code)


def _maps(detail: Detail) -> str:
    size = "1 byte" if detail["size"] == 1 else f"{detail['size']} bytes"
    if detail["memory"] == "bytearray":
        return f"makes a bytearray of {size}, memory of its own"
    return f"maps {size}{', ' + detail['memory'] if detail['memory'] else ''}"


def _reaps(detail: Detail) -> str:
    ended = detail["ended"]
    how = f"exited with {ended}" if ended >= 0 else f"was ended by {signal_name(-ended)}"
    return f"reaps {detail['child']}, which {how}"


def _prints(detail: Detail) -> str:
    return f"prints {'to stderr ' if detail['stream'] == 'stderr' else ''}{_shortened(detail['text'])}"


def _shortened(text: str) -> str:
    """The text itself in quotes, as it stood on the screen; where a screen has no sign for it, as Python writes it."""
    text = text.removesuffix("\n")
    shown = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text[:_SHOWN])
    return f'"{shown}{"…" if len(text) > _SHOWN else ""}"'


_SENTENCES: dict[str, Callable[[Detail], str]] = {
    "born": lambda detail: f"starts as a copy; fork returned {detail['returned']} here",
    "maps": _maps,
    "sees": lambda detail: f"sees {detail['contents']}",
    "writes": lambda detail: f"writes {detail['contents']}",
    "forks": lambda detail: f"forks; fork returned the process ID of {detail['child']}",
    "sleeps": lambda detail: f"sleeps {detail['seconds']:g} s",
    "waits": lambda detail: f"waits at the {detail['at']}",
    "tells": lambda detail: "writes a byte into the pipe" if detail["at"] == "pipe" else "releases the semaphore",
    "prints": _prints,
    "reaps": _reaps,
    "limit": lambda detail: f"is refused a fork: the run has had its {detail['processes']} processes",
    "ends": lambda detail: f"ends, exit code {detail['code']}",
    "fails": lambda detail: f"fails: {detail['error']}",
    "looks up": lambda detail: f"looks up its block in /proc/self/smaps {detail['step']}",
    "measures": lambda detail: f"measures {detail['tool']} at {detail['size']} bytes",
}
