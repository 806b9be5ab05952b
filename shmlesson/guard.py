"""Keep a cell from forking the notebook's own kernel: the copy would answer cells a second time, or hang."""

from __future__ import annotations

import os
import sys
from typing import Any

from .errors import ForkRefused

_REFUSAL = (
    "a notebook's kernel must not fork (it has threads, and its copy would answer your cells a second time): "
    "put %%program on the first line of the cell to run it as a program of its own, "
    "or call shmlesson.allow_fork() first if you know what you are doing"
)
_FORKS = frozenset({"os.fork", "os.forkpty"})  # multiprocessing's fork context and forkpty come by here too


class _Guard:
    """Whether forking is refused here. An audit hook cannot be taken out again, so it asks this each time."""

    kernel: int | None = None  # the process that must not fork
    hooked = False


def refuse_fork() -> None:
    """From now on ``os.fork`` in this process raises ``ForkRefused`` before it happens, whoever calls it."""
    _Guard.kernel = os.getpid()
    if not _Guard.hooked:
        sys.addaudithook(_audit)
        _Guard.hooked = True


def allow_fork() -> None:
    """Let this process fork again, at your own risk; what this package holds stays with the original process."""
    _Guard.kernel = None


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _FORKS and _Guard.kernel == os.getpid():
        raise ForkRefused(_REFUSAL)
