"""What a cell may need that is not everywhere: whether it is here, and what is said where it is not."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass

NEEDED = {"ray": "Ray", "distributed": "Dask"}  # by the name of the package; they come with the same extra
HOW = "`pip install 'shmlesson[cluster]'`, and restart the kernel, to run it"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What stands in place of what a cell would have given, had it been run."""

    why: str

    def __str__(self) -> str:
        return self.why

    __repr__ = __str__


def missing(package: str) -> str:
    """One sentence that says why a cell that needs ``package`` is not run here; empty if it can be.

    ``ValueError`` for a package that no cell needs.
    """
    if package not in NEEDED:
        raise ValueError(f"a cell can need {' or '.join(NEEDED)}, got {package!r}")
    if sys.platform != "linux":  # they run elsewhere, too, but there is no /proc to look into
        return f"This cell needs {NEEDED[package]} on Linux, so it was not run."
    if importlib.util.find_spec(package) is None:
        return f"This cell needs {NEEDED[package]}, which is not installed here, so it was not run: {HOW}."
    return ""
