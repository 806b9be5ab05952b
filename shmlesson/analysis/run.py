"""A run: a trace, with the story that it makes and the verdicts on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ..trace.event import Event
from ..trace.trace import Trace
from ..wire.kinds import kinds_with
from .order.linearize import linearized
from .verdicts.judge import Judgement, judgement
from .verdicts.unsaid import Unsaid
from .verdicts.verdict import Verdict

# These happen to one process alone, so nothing orders them beside another process's events. Shown right behind what
# came before them in their own process, they read the same in every run of the same experiment.
_PRIVATE = kinds_with("private")


@dataclass(frozen=True, repr=False)  # without slots, for what is worked out once
class Run(Trace):
    """What really happened, as ``share`` and ``program`` give it: a ``Trace``, its story, and what went wrong in it.

    Both are worked out when they are first asked for, and kept.
    """

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What went wrong in the program, or could have, the most serious first; empty for a right one and a lesson."""
        return self._judgement.verdicts

    @property
    def judged_in_part(self) -> bool:
        """Whether so much happened that not all of it was compared: there may be more to say than ``verdicts`` say."""
        return self._judgement.in_part

    @property
    def unsaid(self) -> tuple[Unsaid, ...]:
        """Of which lines nothing is said: what may put them in order comes from somewhere that is not seen here."""
        return self._judgement.unsaid

    @cached_property
    def _judgement(self) -> Judgement:
        return judgement(self)

    @cached_property
    def story(self) -> tuple[Event, ...]:
        """The events, with those that concern one process alone right behind what came before them there.

        A program's are linearized: each after what it needs, and otherwise as far as possible one process at a time.
        """
        if self.source:
            return linearized(self.events)
        blocks: list[dict[str, list[Event]]] = []
        last: dict[str, tuple[Event, dict[str, list[Event]]]] = {}
        for event in _forks_first(self.events):
            before, block = last.get(event.process, (None, {}))
            if before is None or not _is_private(event, before):
                block = {}
                blocks.append(block)
            block.setdefault(event.process, []).append(event)
            last[event.process] = event, block
            if event.kind == "forks":
                last[event.detail["child"]] = event, block
        return tuple(event for block in blocks for events in block.values() for event in events)


def _forks_first(events: tuple[Event, ...]) -> list[Event]:
    """The events, no child's before its own fork: its report may have come first, but it cannot have lived first."""
    to_come = {event.detail["child"]: event for event in reversed(events) if event.kind == "forks"}
    ordered: list[Event] = []
    early: set[int] = set()
    for event in events:
        if id(event) in early:
            continue
        if event.kind == "forks" and to_come.get(event.detail["child"]) is event:
            del to_come[event.detail["child"]]
        ahead = [event]
        while (fork := to_come.pop(ahead[-1].process, None)) is not None:
            ahead.append(fork)
            early.add(id(fork))
        ordered += reversed(ahead)
    return ordered


def _is_private(event: Event, before: Event | None) -> bool:
    first_look = event.kind == "reads" and before is not None and before.kind == "maps"
    return event.kind in _PRIVATE or first_look
