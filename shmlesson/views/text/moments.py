"""Moments: how everything stood after each step of a scene, told as what changes from step to step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ...analysis.order.states import State, Track
from ...analysis.verdicts.phrases import listed
from ...trace.event import Event
from ...trace.process import Process, how_it_ended
from ...wire.roles import PARENT
from .scene import Scene
from .sentences import sentence_in

_TEXT = 2000  # characters of one print, or of what a block holds: so much is read, and all of it is sent at once
_THERE = "is running"

Said = TypeVar("Said", str, int)
# From which step on (the first one is 1, and 0 is before it), and what.
Changes = Sequence[tuple[int, Said]]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: which process did what, the ``line`` of the program that led to it (0 where none did), and when.

    ``ms`` is the time since the run's first event, to the microsecond.
    """

    process: str
    did: str
    line: int
    ms: str


@dataclass(frozen=True, slots=True)
class Course:
    """One process: where it stands in the program (line 0: nowhere), what it has printed by then, how it is.

    ``printed`` and ``stderr`` are pieces, each of which is added to those before it; ``state`` says whether the process
    is there, and how it ended.
    """

    name: str
    lines: Changes[int]
    state: Changes[str]
    printed: Changes[str]
    stderr: Changes[str]


@dataclass(frozen=True, slots=True)
class Thing:
    """A block, a lock, a pipe: how it was, from which step on; empty where that is not known."""

    name: str
    state: Changes[str]


@dataclass(frozen=True, slots=True)
class Moments:
    """Every step, and the processes, blocks and other things as they were after each."""

    steps: Sequence[Step]
    processes: Sequence[Course]
    blocks: Sequence[Thing]
    things: Sequence[Thing]


def moments(scene: Scene) -> Moments:
    """The moments of a scene."""
    start, ends = begin(scene), _ends(scene)
    return Moments(
        steps=[_step(event, scene, start) for event in scene.steps],
        processes=[_course(process, scene, ends.get(process.name)) for process in scene.run.processes],
        blocks=[_block(band.name, scene) for band in scene.names.bands],
        things=[_thing(track) for track in scene.objects.values()],
    )


def at(changes: Changes[Said], step: int, before: Said) -> Said:
    """What the last change up to this step said; ``before`` if there is none."""
    return next((said for since, said in reversed(changes) if since <= step), before)


def begin(scene: Scene) -> int:
    """The time of the run's first event, in ns."""
    return min((event.time for event in scene.run.events), default=0)


def _step(event: Event, scene: Scene, start: int) -> Step:
    did = sentence_in(scene, event)
    return Step(event.process, did, _line(event), f"{(event.time - start) / 1e6:.3f}")


def _line(event: Event) -> int:
    """The line of the program that led to it; a step of ``maps`` has a line of /proc there."""
    line = event.detail.get("line")
    return line if isinstance(line, int) else 0


def _ends(scene: Scene) -> dict[str, int]:
    """At which step a process ends: where it says so, else where it is reaped, else with the last one of all."""
    steps = list(enumerate(scene.steps, 1))
    last = {} if scene.hidden else {process.name: len(steps) for process in scene.run.processes}
    reaped = {event.detail["child"]: number for number, event in steps if event.kind == "reaps"}
    return last | reaped | {event.process: number for number, event in steps if event.kind == "ends"}


def _course(process: Process, scene: Scene, ended: int | None) -> Course:
    own = [(number, event) for number, event in enumerate(scene.steps, 1) if event.process == process.name]
    waits = _waits(own, scene)
    ended = None if waits and process.stopped else ended  # it stands there to the end of the run
    end = [] if ended is None else [(ended, how_it_ended(process))]
    stands = [(number, _line(event)) for number, event in own if _line(event)]
    return Course(
        process.name,
        lines=[*stands, *_leaves(own, ended)],
        state=[*_arrival(process.name, own, scene), *waits, *end],
        printed=[*_prints(own, "stdout")],
        stderr=[*_prints(own, "stderr")],
    )


def _arrival(name: str, own: Sequence[tuple[int, Event]], scene: Scene) -> Changes[str]:
    """When a process comes: a child where it is forked, or else with the first thing that it does."""
    if name == PARENT:
        return [(0, _THERE)]
    forks = [number for number, event in enumerate(scene.steps, 1) if event.detail.get("child") == name]
    first = min([*forks[:1], *(number for number, _ in own[:1])], default=None)
    return [(0, "not forked yet"), *([] if first is None else [(first, _THERE)])]


def _waits(own: Sequence[tuple[int, Event]], scene: Scene) -> Changes[str]:
    """When a process of a program begins to wait for what never comes: waits that come to an end are no steps."""
    endless = [(number, event) for number, event in own if event.kind == "waits" and "name" in event.detail]
    return [(number, sentence_in(scene, event)) for number, event in endless]


def _leaves(own: Sequence[tuple[int, Event]], ended: int | None) -> Changes[int]:
    """Who has ended stands nowhere: at its own last step still on the line that led to it, behind that on none."""
    if ended is None:
        return []
    return [(ended + any(number == ended and _line(event) for number, event in own), 0)]


def _prints(own: Sequence[tuple[int, Event]], stream: str) -> Iterator[tuple[int, str]]:
    for number, event in own:
        if event.kind == "prints" and event.detail["stream"] == stream:
            yield number, _cut(event.detail["text"])


def _block(name: str, scene: Scene) -> Thing:
    return Thing(name, [(place + 1, _cut(words)) for place, words, _ in scene.holdings.get(name, ())])


def _thing(track: Track) -> Thing:
    return Thing(track.name, [(state.step + 1, _state(state)) for state in track.states])


def _state(state: State) -> str:
    """``held by child 1; child 2 waits for it and never comes back``."""
    they = "waits for it and never comes back" if len(state.waiting) == 1 else "wait for it and never come back"
    return "; ".join(filter(None, [state.value, f"{listed(state.waiting)} {they}" if state.waiting else ""]))


def _cut(text: str) -> str:
    return text if len(text) <= _TEXT else f"{text[:_TEXT]}… and {len(text) - _TEXT:,} more characters\n"
