"""Processes that have outlived their fork server: found by a mark in the environment that it was started with."""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING

from ..wire.belongings import MARK

if TYPE_CHECKING:
    import psutil

_ROUND = 0.05  # seconds


def end_survivors(mark: str, seconds: float) -> None:
    """Kill every process that was forked from the server with this mark, and what it forks meanwhile."""
    import psutil  # here: only a server that was killed has survivors

    deadline = time.monotonic() + seconds
    while survivors := [process for process in psutil.process_iter() if _has(process, mark)]:
        for process in survivors:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(survivors, _ROUND)  # as zombies they may stay, until their new parent reaps them
        if time.monotonic() > deadline:
            return


def _has(process: psutil.Process, mark: str) -> bool:
    import psutil

    try:
        return process.pid != os.getpid() and bool(process.environ().get(MARK) == mark)
    except (psutil.Error, OSError):
        return False  # ended by now, or somebody else's
