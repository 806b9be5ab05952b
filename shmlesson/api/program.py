"""The text of a cell as a program of its own: checked here, run unchanged in a clean process that may fork."""

from __future__ import annotations

import dataclasses
import os
import re
import secrets
import sys
import tempfile
import time
import warnings
from typing import Any

from ..analysis.run import Run
from ..client.experiment import OUTPUT, Watcher, run_experiment
from ..client.interrupts import undisturbed
from ..client.settings import check_count, check_timeout
from ..errors import RunError
from ..memory.available import available_memory
from ..memory.sizes import check_size, shown
from ..wire.belongings import remove_belongings

_MOST_PROCESSES = 10_000
_REMOVAL = 5.0  # seconds
# Wherever this Python is installed. Only at the beginning of a line: a program may print a line of millions of letters.
_OF_THE_TRACKER = re.compile(r"^/\S*/multiprocessing/resource_tracker\.py:\d+: ", re.MULTILINE)


def program(
    source: str,
    *,
    timeout: float = 10,
    processes: int = 200,
    memory: int | None = None,
    output: int = OUTPUT,
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
    run = run_text("explore", source, settings, timeout, processes, memory, watch, output)
    for event in run.events:
        if event.kind == "fails":
            raise RunError(f"the order could not be run: {event.detail['error']}", run)
    return run


def run_text(
    experiment: str,
    source: str,
    settings: dict[str, Any],
    timeout: float,
    processes: int,
    memory: int | None,
    watch: Watcher | None,
    output: int = OUTPUT,
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
    stray = _OF_THE_TRACKER.sub("multiprocessing.resource_tracker: ", run.stray.replace(file, "program.py"))
    return dataclasses.replace(run, stray=stray)


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
