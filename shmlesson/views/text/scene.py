"""The scene of a run: what its text and its pictures show, worked out once and handed down to all that draw it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ...analysis.order.queues import with_queues
from ...analysis.order.reads_from import Holding, blocks, holdings, messages, seen_writes, sizes
from ...analysis.order.states import Track, tracks
from ...analysis.run import Run
from ...analysis.verdicts.verdict import Verdict, WaitsFor
from ...trace.event import Event
from ...trace.trace import Trace
from ...wire.kinds import KINDS, Edge
from .naming import Naming, naming

_MOST_STEPS = 200


@dataclass(frozen=True)  # without slots, for what is worked out only where it is drawn
class Scene:
    """What is shown of ``run``, and what two pictures of it would otherwise work out twice.

    ``told`` are its events, with what was done to queues told so (``with_queues``).
    ``steps`` are the events worth a line, in the order of the story, at most 200 of them; ``hidden`` is how many more
    there are. ``lines`` has a label for each step, the line of the program that led to it; ``names`` the words for the
    blocks, pipes and locks that the steps are about. ``fork_returns`` is whether the sentences say what a fork
    returned. In all that is mapped from step to step, a step stands for its place in ``steps``, from 0.
    """

    run: Run
    told: tuple[Event, ...]
    steps: Sequence[Event]
    hidden: int
    lines: Sequence[str]
    names: Naming
    fork_returns: bool = True

    @property
    def call(self) -> str:
        """What was run, as Python."""
        return self.run.call

    @property
    def _told(self) -> Trace:
        return replace(self.run, events=self.told)

    @cached_property
    def seen(self) -> Mapping[int, int]:
        """For each read of a shared block that shows a write: the write."""
        return seen_writes(self.steps, self.names.bands)

    @cached_property
    def holdings(self) -> Mapping[str, Sequence[Holding]]:
        """For each block, by the name of its band, what it holds from which step on."""
        return holdings(self.steps, self.names.bands)

    @cached_property
    def messages(self) -> Mapping[int, int]:
        """For each step that receives something from another process: the step that sent it."""
        return messages(self._told, self.steps)

    @cached_property
    def objects(self) -> Mapping[str, Track]:
        """The locks, pipes and the like that the steps are about, by the words for each, in the order of first use."""
        found = tracks(self._told, self.steps).items()
        return {self.names.thing(name): replace(track, name=self.names.thing(name)) for name, track in found}

    @cached_property
    def verdict_steps(self) -> Sequence[Sequence[int]]:
        """For each of the run's verdicts the steps that it is about, the earliest first."""
        places = _Places(self.steps)
        return [sorted({*_steps_of(verdict, places)}) for verdict in self.run.verdicts]

    @cached_property
    def marked(self) -> Mapping[int, Sequence[str]]:
        """For each step that verdicts are about: their kinds, each once, the most serious first."""
        found: dict[int, dict[str, None]] = {}
        for verdict, steps in zip(self.run.verdicts, self.verdict_steps, strict=True):
            for step in steps:
                found.setdefault(step, {})[verdict.kind] = None
        return {step: tuple(found[step]) for step in sorted(found)}

    @cached_property
    def cycles(self) -> Sequence[Sequence[WaitsFor]]:
        """Of each deadlock who waits for which thing, by the words for it, and for whom: the edges of a circle."""
        found = (verdict.cycle for verdict in self.run.verdicts if verdict.cycle)
        return [[edge._replace(thing=self.names.thing(edge.thing)) for edge in cycle] for cycle in found]


def scene_of(run: Run, *, fork_returns: bool = True) -> Scene:
    """The scene of ``run``; whoever draws a run makes it once, and hands it down."""
    told = with_queues(run)
    shown = _worth_a_line(run, told)
    steps = _ordered(run, told, shown)[:_MOST_STEPS]
    size = sizes(run)
    return Scene(
        run=run,
        told=told,
        steps=steps,
        hidden=max(0, len(shown) - _MOST_STEPS),
        lines=_line_labels(steps),
        names=naming(told, blocks(run, run.story, size), size),
        fork_returns=fork_returns,
    )


class _Places:
    """Where among the steps an event stands, and the first and the last step of a process in a line."""

    def __init__(self, steps: Sequence[Event]) -> None:
        self.of = {id(event): place for place, event in enumerate(steps)}
        self.last = {_where(step): place for place, step in enumerate(steps) if _where(step)[1] is not None}
        backwards = reversed([*enumerate(steps)])
        self.first = {_where(step): place for place, step in backwards if _where(step) in self.last}


def _where(event: Event) -> tuple[str, int | None]:
    return event.process, event.detail.get("line")


def _steps_of(verdict: Verdict, places: _Places) -> Iterator[int]:
    """The steps that the verdict is about; those of its processes at its lines, where it has no events.

    What is no step itself is told by the last one of its process in its line.
    """
    found = [places.of.get(id(event), places.last.get(_where(event))) for event in verdict.events]
    if not verdict.events:
        found = [places.first.get((role, line)) for role in verdict.processes for line in verdict.lines]
    return (place for place in found if place is not None)


def _line_labels(steps: Sequence[Event]) -> list[str]:
    """For each step ``line  9``, so wide that the numbers stand below each other; empty where no line led to it."""
    lines = [event.detail.get("line") for event in steps]
    numbers = [line if isinstance(line, int) else None for line in lines]  # a step of maps() has a line of /proc there
    width = max((len(str(number)) for number in numbers if number is not None), default=0)
    return ["" if number is None else f"line {number:>{width}}" for number in numbers]


def _worth_a_line(run: Run, told: Sequence[Event]) -> tuple[Event, ...]:
    left_out = {id(event) for event in _left_out(run, told)}
    return tuple(event for event in told if id(event) not in left_out)


def _ordered(run: Run, told: Sequence[Event], shown: Sequence[Event]) -> tuple[Event, ...]:
    """The ``shown`` events, in the order of the story.

    The others are left out before they are ordered: an event that is not shown cannot move those that are. But some
    stay until then: what was made, for how many a semaphore lets in, and a barrier waits for, orders the steps there;
    and the reaping that a library does, for what its process does next comes after the child's end.
    """
    kept = {id(event) for event in shown}
    needed = tuple(event for event in told if id(event) in kept or event.edge in (Edge.MAKE, Edge.REAPING))
    story = replace(run, events=needed).story
    return tuple(event for event in story if id(event) in kept)


def _left_out(run: Run, told: Sequence[Event]) -> Iterator[Event]:
    """What goes without saying, what a library did for itself, and waits that came to an end."""
    after: dict[str, Event] = {}
    for event in reversed(told):
        following = after.get(event.process)
        if _goes_without_saying(event) or (_is_wait_of_a_program(event) and not _for_ever(run, following)):
            yield event
        elif event.kind == "waits" and following is not None and following.kind == "stuck":
            yield following  # the wait says so itself
        if "line" in event.detail or not event.detail.get("inner"):  # else it is a thread of a library
            after[event.process] = event


def _goes_without_saying(event: Event) -> bool:
    begins = (event.kind, event.process) == ("born", "parent")
    return begins or bool(KINDS[event.kind].unsaid) or bool(event.detail.get("inner"))


def _is_wait_of_a_program(event: Event) -> bool:
    """Those of a lesson have no name, and are all shown."""
    return event.kind == "waits" and "name" in event.detail


def _for_ever(run: Run, following: Event | None) -> bool:
    """Whether a wait followed by this never ended; where events are missing, its end may be among them."""
    return not run.truncated if following is None else following.kind in ("stuck", "stands")
