"""The different outcomes of an exploration, each with the number of schedules that led to it."""

from __future__ import annotations

import re
import time

from ..reporter import Reporter
from .member import TracedProcess
from .scheduler import Execution

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from typing import Any

_BETWEEN_REPORTS = 0.1  # seconds
_MOST_OUTCOMES = 200  # that differ; a program with more of them is better looked at in parts
_SHOWN = 10_000  # characters of what one process printed
_NUMBER = re.compile(r"\d+")


class Outcomes:
    """The different outcomes so far, each with the number of schedules that led to it."""

    def __init__(self, reporter: Reporter) -> None:
        self.reporter = reporter
        self.orders = 0
        self.unseen: tuple[str, int | None] | None = None  # what took no turns, and in which line: some may be missing
        self.barred = False  # nothing could be put in order after that
        self.outcomes: dict[str, dict[str, Any]] = {}
        self._keys: dict[str, str] = {}  # of each outcome, by its text as printed, and with roles for IDs
        self._new: set[str] = set()
        self._reported = time.monotonic()

    @property
    def enough(self) -> bool:
        """Whether there is no use in going on: too many outcomes, or something that cannot be put in order."""
        return len(self.outcomes) >= _MOST_OUTCOMES or self.barred

    def add(self, execution: Execution, number: int | None) -> None:
        """Wait for the last process, and note the outcome; without a number, it is that of a class that was seen."""
        execution.settle()
        if number is not None and not execution.barred:
            self._count(execution, number)
        if execution.barred or not self.unseen:
            self.unseen = execution.unseen
        self.barred = self.barred or execution.barred
        execution.end()

    def _count(self, execution: Execution, number: int) -> None:
        self.orders += 1
        outcome, printed = _outcome(execution)
        key, ids = self._key_of(outcome, printed)
        if not ids:
            outcome["printed"] = printed
        before = self.outcomes.get(key)
        if before is None or number < before["order"]:
            self.outcomes[key] = {**outcome, "order": number, "count": before["count"] if before else 0}
        elif not ids:
            before["printed"] = printed
        self.outcomes[key]["count"] += 1
        self._new.add(key)
        if time.monotonic() - self._reported > _BETWEEN_REPORTS:
            self.report(complete=False)

    def _key_of(self, outcome: dict[str, Any], printed: dict[str, str]) -> tuple[str, bool]:
        """Which outcome this is, and whether what looks like process IDs in its text are some.

        IDs are others each time. So a number that was printed before, too, when it was nobody's ID or somebody else's,
        is just a number; and two texts that differ only in IDs are the same.
        """
        with_roles, as_printed = repr(outcome), repr({**outcome, "printed": printed})
        if as_printed in self._keys:
            return self._keys[as_printed], False
        key = self._keys.setdefault(with_roles, with_roles)
        self._keys[as_printed] = key
        return key, with_roles != as_printed

    def report(self, complete: bool) -> None:
        """Report what is new."""
        new = [{"place": place, **self.outcomes[key]} for place, key in enumerate(self.outcomes) if key in self._new]
        what, line = self.unseen or ("", None)
        why = {"why": what, **({} if line is None else {"line": line})} if self.unseen else {}
        self.reporter.emit(
            "explored",
            **{"orders": self.orders, "outcomes": new, "complete": complete, "unseen": self.unseen is not None},
            **{"barred": self.barred, **why},
        )
        self._new, self._reported = set(), time.monotonic()


def _outcome(execution: Execution) -> tuple[dict[str, Any], dict[str, str]]:
    """What a schedule came to: what each process printed, what the blocks held, and how each process ended.

    In the text there are roles where process IDs may be; the second value is the text as it was printed.
    """
    printed = {member.role: "".join(member.printed) for member in execution.in_order()}
    outcome = {
        "printed": {
            member.role: _with_roles(printed[member.role], member, execution) for member in execution.in_order()
        },
        "held": dict(sorted(execution.held.items())),
        "ended": {member.role: execution.how(member) for member in execution.in_order()},
    }
    return outcome, {role: text[:_SHOWN] for role, text in printed.items()}


def _with_roles(text: str, member: TracedProcess, execution: Execution) -> str:
    """``text`` with roles in place of the process IDs that the ``member`` has got from the system: they are its own."""
    roles = {str(other.pid): f"<ID of {other.role}>" for other in execution.members if other.pid in member.ids}
    if execution.zygote.pid in member.ids:
        roles[str(execution.zygote.pid)] = "<ID of the program’s starter>"
    return _NUMBER.sub(lambda found: roles.get(found[0], found[0]), text)[:_SHOWN]
