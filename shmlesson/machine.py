"""What this machine has: a new enough Python, fork, memory, ``/proc``, widgets; and how to fix what is missing."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

from .errors import NO_FORK
from .memory.available import available_memory

OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked for: ``fix`` says what to do, when it is not ``found``."""

    what: str
    found: bool
    needed: bool
    fix: str


@dataclass(frozen=True, slots=True)
class Machine:
    """What was found on this machine. ``ready`` is true when nothing that the notebooks need is missing."""

    findings: tuple[Finding, ...]

    @property
    def ready(self) -> bool:
        return all(finding.found for finding in self.findings if finding.needed)

    def __str__(self) -> str:
        return "\n".join(_in_words(finding) for finding in self.findings)

    __repr__ = __str__


def _in_words(finding: Finding) -> str:
    if finding.found:
        return f"ok       {finding.what}"
    return f"{'missing ' if finding.needed else 'without '} {finding.what}: {finding.fix}"


def check_machine() -> Machine:
    """Look for everything that the notebooks use; nothing is forked and nothing is changed."""
    return Machine((*check_system(), *(look() for look in _PACKAGES)))


def check_system() -> tuple[Finding, ...]:
    """Look at the machine itself: Python, fork, memory, ``/proc``."""
    return _python(), _fork(), _memory(), _proc()


def _python() -> Finding:
    oldest = ".".join(map(str, OLDEST_PYTHON))
    return Finding(
        f"Python {oldest} or newer",
        sys.version_info >= OLDEST_PYTHON,
        True,
        f"install Python {oldest}, then make a new environment",
    )


def _fork() -> Finding:
    return Finding("os.fork", hasattr(os, "fork"), True, NO_FORK)


def _proc() -> Finding:
    fix = "the cells that read it say so and go on; run them on Linux to see the kernel's own map of a process"
    return Finding("/proc/self/maps", os.path.exists("/proc/self/maps"), False, fix)


def _memory() -> Finding:
    enough = available_memory() >= 512 << 20
    return Finding("512 MiB of free memory", enough, True, "close other programs, or choose smaller blocks")


def _package(name: str, use: str) -> Callable[[], Finding]:
    def look() -> Finding:
        try:
            importlib.metadata.version(name)
            found = True
        except importlib.metadata.PackageNotFoundError:
            found = False
        return Finding(
            f"{name}, for {use}", found, True, f"run  pip install {name}  in this kernel's environment, then restart"
        )

    return look


_PACKAGES = (
    _package("ipywidgets", "sliders and buttons"),
    _package("jupyterlab_widgets", "sliders and buttons in JupyterLab"),
    _package("matplotlib", "the plot in notebook 10"),
    _package("numpy", "the arrays in notebooks 02 and 09"),
)
