"""The kernel's end of a run: one request in, one ``Run`` out, on time. The kernel itself never forks."""

from __future__ import annotations

import dataclasses
import os
import secrets
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from typing import Any

from ..errors import ForkUnavailable, ProcessLost, RunError, RunTimeout
from ..machine import NO_FORK, available_memory
from ..memory.sizes import check_size, shown
from ..trace.trace import Event, Log, Run, how_it_ended, in_words
from ..wire.belongings import remove_belongings
from .interrupts import undisturbed
from .server import SERVER
from .settings import call_of, check_count, check_settings, check_timeout

Watcher = Callable[[Event], None]

_MOST_PROCESSES = 10_000
_OUTPUT = 4 << 20  # characters
_REMOVAL = 5.0  # seconds


def share(
    size: int = 100,
    fill: int | str = "a",
    *,
    wait: str = "pipe",
    seconds: float | None = None,
    memory: str = "shared",
    made: str = "before",
    writer: str = "parent",
    timeout: float = 10,
) -> Run:
    """Map a block, fork, write in one process, read in the other; everything that happened comes back as a ``Run``.

    ``size``: bytes of the block. ``fill``: one ASCII character, or an int from 0 to 255.
    ``wait``: how the reader waits for the writer's word: ``"pipe"``, ``"semaphore"``, ``"sleep"`` for so many
    ``seconds`` (0.1 unless given), ``"wait"`` (the parent reaps the child; only for ``writer="child"``), or ``"none"``.
    ``memory``: ``"shared"`` or ``"private"`` mapping, or a plain ``"bytearray"``.
    ``made``: ``"before"`` the fork, or ``"after"`` it, in each process. ``writer``: ``"parent"`` or ``"child"``.
    ``timeout``: seconds after which the run is ended.

    Raises ``TypeError`` or ``ValueError`` for wrong input, before anything is made; ``RunTimeout``, ``ProcessLost``,
    ``ServerLost`` or ``ForkUnavailable`` when the run cannot give its result.
    """
    check_timeout(timeout)
    settings = check_settings(size, fill, wait, seconds, memory, made, writer, timeout)
    run = run_experiment(call_of("share", settings), "share", settings, timeout)
    return complete(run)


def program(
    source: str,
    *,
    timeout: float = 10,
    processes: int = 200,
    memory: int | None = None,
    output: int = _OUTPUT,
    order: int | None = None,
    watch: Watcher | None = None,
) -> Run:
    """Run ``source`` unchanged as a program of its own, in a clean process that may fork; what it did is the ``Run``.

    ``timeout``: seconds after which it is ended with all its processes, and the ``Run`` says so.
    ``processes``: how many it may have, itself included; the next fork raises ``BlockingIOError`` in it, as at the
    system's own limit, and the run is ended.
    ``memory``: bytes that each process may map beyond Python's own (what the machine has available, unless given);
    Linux raises ``MemoryError`` or ``OSError`` in it at more, macOS keeps to no such limit.
    ``output``: characters of what it prints that are kept; ``Run.dropped`` counts the rest.
    ``order``: the number of one order of its steps, as ``explore`` gives it; its processes then move in just this one.
    ``watch`` is called with each event as it arrives. Raises ``SyntaxError``, ``TypeError`` or ``ValueError`` before
    anything is started.
    """
    check_timeout(timeout)
    check_count("output", output)
    if order is None:
        return run_text("program", source, {}, timeout, processes, memory, watch, output)
    settings = {"orders": 1, "order": check_count("order", order, least=0), "reduction": False}
    return run_text("explore", source, settings, timeout, processes, memory, watch, output)


def run_text(
    experiment: str,
    source: str,
    settings: dict[str, Any],
    timeout: float,
    processes: int,
    memory: int | None,
    watch: Watcher | None,
    output: int = _OUTPUT,
) -> Run:
    """Have the text of a program run with the notebook's folder, path and environment; raise what is wrong before."""
    check_count("processes", processes, _MOST_PROCESSES)
    if not isinstance(source, str):
        raise TypeError(f"source must be the text of a program (a str), got {shown(source)}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the program itself will show them
        compile(source, "program.py", "exec", dont_inherit=True)
    file = os.path.join(_temporary_folder(), f"shmlesson-{secrets.token_hex(5)}.py")
    settings = {
        **settings,
        "source": source,
        "folder": _folder(),
        "path": [entry for entry in sys.path if isinstance(entry, str)],  # the import system skips anything else, too
        "environment": {"NO_COLOR": "1", **os.environ},  # Jupyter asks Python for colours, and these are no terminal
        "processes": processes,
        "memory": _available() if memory is None else check_size(memory, "memory"),
        "file": file,
    }
    try:
        run = run_experiment("program.py", experiment, settings, timeout, watch, output)
    except BaseException:
        with undisturbed():  # the server has removed it all, unless it was killed
            remove_belongings(file, lambda maker: True, time.monotonic() + _REMOVAL)
        raise
    # An interpreter that multiprocessing has started, as it does unless told to fork, reads the program from that file.
    return dataclasses.replace(run, stray=run.stray.replace(file, "program.py"))


def _temporary_folder() -> str:
    """Where temporary files go; when it is asked first, Python tries it out with a file, which must not stay open."""
    with undisturbed():
        return tempfile.gettempdir()


def _available() -> int | None:
    """Bytes of memory that this machine has available; None if it cannot say."""
    try:
        with undisturbed():
            return available_memory()
    except OSError:
        return None  # this process has no descriptor left to ask with


def _folder() -> str:
    """The working directory; the root, if that has been deleted."""
    try:
        return os.getcwd()
    except FileNotFoundError:
        return os.sep


def run_experiment(
    call: str,
    experiment: str,
    settings: dict[str, Any],
    timeout: float,
    watch: Watcher | None = None,
    output: int = _OUTPUT,
) -> Run:
    """Send one request to the fork server, and make a ``Run`` of what comes back."""
    check_fork()
    request = {
        "experiment": experiment,
        "settings": settings,
        "timeout": float(timeout),
        "live": watch is not None,
        "output": output,
    }
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
