"""The experiments by name: each is one function, which runs in the run's first process, never in the notebook."""

from __future__ import annotations

import os
from collections.abc import Callable

from ...wire.request import Request
from ..reporter import NOTHING_MORE, Reporter
from .share import share  # here, not in _share: else each run would import it anew

_Experiment = Callable[..., None]


def get_ready(name: str) -> None:
    """Import what this experiment needs, while nobody waits for it, if that takes long."""
    if name in ("program", "explore"):
        try:
            _EXPERIMENTS[name]()
        except Exception:
            pass  # the run imports it again, and says what is wrong


def run(reporter: Reporter, request: Request) -> None:
    """Do what ``request`` asks for, and end this process."""
    try:
        _EXPERIMENTS[request.experiment]()(reporter, **request.settings)
    except BaseException as error:
        reporter.emit("fails", error=f"{type(error).__name__}: {error}")
        raise
    reporter.emit("ends", code=0)
    os.kill(os.getppid(), NOTHING_MORE)
    os._exit(0)


def _share() -> _Experiment:
    return share


def _trials() -> _Experiment:
    from .trials import trials

    return trials


def _maps() -> _Experiment:
    from .maps import maps

    return maps


def _live() -> _Experiment:
    from .live_pair import live

    return live


def _program() -> _Experiment:
    from ..tracer.program import run_program

    return run_program


def _explore() -> _Experiment:
    from ..explorer.explore import explore

    return explore


def _compare() -> _Experiment:
    from .compare import compare

    return compare


_EXPERIMENTS: dict[str, Callable[[], _Experiment]] = {
    "share": _share,
    "trials": _trials,
    "maps": _maps,
    "live": _live,
    "program": _program,
    "explore": _explore,
    "compare": _compare,
}
