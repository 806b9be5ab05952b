"""What this machine has: a new enough Python, fork, memory, ``/proc``, widgets; and how to mend what is missing."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .memory.sizes import say_size, shown

OLDEST_PYTHON = (3, 11)
NO_FORK = (
    "this system has no os.fork, so no process can be forked here; "
    "on Windows, run the notebooks inside WSL (Windows Subsystem for Linux), or on a Linux server"
)
_SMALL = 1 << 20  # bytes: less than what any process needs to start, so not worth asking for


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked for: ``mend`` says what to do, when it is not ``found``."""

    what: str
    found: bool
    needed: bool
    mend: str


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
    return f"{'missing ' if finding.needed else 'without '} {finding.what}: {finding.mend}"


def check_machine() -> Machine:
    """Look for everything that the notebooks use; nothing is forked and nothing is changed."""
    return Machine(tuple(look() for look in _LOOKS))


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
    mend = "the cells that read it say so and go on; run them on Linux to see the kernel's own map of a process"
    return Finding("/proc/self/maps", os.path.exists("/proc/self/maps"), False, mend)


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


_LOOKS = (
    _python,
    _fork,
    _memory,
    _proc,
    _package("ipywidgets", "sliders and buttons"),
    _package("jupyterlab_widgets", "sliders and buttons in JupyterLab"),
    _package("matplotlib", "the plot in the last notebook"),
)


def available_memory() -> int:
    """Bytes that new blocks can take without harm: what the system can give, or less where a cgroup sets a limit.

    ``mmap`` itself does not tell: Linux overcommits, lets it succeed, and kills a process later.
    """
    import psutil

    return min([int(psutil.virtual_memory().available), *_cgroup_room()])


def _cgroup_room() -> list[int]:
    """What is left in each memory cgroup above this process (version 2, then version 1; see cgroups(7))."""
    room = []
    for folder, limit, used in _cgroups():
        try:
            in_use = int((folder / used).read_text()) - _reclaimable(folder)
            room.append(max(0, int((folder / limit).read_text()) - in_use))
        except (OSError, ValueError):
            continue  # no such file, or no limit: "max"
    return room


def _reclaimable(folder: Path) -> int:
    """Bytes of cached files that the kernel gives back as soon as somebody needs memory."""
    stat = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
    return int(stat.get("total_inactive_file", stat.get("inactive_file", 0)))


def _cgroups() -> list[tuple[Path, str, str]]:
    """Each memory cgroup above this process, with the names of its files for the limit and for what is used."""
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers not in ("", "memory"):
            continue
        root = Path("/sys/fs/cgroup/memory" if controllers else "/sys/fs/cgroup")
        suffixes = ("limit_in_bytes", "usage_in_bytes") if controllers else ("max", "current")
        limit, used = (f"memory.{suffix}" for suffix in suffixes)
        here = root / path.lstrip("/")
        found += [(folder, limit, used) for folder in (here, *here.parents) if folder.is_relative_to(root)]
    return found


def room_for(size: int, copies: int = 1) -> None:
    """Raise ``ValueError`` if a block of ``size`` bytes, in so many copies, is more than this machine can give now."""
    if size * copies <= _SMALL:
        return
    room = available_memory()
    if size * copies > room:
        times = f" {copies} times" if copies > 1 else ""
        raise ValueError(
            f"size must fit{times} in the memory available now, {say_size(room)} ({room} bytes), got {shown(size)}"
        )
