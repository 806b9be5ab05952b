"""The kernel's end of a run: one request in, one ``Run`` out, on time. The kernel itself never forks."""

from __future__ import annotations

import math
import numbers
import os
import secrets
import sys
import tempfile
import warnings
from collections.abc import Callable
from typing import Any

from .block import MEMORY
from .errors import ForkUnavailable, ProcessLost, RunTimeout
from .machine import NO_FORK, room_for
from .records import Event, Log, Run, how_it_ended
from .server import SERVER
from .sizes import check_fill, check_size

Watcher = Callable[[Event], None]

WAITS = ("none", "sleep", "wait", "pipe", "semaphore")
MADE = ("before", "after")
_MOST_PROCESSES = 10_000
WRITERS = ("parent", "child")
_LONGEST = 1_000_000  # seconds, eleven days


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
    settings: dict[str, Any] = {
        "size": check_size(size),
        "fill": check_fill(fill),
        "wait": _one_of("wait", wait, WAITS),
        "memory": _one_of("memory", memory, MEMORY),
        "made": _one_of("made", made, MADE),
        "writer": _one_of("writer", writer, WRITERS),
    }
    check_timeout(timeout)
    settings["seconds"] = _check_seconds(seconds, wait, timeout)
    if wait == "wait" and writer != "child":
        raise ValueError(
            "wait='wait' needs writer='child', since only a parent can wait for a child, got writer='parent'"
        )
    room_for(settings["size"], copies=1 if memory == "shared" and made == "before" else 2)
    run = run_experiment(share_call(settings), "share", settings, timeout)
    return _complete(run)


def share_call(settings: dict[str, Any]) -> str:
    """The call of ``share`` that these settings stand for, without what is the default."""
    fill = settings["fill"]
    words = [str(settings["size"]), repr(chr(fill)) if 0x20 <= fill <= 0x7E else str(fill)]
    defaults = {"wait": "pipe", "memory": "shared", "made": "before", "writer": "parent"}
    words += [f"{name}={settings[name]!r}" for name, usual in defaults.items() if settings[name] != usual]
    if settings["wait"] == "sleep":
        words.append(f"seconds={settings['seconds']}")
    return f"share({', '.join(words)})"


def program(source: str, *, timeout: float = 10, processes: int = 200, watch: Watcher | None = None) -> Run:
    """Run ``source`` unchanged as a program of its own, in a clean process that may fork; what it did is the ``Run``.

    ``watch`` is called with each event as it arrives. A program that is still running after ``timeout`` seconds is
    ended with all its processes, and the ``Run`` says so. It may have so many ``processes``, itself included; the next
    fork raises ``BlockingIOError`` in it, as at the system's own limit. Raises ``SyntaxError``, ``TypeError`` or
    ``ValueError`` before anything is started.
    """
    check_timeout(timeout)
    check_count("processes", processes, _MOST_PROCESSES)
    if not isinstance(source, str):
        raise TypeError(f"source must be the text of a program (a str), got {source!r}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the program itself will show them
        compile(source, "program.py", "exec", dont_inherit=True)
    settings = {
        "source": source,
        "folder": _folder(),
        "path": [entry for entry in sys.path if isinstance(entry, str)],  # the import system skips anything else, too
        "environment": dict(os.environ),
        "processes": processes,
        "file": os.path.join(tempfile.gettempdir(), f"shmlesson-{secrets.token_hex(8)}.py"),
    }
    return run_experiment("program.py", "program", settings, timeout, watch)


def _folder() -> str:
    """The working directory; the root, if that has been deleted."""
    try:
        return os.getcwd()
    except FileNotFoundError:
        return os.sep


def run_experiment(
    call: str, experiment: str, settings: dict[str, Any], timeout: float, watch: Watcher | None = None
) -> Run:
    """Send one request to the fork server, and make a ``Run`` of what comes back."""
    if not hasattr(os, "fork"):
        raise ForkUnavailable(NO_FORK)
    request = {"experiment": experiment, "settings": settings, "timeout": float(timeout), "live": watch is not None}
    run = SERVER.run(Log(call), request, float(timeout), watch)
    if not run.processes:
        raise ProcessLost(f"{call} lost its first process before that could report anything; run it again", run)
    return run


def _complete(run: Run) -> Run:
    """``run`` if every process in it came to its own end; else the error that says which one did not."""
    if run.stopped_after is not None:
        still = " and ".join(process.name for process in run.processes if process.stopped) or "a process"
        raise RunTimeout(
            f"{run.call} was stopped after {run.stopped_after:g} s: {still} had not ended (timeout= allows more)",
            run,
        )
    for process in reversed(run.processes):  # a lost child is the cause, the parent's own end only follows
        if process.exit_code != 0:
            raise ProcessLost(f"{run.call} lost a process: {process.name} {how_it_ended(process)}{_why(run)}", run)
    return run


def _why(run: Run) -> str:
    return "".join(f" ({event.detail['error']})" for event in run.events if event.kind == "fails")


def _one_of(name: str, value: object, allowed: tuple[str, ...]) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be one of {', '.join(map(repr, allowed))}, got {value!r}")
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, allowed))}, got {value!r}")
    return value


def check_timeout(timeout: object) -> None:
    """Raise unless ``timeout`` is a number of seconds greater than 0 and no more than poll(2) can wait."""
    allowed = f"timeout must be a number of seconds greater than 0 and at most {_LONGEST}"
    if not _is_number(timeout):
        raise TypeError(f"{allowed}, got {timeout!r}")
    if not 0 < timeout <= _LONGEST:  # type: ignore[operator]
        raise ValueError(f"{allowed}, got {timeout}")


def check_count(name: str, count: object, most: float = math.inf) -> int:
    """``count`` itself, if it is a whole number from 1 to ``most``; ``TypeError`` or ``ValueError`` if not."""
    allowed = f"{name} must be a whole number from 1 {'on' if most == math.inf else f'to {most}'}"
    if isinstance(count, bool) or not isinstance(count, int):
        raise TypeError(f"{allowed}, got {count!r}")
    if not 1 <= count <= most:
        raise ValueError(f"{allowed}, got {count}")
    return count


def _check_seconds(seconds: object, wait: str, timeout: float) -> float:
    if seconds is None:
        return 0.1
    if not _is_number(seconds):
        raise TypeError(f"seconds must be a number from 0 to less than the timeout, got {seconds!r}")
    if wait != "sleep":
        raise ValueError(f"seconds is the length of a sleep, so it needs wait='sleep', got wait={wait!r}")
    if not 0 <= seconds < timeout:  # type: ignore[operator]
        raise ValueError(f"seconds must be a number from 0 to less than the timeout of {timeout:g}, got {seconds}")
    return float(seconds)  # type: ignore[arg-type]


def _is_number(value: object) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool)
