"""An attempt at an exercise: what the learner ran, and what else can be found out from it."""

from __future__ import annotations

import mmap
import sys
from collections.abc import Iterator
from functools import cached_property

from ..analysis.run import Run
from ..analysis.verdicts.verdict import Verdict
from ..api.exploration import Exploration
from ..api.explore import explore
from ..api.program import program
from ..errors import ShmlessonError
from ..memory.contents import Contents
from ..trace.event import Event

_ORDERS = 200
_SECONDS = 10.0
_OTHER_CODES = """
import os, sys


def _with_another_code(leave):
    return lambda code=0: leave(code + 10 if isinstance(code, int) and code else code)


os._exit, sys.exit = _with_another_code(os._exit), _with_another_code(sys.exit)
"""


class WrongSort(Exception):
    """What was given is nothing that this exercise can be checked by."""


class Attempt:
    """A program that ran, with its ``run``, or with all its ``orders``, which are run when they are first asked for."""

    def __init__(self, given: object) -> None:
        self._found = given if isinstance(given, Exploration) else None
        run = next(_runs(given), None) if isinstance(given, Exploration) else given
        if not isinstance(run, Run):
            raise WrongSort
        self.run = run

    @cached_property
    def orders(self) -> Exploration | None:
        """What comes of it over all orders of its steps; None where they cannot be tried."""
        if self._found and self._found.complete:
            return self._found
        try:
            return explore(self.run.source, orders=_ORDERS, timeout=_SECONDS) if self.run.source else None
        except ShmlessonError:
            return None

    @cached_property
    def with_other_codes(self) -> Run | None:
        """A run in which every process leaves with 10 more than it would, unless with 0; None if there is none."""
        try:
            return program(f"{_OTHER_CODES}{self.run.source}", timeout=_SECONDS)
        except (ShmlessonError, SyntaxError):
            return None

    @cached_property
    def runs(self) -> tuple[tuple[int | None, Run], ...]:
        """This run, and the run of each order with its number."""
        drawn = self.orders.outcomes if self.orders else ()
        return ((None, self.run), *((outcome.order, outcome.run) for outcome in drawn if outcome.run))

    def verdicts(self, *kinds: str) -> Iterator[Verdict]:
        """The verdicts of these kinds (else: all) on this run."""
        return (verdict for verdict in self.run.verdicts if not kinds or verdict.kind in kinds)


def _runs(found: Exploration) -> Iterator[Run]:
    yield from (outcome.run for outcome in found.outcomes if outcome.run)
    if found.ordinary:
        yield found.ordinary


def maps_of(run: Run) -> list[Event]:
    """The events in which a block was mapped."""
    return [event for event in run.events if event.kind == "maps"]


def writers(run: Run) -> set[str]:
    """Who has written anything but zeros into a block."""
    return {event.process for event in run.events if event.kind == "writes" and _is_something(event)}


def last_reads(run: Run) -> dict[str, Event]:
    """The last look of each process that has looked into a block, and not written into it.

    If there is none: of each that has looked where another one has written, whatever it has written itself.
    """
    wrote = writers(run)
    looks = {event.process: event for event in run.events if event.kind == "reads"}
    readers = {process: event for process, event in looks.items() if process not in wrote}
    return readers or {process: event for process, event in looks.items() if wrote - {process}}


def saw_zeros(event: Event) -> bool:
    """Whether this look has shown nothing but zeros."""
    return not _is_something(event)


def _is_something(event: Event) -> bool:
    contents = event.detail.get("contents")
    return not (isinstance(contents, Contents) and contents.is_zero)


def as_bytes(event: Event) -> bytes | None:
    """What this look has shown; None if it is not told, or not all of it."""
    contents = event.detail.get("contents")
    if not isinstance(contents, Contents) or contents.capped:
        return None
    return b"".join(bytes([byte]) * length for _, length, byte in contents.runs)


def as_number(event: Event) -> int | None:
    """What this look has shown, as a number of the machine's; None if it is not told."""
    found = as_bytes(event)
    return None if found is None else int.from_bytes(found, sys.byteorder)


def block_of(given: object) -> bytes:
    """What a block holds; ``WrongSort`` if it is none, or closed."""
    if not isinstance(given, mmap.mmap):
        raise WrongSort
    try:
        return bytes(given[:])
    except ValueError:
        raise WrongSort from None
