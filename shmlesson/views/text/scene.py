"""The scene of a run: what its text and its pictures show, worked out once and handed down to all that draw it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ...analysis.order.reads_from import Holding, blocks, holdings, messages, seen_writes, sizes
from ...analysis.order.states import Track, tracks
from ...analysis.run import Run
from ...analysis.verdicts.verdict import WaitsFor
from ...trace.event import Event
from ...wire.kinds import KINDS
from .naming import Naming, naming

_MOST_STEPS = 200


@dataclass(frozen=True)  # without slots, for what is worked out only where it is drawn
class Scene:
    """What is shown of ``run``, and what two pictures of it would otherwise work out twice.

    ``steps`` are the events worth a line, in the order of the story, at most 200 of them; ``hidden`` is how many more
    there are. ``lines`` has a label for each step, the line of the program that led to it; ``names`` the words for the
    blocks, pipes and locks that the steps are about. In all that is mapped from step to step, a step stands for its
    place in ``steps``, from 0.
    """

    run: Run
    steps: Sequence[Event]
    hidden: int
    lines: Sequence[str]
    names: Naming

    @property
    def call(self) -> str:
        """What was run, as Python."""
        return self.run.call

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
        return messages(self.run, self.steps)

    @cached_property
    def objects(self) -> Mapping[str, Track]:
        """The locks, pipes and the like that the steps are about, by the words for each, in the order of first use."""
        found = tracks(self.run, self.steps).items()
        return {self.names.thing(name): replace(track, name=self.names.thing(name)) for name, track in found}

    @cached_property
    def cycles(self) -> Sequence[Sequence[WaitsFor]]:
        """Of each deadlock who waits for which thing, by the words for it, and for whom: the edges of a circle."""
        found = (verdict.cycle for verdict in self.run.verdicts if verdict.cycle)
        return [[edge._replace(thing=self.names.thing(edge.thing)) for edge in cycle] for cycle in found]


def scene_of(run: Run) -> Scene:
    """The scene of ``run``; whoever draws a run makes it once, and hands it down."""
    shown = _worth_a_line(run)
    # Left out before they are ordered: an event that is not shown cannot move those that are.
    steps = replace(run, events=shown).story[:_MOST_STEPS]
    size = sizes(run)
    return Scene(
        run=run,
        steps=steps,
        hidden=max(0, len(shown) - _MOST_STEPS),
        lines=_line_labels(steps),
        names=naming(run.events, blocks(run, run.story, size), size),
    )


def _line_labels(steps: Sequence[Event]) -> list[str]:
    """For each step ``line  9``, so wide that the numbers stand below each other; empty where no line led to it."""
    lines = [event.detail.get("line") for event in steps]
    numbers = [line if isinstance(line, int) else None for line in lines]  # a step of maps() has a line of /proc there
    width = max((len(str(number)) for number in numbers if number is not None), default=0)
    return ["" if number is None else f"line {number:>{width}}" for number in numbers]


def _worth_a_line(run: Run) -> tuple[Event, ...]:
    left_out = {id(event) for event in _left_out(run)}
    return tuple(event for event in run.events if id(event) not in left_out)


def _left_out(run: Run) -> Iterator[Event]:
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
    """Those of a lesson have no name, and are all shown."""
    return event.kind == "waits" and "name" in event.detail


def _for_ever(run: Run, following: Event | None) -> bool:
    """Whether a wait followed by this never ended; where events are missing, its end may be among them."""
    return not run.truncated if following is None else following.kind in ("stuck", "stands")
