"""A program in many orders of its steps: what they lead to, each different outcome with one order drawn."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from ..analysis.run import Run
from ..client.settings import check_count, check_timeout
from ..errors import RunError, RunTimeout, ServerLost
from ..memory.contents import Contents
from ..trace.event import Event
from ..trace.process import how_it_ended, in_words
from .exploration import Exploration, Outcome, say_orders
from .program import program, run_text
from .progress import Progress, begin_steps, end_steps

_MOST = 1_000_000
_MOST_DRAWN = 20  # outcomes that are run once more, to be drawn
_REPLAY = 10.0  # seconds that one of them may take


def explore(
    source: str,
    *,
    orders: int = 500,
    timeout: float = 60,
    processes: int = 20,
    memory: int | None = None,
    reduction: bool = True,
    progress: Progress | None = None,
    watch: Callable[[Exploration], None] | None = None,
) -> Exploration:
    """Run ``source`` under up to ``orders`` orders of its steps, on real processes; each different outcome comes back.

    One process moves at a time, up to its next act that others can notice: a read or a write of a block, a pipe, a
    lock, a semaphore, a reap, a signal, an end; each is one step, whatever its length. Sleeps guarantee nothing: they
    take no time, and hold nobody up. A process that polls in vain lets others move. The orders are walked depth first;
    with ``reduction`` those are left out that differ only in steps that have nothing to do with each other. Lines that
    two processes print are such steps: what each printed counts, not which came first. What happens outside of these
    steps (on sockets, in files) is not seen: then the result is never ``complete``, but ``unseen``, and
    ``why`` names the line. After a thread, another program, a timer, or a wait for what is not seen, nothing can be put
    in order: then the program is run once more as ``program`` does it, and that is the ``ordinary`` run.
    ``timeout`` in seconds is for all of them, and ``processes`` for each; what was found until then comes back.
    ``progress`` is what shows it, as for ``trials``; ``watch`` is called with what was found so far. An interrupt ends
    it, and what was found comes back; so it does when its processes are killed. Raises what ``program`` raises.
    """
    check_timeout(timeout)
    check_count("orders", orders, _MOST)
    so_far = _SoFar(lambda: begin_steps(progress, orders, "order"), watch)
    settings = {"orders": orders, "order": None, "reduction": bool(reduction)}
    try:
        run = run_text("explore", source, settings, timeout, processes, memory, so_far.take)
        found = so_far.value(late=run.stopped_after is not None, lost=_what_failed(run))
    except KeyboardInterrupt:
        found = so_far.value(stopped=True)
    except RunTimeout as error:  # not one order has come to its end
        if error.run is None or error.run.stopped_after is None:
            raise  # it did not even start
        found = so_far.value(late=True)
    except ServerLost as error:
        found = so_far.value(lost=str(error))
        if not found.count:
            raise
    finally:
        so_far.close()
    if found.lost and not found.count:
        raise RunError(f"the orders could not be explored: {found.lost}", run)
    found = _drawn(found, source, timeout, processes, memory)
    return _with_ordinary(found, source, min(timeout, _REPLAY), processes, memory) if so_far.barred else found


def _with_ordinary(orders: Exploration, source: str, timeout: float, processes: int, memory: int | None) -> Exploration:
    """With one run in no order of ours: what can be shown of a program that cannot be explored."""
    try:
        return replace(orders, ordinary=program(source, timeout=timeout, processes=processes, memory=memory))
    except KeyboardInterrupt:
        return replace(orders, stopped=True)


def _what_failed(run: Run) -> str:
    """Why the search ended before its end, if neither its bound nor its deadline did that; empty if it did not."""
    failed = [event.detail["error"] for event in run.events if event.kind == "fails"]
    if failed or run.stopped_after is not None or run.parent.exit_code == 0:
        return failed[0] if failed else ""
    return f"the process that explores {how_it_ended(run.parent)}"


class _SoFar:
    """What has been found so far."""

    def __init__(self, begin: Callable[[], Iterator[object]], watch: Callable[[Exploration], None] | None) -> None:
        self._begin, self._watch = begin, watch
        self._steps: Iterator[object] | None = None  # nothing is shown before anything runs
        self._outcomes: dict[int, Outcome] = {}
        self._count, self._complete, self._unseen = 0, False, False
        self._why, self.barred = "", False

    def take(self, event: Event) -> None:
        if event.kind != "explored":
            return
        found = event.detail
        self._steps = self._steps or self._begin()
        for _ in range(found["orders"] - self._count):
            next(self._steps, None)
        self._count, self._complete = found["orders"], found["complete"]
        self._unseen, self.barred = self._unseen or found["unseen"], found.get("barred", False)
        if "why" in found:
            self._why = f"line {found['line']}: it {found['why']}" if "line" in found else f"it {found['why']}"
        self._outcomes |= {outcome["place"]: _outcome(outcome) for outcome in found["outcomes"]}
        if self._watch:
            self._watch(self.value())

    def close(self) -> None:
        """Nothing more comes."""
        end_steps(self._steps, f"{say_orders(self._count)}, all there are" if self._complete else "")

    def value(self, stopped: bool = False, late: bool = False, lost: str = "") -> Exploration:
        found = sorted(self._outcomes.values(), key=lambda outcome: (-outcome.count, outcome.order))
        came = tuple(found), self._count, self._complete, stopped, late, self._unseen, lost, self._why
        return Exploration("program.py", *came)


def _outcome(found: Mapping[str, Any]) -> Outcome:
    return Outcome(
        count=found["count"],
        order=found["order"],
        printed=found["printed"],
        held={name: Contents.from_wire(contents) for name, contents in found["held"].items()},
        ended={role: how if isinstance(how, str) else in_words(how) for role, how in found["ended"].items()},
    )


def _drawn(orders: Exploration, source: str, timeout: float, processes: int, memory: int | None) -> Exploration:
    """Each outcome with the run of its order, replayed; without, once that has taken as long as the search may."""
    deadline, found = time.monotonic() + timeout, list(orders.outcomes)
    try:
        for place, outcome in enumerate(orders.outcomes[:_MOST_DRAWN]):
            seconds = min(_REPLAY, deadline - time.monotonic())
            if seconds <= 0:
                break
            with suppress(RunError):  # it did something else this time
                run = program(source, order=outcome.order, timeout=seconds, processes=processes, memory=memory)
                found[place] = replace(outcome, run=run)
    except KeyboardInterrupt:
        orders = replace(orders, stopped=True)
    return replace(orders, outcomes=tuple(found))
