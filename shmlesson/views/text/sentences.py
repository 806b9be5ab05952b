"""Events and runs in words, the same in every run of the same experiment: roles, never process IDs or times."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...analysis.kept import kept
from ...analysis.verdicts.explanation import explanation
from ...analysis.verdicts.phrases import listed
from ...api.quotes import quoted
from ...trace.trace import Event, Process, Run, how_it_ended, in_words, signal_name
from ...wire.kinds import KINDS
from .acts import act
from .naming import Naming, naming

Detail = Mapping[str, Any]

_MOST_LINES = 200
_MOST_ENDS = 12
_IN_PART = "So much happened that not all of it was compared: there may be more to say than is said here."
_NAMELESS = Naming()


def story(run: Run) -> str:
    """The run as text: what each process did, a line each, how it ended, and what is wrong with the program."""
    return "\n".join([account(run), *explanation(run.verdicts, run.source), *in_part(run)])


def in_part(run: Run) -> list[str]:
    """A sentence if not all of the run was judged; no lines otherwise."""
    return [_IN_PART] if run.judged_in_part else []


def account(run: Run) -> str:
    """The same without a judgement."""
    steps, names = told(run), naming(run)
    width = max((len(process.name) for process in run.processes), default=0)
    rows = [
        f"{line}  {event.process:<{width}}  {sentence(event, names)}"
        for line, event in zip(_column(line_labels(steps)), steps, strict=True)
    ]
    return "\n".join([run.call, *rows, *endings(run)])


@kept
def told(run: Run) -> list[Event]:
    """The events worth a line, as far as one can read them: that the parent started goes without saying."""
    # Left out first and put into an order then: what is not told cannot move what is.
    return list(replace(run, events=_worth_a_line(run)).story[:_MOST_LINES])


def line_labels(steps: Sequence[Event]) -> list[str]:
    """For each step ``line  9``, so wide that the numbers stand below each other; empty where no line led to it."""
    lines = [event.detail.get("line") for event in steps]
    numbers = [line if isinstance(line, int) else None for line in lines]  # maps() tells a line of another kind
    width = max((len(str(number)) for number in numbers if number is not None), default=0)
    return ["" if number is None else f"line {number:>{width}}" for number in numbers]


def _column(labels: list[str]) -> list[str]:
    width = max(map(len, labels), default=0)
    return [f"  {label:<{width}}" if width else "" for label in labels]


@kept
def _worth_a_line(run: Run) -> tuple[Event, ...]:
    hidden = {id(event) for event in _unseen(run)}
    return tuple(event for event in run.events if id(event) not in hidden)


def _unseen(run: Run) -> Iterator[Event]:
    """What goes without saying, what a library did for itself, and waits that came to an end."""
    after: dict[str, Event] = {}
    for event in reversed(run.events):
        following = after.get(event.process)
        if _goes_without_saying(event) or (_is_wait_of_a_program(event) and not _for_ever(run, following)):
            yield event
        elif event.kind == "waits" and following is not None and following.kind == "stuck":
            yield following  # the wait says so itself
        after[event.process] = event


def _goes_without_saying(event: Event) -> bool:
    begins = (event.kind, event.process) == ("born", "parent")
    return begins or bool(KINDS[event.kind].unsaid) or bool(event.detail.get("inner"))


def _is_wait_of_a_program(event: Event) -> bool:
    """Those of a lesson have no name, and are all told."""
    return event.kind == "waits" and "name" in event.detail


def _for_ever(run: Run, following: Event | None) -> bool:
    """Whether a wait with this behind it never came to its end; with steps that nobody told there may have been one."""
    return not run.truncated if following is None else following.kind == "stuck"


def sentence(event: Event, names: Naming = _NAMELESS) -> str:
    """What the process did, as the rest of a sentence that begins with its role; ``names`` are those of its run."""
    if event.kind == "signals" and event.detail.get("to") == event.process:
        return f"sends {signal_name(event.detail['signal'])} to itself"
    return act(event, names) or _SENTENCES[event.kind](event.detail)


def endings(run: Run) -> list[str]:
    """What is still to be said at the end: the deadline, how processes ended, output beyond the limit."""
    hidden = len(_worth_a_line(run)) - _MOST_LINES
    lines = [] if hidden <= 0 else [f"And {hidden} more steps, which are in run.events."]
    lines += [] if run.stopped_after is None else [f"The run was stopped after {run.stopped_after:g} s, its deadline."]
    lines += [] if run.stopped_at is None else [f"The run was stopped at its limit of {run.stopped_at} processes."]
    lines += _unsaid_ends(run)
    if run.stray:
        lines.append(f"A program that it started printed {quoted(run.stray)}.")
    if run.truncated:
        lines.append(f"It did {run.truncated} things more than are kept.")
    if run.dropped:
        lines.append(f"It printed {run.dropped} characters more than are kept.")
    return lines


def _unsaid_ends(run: Run) -> list[str]:
    said = _said(run)
    ends = [f"{process.name} {how_it_ended(process)}." for process in run.processes if not said(process)]
    hidden = len(ends) - _MOST_ENDS
    return ends if hidden <= 0 else [*ends[:_MOST_ENDS], f"And {hidden} more processes, which are in run.processes."]


def _said(run: Run) -> Callable[[Process], bool]:
    """What says whether an event has told already how a process ended."""
    reaped = {event.detail["child"] for event in run.events if event.kind == "reaps"}
    ends = {event.process: event.detail["code"] for event in run.events if event.kind == "ends"}
    return lambda process: process.name in reaped or (process.name in ends and ends[process.name] == process.exit_code)


def _maps(detail: Detail) -> str:
    size = "1 byte" if detail["size"] == 1 else f"{detail['size']} bytes"
    if detail["memory"] == "bytearray":
        return f"makes a bytearray of {size}, memory of its own"
    return f"maps {size}{', ' + detail['memory'] if detail['memory'] else ''}"


def _reaps(detail: Detail) -> str:
    return f"reaps {detail['child']}, which {in_words(detail['ended'])}"


def _prints(detail: Detail) -> str:
    return f"prints {'to stderr ' if detail['stream'] == 'stderr' else ''}{quoted(detail['text'])}"


def _signals(detail: Detail) -> str:
    return f"sends {signal_name(detail['signal'])} to {detail.get('to', 'a process')}"


def _changes(detail: Detail) -> str:
    return f"has changed {listed(detail['names'])}, of which it has a copy of its own"


def _forks(detail: Detail) -> str:
    copied = f"; {quoted(detail['pending'])}, not yet printed, is copied too" if detail.get("pending") else ""
    return f"forks; fork returned the process ID of {detail['child']}{copied}"


def _ends(detail: Detail) -> str:
    return f"{_ENDS.get(detail.get('how', ''), 'ends')}, exit code {detail['code']}"


_ENDS = {
    "_exit": "leaves by os._exit",
    "sys.exit": "leaves by sys.exit",
    "error": "ends by an error that nobody caught",
    "end": "comes to its end",
}
_SENTENCES: dict[str, Callable[[Detail], str]] = {
    "born": lambda detail: f"starts as a copy; fork returned {detail['returned']} here",
    "maps": _maps,
    "reads": lambda detail: f"sees {detail['contents']}",
    "writes": lambda detail: f"writes {detail['contents']}",
    "forks": _forks,
    "sleeps": lambda detail: f"sleeps {detail['seconds']:g} s",
    "waits": lambda detail: f"waits at the {detail['at']}",
    "sends": lambda detail: "writes a byte into the pipe",
    "releases": lambda detail: "releases the semaphore",
    "prints": _prints,
    "reaps": _reaps,
    "limit": lambda detail: f"is refused a fork: the run has had its {detail['processes']} processes",
    "ends": _ends,
    "fails": lambda detail: f"fails: {detail['error']}",
    "acquires": lambda detail: f"goes on behind the {detail['at']}",
    "receives": lambda detail: f"goes on behind the {detail['at']}",
    "signals": _signals,
    "changes": _changes,
    "stuck": lambda detail: "waits for ever",
    "truncated": lambda detail: "goes on, with more steps than are told",
    "trials": lambda detail: f"has done {len(detail['seen'])} trials",
    "explored": lambda detail: f"has seen {detail['orders']} orders",
    "looks up": lambda detail: f"looks up its block in /proc/self/smaps {detail['step']}",
    "measures": lambda detail: f"measures {detail['tool']} at {detail['size']} bytes",
}
