"""How much memory this machine can give to new blocks, and whether one of some size would fit."""

from __future__ import annotations

import os
import resource
from pathlib import Path

from .sizes import parse_size, say_size, shown

LARGEST = "SHMLESSON_LARGEST_BLOCK"  # in the environment: the most that one block may have in this class, as in 64MiB
_SMALL = 1 << 20  # bytes: less than what any process needs to start, so not worth asking for


def available_memory() -> int:
    """Bytes that new blocks can take without harm: what the system can give, or less where a limit is set: by a
    cgroup, or for each process (setrlimit(2)).

    ``mmap`` itself does not fail: Linux overcommits, lets it succeed, and kills a process later.
    """
    import psutil

    return min([int(psutil.virtual_memory().available), *_cgroup_room(), *_limits()])


def _limits() -> list[int]:
    """What one process may have: memory of its own, and all that it maps."""
    limits = [resource.getrlimit(which)[0] for which in (resource.RLIMIT_DATA, resource.RLIMIT_AS)]
    return [limit for limit in limits if limit != resource.RLIM_INFINITY]


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
    """Raise ``ValueError`` if a block of ``size`` bytes, in so many copies, is more than this class allows, or than
    this machine can give now."""
    most = largest_block()
    if most is not None and size > most:
        raise ValueError(f"size must be at most {say_size(most)} ({most} bytes) in this class, got {shown(size)}")
    if size * copies <= _SMALL:
        return
    room = available_memory()
    if size * copies > room:
        times = f" {copies} times" if copies > 1 else ""
        raise ValueError(
            f"size must fit{times} in the memory available now, {say_size(room)} ({room} bytes), got {shown(size)}"
        )


def largest_block() -> int | None:
    """Bytes that one block may have in this class; None where nobody has set a limit."""
    said = os.environ.get(LARGEST)
    return parse_size(said, LARGEST) if said else None
