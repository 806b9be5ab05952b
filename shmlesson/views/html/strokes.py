"""The lines of a run's picture, cut into pieces: what each cell of its table has of them.

A lane is a column of cells. A process's line runs down the middle of its cells. A block fills its own, as does a lock,
a pipe and the like; at each of its edges is a gutter, in which the way of bytes or of a message runs down from the step
that sent them to the one that got them. Arrows go from lane to lane at the height of a step's first line of text, and
run across the cells between. A cell is drawn by its classes alone (``lane_style`` says how each looks), but for what
there can be several of in one: marks, heads and ways.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from ...trace.event import Event
from ...wire.kinds import Edge
from .plan import Plan

EAST, WEST = "east", "west"
BYTES, FORK, MESSAGE, WAIT = "bytes", "fork", "message", "wait"  # the looks of an arrow
_ACROSS = "across"
_THROUGH = {_ACROSS, "from-east", "from-west"}
_HOLLOW = ("waits", "sleeps")


_KINDS = {"block": ("box",), "thing": ("box", "thing")}


class Strokes:
    """The pieces of the picture of ``plan``: ``classes`` and ``inner`` markup of a cell, by its step and its lane."""

    def __init__(self, plan: Plan, ended: Mapping[str, str]) -> None:
        self._plan = plan
        self._classes: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
        self._inner: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
        self._lanes()
        for row, event in enumerate(plan.steps):
            self._step(row, event)
        for read, write in plan.seen.items():
            self._through_the_block(write, read)
        for goal, source in plan.messages.items():
            self._message(source, goal)
        self._cut_off(ended)

    def classes(self, row: int, lane: int) -> list[str]:
        """What the cell looks like."""
        return self._classes.get((row, lane), [])

    def crossed(self, row: int, lane: int) -> bool:
        """Whether an arrow runs through the middle of the cell."""
        return not _THROUGH.isdisjoint(self.classes(row, lane))

    def inner(self, row: int, lane: int) -> str:
        """The HTML of its marks."""
        return "".join(self._inner.get((row, lane), ()))

    def _lanes(self) -> None:
        """A line for each process, a band for each block, from where it begins to where it ends."""
        for name, lane in self._plan.lanes.items():
            kind = _KINDS.get(self._plan.sort(name)) or (("parent",) if name == "parent" else ("child",))
            first, last = self._plan.begins.get(name, -1), self._plan.ends[name]
            for row in range(max(0, first), min(last + 1, len(self._plan.steps))):
                ends = ["from"] * (row == first) + ["to"] * (row == last)
                self._classes[row, lane] += [*kind, *ends]

    def _step(self, row: int, event: Event) -> None:
        """A dot; a ring where the process waits, a square where it ends; and the arrow of what it does."""
        lane = self._plan.lanes[event.process]
        mark = "square" if event.kind == "ends" else "ring" if event.kind in _HOLLOW else "dot"
        self._inner[row, lane].append(_piece(mark))
        if event.kind == "forks" and event.detail["child"] in self._plan.lanes:
            self._arrow(row, lane, self._plan.lanes[event.detail["child"]], FORK)
        elif event.kind == "writes" and (block := self._block(event)) is not None:
            self._arrow(row, lane, block, BYTES)
        elif (thing := self._plan.thing(event)) is not None:
            self._at_a_thing(row, event, lane, thing)

    def _at_a_thing(self, row: int, event: Event, lane: int, thing: int) -> None:
        """To it for a release, and for a wait without an end; from it for an acquire."""
        if event.kind == "waits" or event.edge == Edge.RELEASE:
            self._arrow(row, lane, thing, WAIT if event.kind == "waits" else MESSAGE)
        elif event.edge == Edge.ACQUIRE and row not in self._plan.messages:
            self._arrow(row, thing, lane, MESSAGE)

    def _block(self, event: Event) -> int | None:
        """The lane of the block that this step reads or writes and others have too; None if there is none."""
        band = self._plan.shared_band(event)
        return self._plan.lanes[band.name] if band else None

    def _through_the_block(self, write: int, read: int) -> None:
        """From where a write comes in, down the block's edge, to where a read that saw it goes out."""
        writer, reader = (self._plan.steps[row] for row in (write, read))
        block, lane = self._block(writer), self._plan.lanes[reader.process]
        if block is not None:
            side = EAST if self._plan.lanes[writer.process] > block else WEST
            self._way(block, side, write, read, BYTES)
            self._arrow(read, block, lane, BYTES, leaves=side)

    def _message(self, source: int, goal: int) -> None:
        """From the sender down the edge of what it goes through to the receiver; or else beside the sender."""
        sender, receiver = (self._plan.steps[row] for row in (source, goal))
        start, end = (self._plan.lanes[event.process] for event in (sender, receiver))
        thing = self._plan.thing(receiver)
        through, towards = (start, end) if thing is None else (thing, start)
        side = EAST if towards > through else WEST
        self._way(through, side, source, goal, MESSAGE)
        self._arrow(goal, through, end, MESSAGE, leaves=side)
        if thing is None:
            self._inner[source, start].append(_piece("branch", side))

    def _arrow(self, row: int, start: int, end: int, look: str, leaves: str = "") -> None:
        """From lane to lane; ``leaves`` is the gutter that it comes from, if the way there ran down one."""
        heading, back = (EAST, WEST) if end > start else (WEST, EAST)
        for lane in range(min(start, end) + 1, max(start, end)):
            self._classes[row, lane] += [_ACROSS, look]
        through = [f"from-{leaves}"] if leaves else []
        self._classes[row, start] += [heading, look, *through]
        self._classes[row, end] += [back, look]
        self._inner[row, end].append(_piece("head", heading, look))

    def _way(self, lane: int, side: str, top: int, bottom: int, look: str) -> None:
        """Down a lane's gutter, from step to step."""
        self._inner[top, lane].append(_piece("way", side, look, "begins"))
        for row in range(top + 1, bottom):
            self._inner[row, lane].append(_piece("way", side, look))
        self._inner[bottom, lane].append(_piece("way", side, look, "ends"))

    def _cut_off(self, ended: Mapping[str, str]) -> None:
        """A cross at the end of each process that did not end by itself, with the words how it did."""
        last = len(self._plan.steps) - 1
        for name, words in ended.items():
            row = self._plan.ends[name]
            place = ["cross"] + ["last"] * (row > last)
            if last >= 0:
                cell = min(row, last), self._plan.lanes[name]
                self._inner[cell].append(_piece(*place, title=words))
                self._classes[cell].append("cut")


@lru_cache(1000)
def names_of(*classes: str) -> str:
    """These as the value of an attribute, each with the prefix that keeps it apart from all other classes of a page."""
    return " ".join(f"shmlesson-{name}" for name in dict.fromkeys(classes))


def _piece(*classes: str, title: str = "") -> str:
    said = f' title="{title}"' if title else ""
    return f'<i class="{names_of(*classes)}"{said}></i>'
