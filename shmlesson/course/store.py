"""The store: what was asked, picked, settled and checked, as records in the order in which it happened.

All that is known of a learner is a list of ``Record``s; everything else is worked out from it. So whoever keeps them
in a file, or counts a class's votes, needs two things only: ``subscribe``, which has each new record passed on, and
``restore``, which takes records of an earlier session.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

WHAT = ("asked", "picked", "settled", "checked", "hint", "solution")
NOT_ATTEMPTED, NOT_YET, DONE = "not attempted", "not yet", "done"


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that happened: ``what`` (one of ``WHAT``) to the question or exercise ``id``, ``at`` (s since 1970).

    ``value`` is the option that was picked (empty: no idea), the option that a run has shown to be true, or the state
    of an exercise after a check. ``sure``: whether the learner was sure; None where they did not say.
    """

    what: str
    id: str
    value: str = ""
    sure: bool | None = None
    at: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """The same as plain values, for a line of JSON; ``Record(**values)`` is the way back."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was picked last for a question (``option`` is empty for *no idea*), and all ``times`` at which one was."""

    id: str
    option: str
    sure: bool | None
    times: tuple[float, ...]


class Store:
    """All records of one learner, in order; ``subscribe`` and ``restore`` are the way to a file, or to a class."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock, self._records = clock, list[Record]()
        self._subscribers: list[Callable[[Record], None]] = []

    @property
    def records(self) -> tuple[Record, ...]:
        """All of them, the oldest first."""
        return tuple(self._records)

    def subscribe(self, take: Callable[[Record], None]) -> Callable[[], None]:
        """Have ``take`` called with each record that comes from now on; what comes back ends that."""
        self._subscribers.append(take)
        return lambda: self._subscribers.remove(take)

    def restore(self, records: Iterable[Record]) -> None:
        """Put records of an earlier session in front; no subscriber is told of them."""
        self._records[:0] = records

    def forget(self) -> None:
        """Be empty again."""
        self._records.clear()

    def add(self, what: str, id: str, value: str = "", sure: bool | None = None) -> None:
        """Record that this has happened now, and tell the subscribers."""
        record = Record(what, id, value, sure, self._clock())
        self._records.append(record)
        for take in [*self._subscribers]:
            take(record)

    def answer(self, id: str) -> Answer | None:
        """What was picked last for this question; None if nothing was."""
        picks = self._of("picked", id)
        if not picks:
            return None
        return Answer(id, picks[-1].value, picks[-1].sure, tuple(pick.at for pick in picks))

    def asked(self) -> tuple[str, ...]:
        """The questions that were asked, in the order in which they were asked first."""
        return tuple(dict.fromkeys(record.id for record in self._records if record.what == "asked"))

    def state(self, id: str) -> str:
        """The best state that this exercise has reached: not attempted, not yet, or done."""
        states = {record.value for record in self._of("checked", id)}
        return next((state for state in (DONE, NOT_YET) if state in states), NOT_ATTEMPTED)

    def count(self, what: str, id: str) -> int:
        """How often this has happened to this question or exercise."""
        return len(self._of(what, id))

    def _of(self, what: str, id: str) -> list[Record]:
        return [record for record in self._records if (record.what, record.id) == (what, id)]


STORE = Store()
"""That of this notebook's kernel."""
