"""The kernel's end of a run: one request in, one ``Run`` out, on time. The kernel itself never forks."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from ..analysis.run import Run
from ..errors import NO_FORK, ForkUnavailable, ProcessLost, RunError, RunTimeout
from ..trace.event import Event
from ..trace.process import how_it_ended, in_words
from ..wire.request import Request
from .log import Log
from .server import SERVER

Watcher = Callable[[Event], None]

OUTPUT = 4 << 20  # characters of what a run prints that are kept, unless one says so


def run_experiment(
    call: str,
    experiment: str,
    settings: dict[str, Any],
    timeout: float,
    watch: Watcher | None = None,
    output: int = OUTPUT,
) -> Run:
    """Send one request to the fork server, and make a ``Run`` of what comes back."""
    check_fork()
    request = Request(experiment, settings, float(timeout), output, live=watch is not None)
    for last in (experiment == "explore", True):  # which reports no birth, and so may have run
        log = Log(call, source=settings.get("source", ""))
        run = SERVER.run(log, request, float(timeout), watch)
        if run.processes:
            return run
        if last or run.stopped_after is not None:
            break
    raise _nothing_reported(run, log)


def _nothing_reported(run: Run, log: Log) -> RunError:
    """Why a run has no process that could say anything."""
    if run.stopped_after is not None:
        limit = f"{run.call} was stopped after {run.stopped_after:g} s"
        return RunTimeout(f"{limit}, before its first process could report anything (timeout= allows more)", run)
    how = next((f": it {in_words(code)}" for code in log.ended.values()), "")
    return ProcessLost(f"{run.call} lost its first process before that could report anything{how}", run)


def check_fork() -> None:
    """Raise ``ForkUnavailable`` where the system has no fork."""
    if not hasattr(os, "fork"):
        raise ForkUnavailable(NO_FORK)


def complete(run: Run) -> Run:
    """``run`` if every process in it came to its own end; else raise the error that says which one did not."""
    if run.stopped_after is not None:
        still = " and ".join(process.name for process in run.processes if process.stopped) or "a process"
        raise RunTimeout(
            f"{run.call} was stopped after {run.stopped_after:g} s: {still} had not ended (timeout= allows more)",
            run,
        )
    for process in reversed(run.processes):  # a lost child is the cause, the parent's own end only follows
        if process.exit_code != 0:
            raise ProcessLost(f"{run.call} lost a process: {process.name} {how_it_ended(process)}{why(run)}", run)
    return run


def why(run: Run) -> str:
    """In brackets, what a process of ``run`` said when it failed; nothing if none has."""
    return "".join(f" ({event.detail['error']})" for event in run.events if event.kind == "fails")
