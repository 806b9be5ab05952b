"""Events and runs in words, the same in every run of the same experiment: roles, never process IDs or times."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...analysis.order.reads_from import noun_of
from ...analysis.run import Run
from ...analysis.verdicts.phrases import listed
from ...analysis.verdicts.verdict import explanation
from ...api.exploration import quoted
from ...memory.contents import in_words as bytes_in_words
from ...memory.sizes import say_exactly
from ...trace.event import Event
from ...trace.process import Process, how_it_ended, in_words, signal_name
from .naming import Naming
from .scene import Scene, scene_of

Detail = Mapping[str, Any]

_MOST_ENDS = 12
_IN_PART = "So much happened that not all of it was compared: there may be more to say than is said here."
_NAMELESS = Naming()


def story(run: Run, *, fork_returns: bool = True) -> str:
    """The run as text: a line for each step, how the processes ended, and what is wrong with the program.

    ``fork_returns`` is whether it says what a fork returned.
    """
    return story_of(scene_of(run, fork_returns=fork_returns))


def story_of(scene: Scene) -> str:
    """The same of a scene."""
    run = scene.run
    return "\n".join([account_of(scene), *explanation(run.verdicts, run.source), *in_part(run)])


def in_part(run: Run) -> list[str]:
    """Sentences if not all of the run was judged; empty otherwise."""
    return [unsaid.text for unsaid in run.unsaid] + ([_IN_PART] if run.judged_in_part else [])


def account(run: Run) -> str:
    """The same without the verdicts."""
    return account_of(scene_of(run))


def account_of(scene: Scene) -> str:
    """The same of a scene."""
    width = max((len(process.name) for process in scene.run.processes), default=0)
    rows = [
        f"{line}  {event.process:<{width}}  {sentence_in(scene, event)}"
        for line, event in zip(_column(scene.lines), scene.steps, strict=True)
    ]
    return "\n".join([scene.call, *rows, *endings(scene)])


def _column(labels: Sequence[str]) -> list[str]:
    width = max(map(len, labels), default=0)
    return [f"  {label:<{width}}" if width else "" for label in labels]


def endings(scene: Scene) -> list[str]:
    """What the steps leave open: the deadline, how processes ended, output beyond the limit; a line each."""
    run = scene.run
    lines = [f"And {scene.hidden:,} more steps, which are in run.events."] if scene.hidden else []
    lines += [] if run.stopped_after is None else [f"The run was stopped after {run.stopped_after:g} s, its deadline."]
    lines += [] if run.stopped_at is None else [f"The run was stopped at its limit of {run.stopped_at} processes."]
    lines += _other_ends(run)
    if run.stray:
        lines.append(f"A program that it started printed {quoted(run.stray)}.")
    if run.truncated:
        lines.append(f"It did {run.truncated:,} more things than are kept.")
    if run.dropped:
        lines.append(f"It printed {run.dropped:,} more characters than are kept.")
    return lines


def _other_ends(run: Run) -> list[str]:
    """How those processes ended of which no step says so."""
    is_said = _says_how_it_ended(run)
    ends = [f"{process.name} {how_it_ended(process)}." for process in run.processes if not is_said(process)]
    hidden = len(ends) - _MOST_ENDS
    return ends if hidden <= 0 else [*ends[:_MOST_ENDS], f"And {hidden} more processes, which are in run.processes."]


def _says_how_it_ended(run: Run) -> Callable[[Process], bool]:
    """A test of whether an event of ``run`` says how a process ended."""
    reaped = {event.detail["child"] for event in run.events if event.kind == "reaps"}
    ends = {event.process: event.detail["code"] for event in run.events if event.kind == "ends"}
    return lambda process: process.name in reaped or (process.name in ends and ends[process.name] == process.exit_code)


def sentence_in(scene: Scene, event: Event) -> str:
    """What the process did in this step of ``scene``, as the rest of a sentence that begins with its role."""
    said = None if scene.fork_returns else _FORKS_AS_IF_UNKNOWN.get(event.kind)
    return said(event.detail) if said else sentence(event, scene.names)


def sentence(event: Event, names: Naming = _NAMELESS) -> str:
    """What the process did, as the rest of a sentence that begins with its role; ``names`` are those of its run.

    Words for each kind: in ``_ACTS`` where it is about something that has a name in the run, in ``_SENTENCES`` else.
    """
    if event.kind == "signals" and event.detail.get("to") == event.process:
        return f"sends {signal_name(event.detail['signal'])} to itself"
    return _act(event, names) or _SENTENCES[event.kind](event.detail)


def _act(event: Event, names: Naming) -> str:
    """What a program did to a block, a pipe or a lock; empty if ``event`` is about none that has a name."""
    say = _ACTS.get(event.kind) if "name" in event.detail or "block" in event.detail else None
    return say(event, names) if say else ""


_MEMORY = {"named": "shared by its name", "value": "shared", "file": "shared by its file"}


def _maps_block(event: Event, names: Naming) -> str:
    size = say_exactly(event.detail["size"])
    memory = _MEMORY.get(event.detail["memory"], event.detail["memory"])
    what = f"{names.block(event)}: " if names.several(event) else ""
    return f"maps {what}{size}{', ' + memory if memory else ''}"


def _reads(event: Event, names: Naming) -> str:
    if among := _among("read", "from", event, names):
        return among
    if number := _number("reads", "from", event, names):
        return number
    return f"sees {bytes_in_words(event.detail['contents'])}{_where(event, names, 'in')}{_how(event)}"


def _writes(event: Event, names: Naming) -> str:
    if among := _among("write", "from", event, names):
        return among
    if number := _number("writes", "into", event, names):
        return number
    return f"writes {bytes_in_words(event.detail['contents'])}{_where(event, names, 'into')}{_how(event)}"


def _among(verb: str, into: str, event: Event, names: Naming) -> str:
    """Of what a line goes on to do it is only known which bytes it is about; empty where there is more to say."""
    if "ranges" not in event.detail:
        return ""
    count, place = sum(stop - start for start, stop in event.ranges), event.detail["offset"]
    last, of = place + len(event.detail["contents"]) - 1, f" of {names.block(event)}" if names.several(event) else ""
    if count == 1:
        return f"goes on to {verb} the byte at offset {place:,}{of}"
    return f"goes on to {verb} {count:,} bytes {into} offset {place:,} to {last:,}{of}"


def _number(verb: str, into: str, event: Event, names: Naming) -> str:
    """For a Value, or a place of an Array, the number in it; else empty."""
    if "value" not in event.detail:
        return ""
    place = "" if names.whole(event) else f" at offset {event.detail['offset']:,}"
    return f"{verb} {_cut(event.detail['value'])} {into} {names.block(event)}{place}{_how(event)}"


def _cut(value: str) -> str:
    return value if len(value) <= _VALUE else f"{value[: _VALUE - 1]}…"


_VALUE = 200  # letters of a number or a list of them


def _where(event: Event, names: Naming, into: str) -> str:
    if names.whole(event):
        return f" {into} {names.block(event)}" if names.several(event) else ""
    return f" at offset {event.detail['offset']:,}{' of ' + names.block(event) if names.several(event) else ''}"


def _how(event: Event) -> str:
    through = " through a view" if event.detail.get("via") == "view" else ""
    times = event.detail.get("times", 1)
    last = "the last of " if event.detail.get("last") else ""
    return through + (f", {last}{times:,} times in a row" if times > 1 else "")


def _waits(event: Event, names: Naming) -> str:
    at, name = event.detail["at"], event.detail["name"]
    if at == "child":
        return f"waits for {'a child' if name == 'any child' else name}, and never comes back"
    return f"waits at {names.thing(name)}, and never comes back"


def _sends(event: Event, names: Naming) -> str:
    name = names.thing(event.detail["name"])
    return f"puts an item into {name}" if _is_queue(event) else f"writes {_bytes(event.detail.get('count'))}into {name}"


def _receives(event: Event, names: Naming) -> str:
    name, count = names.thing(event.detail["name"]), event.detail.get("count")
    if _is_queue(event):
        return f"gets an item from {name}"
    return f"finds the end of {name}" if count == 0 else f"reads {_bytes(count)}from {name}"


def _is_queue(event: Event) -> bool:
    """Whether it is about a queue of items, one at a time."""
    return noun_of(event.detail["name"]) == "queue" and "count" not in event.detail


def _notices(event: Event, names: Naming) -> str:
    at, name = event.detail["at"], event.detail["name"]
    if at == "child":
        has = "has stopped" if "count" in event.detail else "has ended"
        return f"sees that {'a child' if name == 'any child' else name} {has}"
    if at == "signal":
        return f"gets {name}"
    if at == "object":
        return f"looks at {_item(event, names)}"
    found = _FOUND.get(at, ("is at its end", "has something to read"))[event.detail.get("count") != 0]
    return f"sees that {names.thing(name)} {found.format(count=event.detail.get('count', 1))}"


_LOCK = "is taken", "is free"
_FOUND = {  # by the sort of thing: where the count is 0, and where it is not
    "semaphore": ("has nothing to acquire", "has {count} to acquire"),
    **{"lock": _LOCK, "rlock": _LOCK},
    **{"file": ("is not there", "is there"), "event": ("is not set", "is set")},
    "barrier": ("has nobody waiting", "has {count} waiting"),
    **{"opening": ("", "has been asked for"), "unseen": ("", "has come"), "program": ("", "has ended")},
}


def _item(event: Event, names: Naming) -> str:
    """A manager's object, and which item of it."""
    item, thing = event.detail.get("item"), names.thing(event.detail["name"])
    return f"{item} of {thing}" if item else thing


def _releases(event: Event, names: Naming) -> str:
    if event.detail["at"] == "object":
        return f"{'changes' if 'item' in event.detail else 'calls'} {_item(event, names)}"
    if event.detail.get("count") == 0:
        return f"{_CLEARS.get(event.detail['at'], 'takes away')} {names.thing(event.detail['name'])}"
    if noun_of(event.detail["name"]) == "socket":
        return f"connects to {names.thing(event.detail['name'])}"
    return f"{_RELEASES.get(event.detail['at'], 'releases')} {names.thing(event.detail['name'])}"


def _acquires(event: Event, names: Naming) -> str:
    at, name = event.detail["at"], names.thing(event.detail["name"])
    return f"sees {name} set" if at == "event" else f"{_ACQUIRES.get(at, 'acquires')} {name}"


_CLEARS = {"event": "clears", "file": "removes"}
_RELEASES = {
    **{"file": "writes", "opening": "is ready to be", "event": "sets"},
    **{"barrier": "arrives at", "condition": "notifies"},
}
_ACQUIRES = {"opening": "meets", "barrier": "passes", "condition": "is woken by"}


def _bytes(count: int | None) -> str:
    return "" if count is None else f"{count:,} byte{'' if count == 1 else 's'} "


_ACTS: dict[str, Callable[[Event, Naming], str]] = {
    "maps": _maps_block,
    "reads": _reads,
    "writes": _writes,
    "waits": _waits,
    "sends": _sends,
    "receives": _receives,
    "releases": _releases,
    "acquires": _acquires,
    "notices": _notices,
    "views": lambda event, names: f"takes a view of {names.block(event)}",
    "makes": lambda event, names: f"makes {_a(names.thing(event.detail['name']))}",
}


def _a(thing: str) -> str:
    noun = thing.removeprefix("the ")
    return thing if noun == thing else f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def _maps(detail: Detail) -> str:
    size = say_exactly(detail["size"])
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
    return f"forks; fork returned the process ID of {detail['child']}{_copied(detail)}"


def _copied(detail: Detail) -> str:
    return f"; {quoted(detail['pending'])}, not yet printed, is copied too" if detail.get("pending") else ""


def _ends(detail: Detail) -> str:
    return f"{_ENDS.get(detail.get('how', ''), 'ends')}, exit code {detail['code']}"


_ENDS = {
    "_exit": "leaves by os._exit",
    "sys.exit": "leaves by sys.exit",
    "error": "ends by an error that nobody caught",
    "end": "comes to its end",
}
_FORKS_AS_IF_UNKNOWN: dict[str, Callable[[Detail], str]] = {  # where the learner is still to find out what it returned
    "forks": lambda detail: f"forks{_copied(detail)}",
    "born": lambda detail: "starts as a copy",
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
    "starts": lambda detail: "starts a program, which is not watched",
    "limit": lambda detail: f"is refused a fork: the run has had its {detail['processes']} processes",
    "ends": _ends,
    "fails": lambda detail: f"fails: {detail['error']}",
    "acquires": lambda detail: f"goes on behind the {detail['at']}",
    "receives": lambda detail: f"goes on behind the {detail['at']}",
    "notices": lambda detail: f"looks at the {detail['at']}",
    "signals": _signals,
    "changes": _changes,
    "flushes": lambda detail: f"writes {quoted(detail['text'])}, which lay in a buffer",
    "leaves": lambda detail: "has left named memory that nobody unlinks",
    "stands": lambda detail: (
        "waits there at the deadline" if detail["state"] == "waits" else "is there at the deadline"
    ),
    "stuck": lambda detail: "waits for ever",
    "truncated": lambda detail: "goes on, with more steps than are told",
    "trials": lambda detail: f"has done {len(detail['seen']):,} trials",
    "explored": lambda detail: f"has seen {detail['orders']:,} orders",
    "looks up": lambda detail: f"looks up its block in /proc/self/smaps {detail['step']}",
    "measures": lambda detail: f"measures {detail['tool']} at {say_exactly(detail['size'])}",
}
