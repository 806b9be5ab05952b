"""What a program keeps outside of its processes while it runs: its text, a folder for temporary files, named memory.

All of it is named after the file with its text; the server removes it, or the kernel if the server was killed.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable

MARK = "SHMLESSON_SERVER"  # in the environment of each process of a run, and of what it starts: so they are found
_MOST_LEFT = 50  # pieces of named memory that are told
SHARED_MEMORY, SEMAPHORE = "shared memory", "semaphore"


def temporary_folder(file: str) -> str:
    """The folder that is the program's ``TMPDIR``."""
    return file.removesuffix(".py")


def list_of_named_memory(file: str) -> str:
    """Where the program's processes write down each piece of memory with a name, right before they make it."""
    return temporary_folder(file) + ".named"


def claims_of_names(file: str) -> str:
    """Where the program's processes write down what they call a file that they map, or memory with a name."""
    return temporary_folder(file) + ".claims"


def remove_belongings(file: str, left_by: Callable[[int], bool], deadline: float) -> bool:
    """Remove all of it; False if the folder holds more than can be removed until ``deadline``.

    Memory with a name goes only where ``left_by``, asked with its maker's process ID, says that it was left behind.
    """
    remove_named_memory(file, left_by)
    for path in (file, claims_of_names(file)):
        _try(os.unlink, path)
    return remove_folder(temporary_folder(file), deadline)


def remove_named_memory(file: str, left_by: Callable[[int], bool]) -> None:
    """Remove the memory with a name that was left behind, and the list of it."""
    for sort, maker, name, _ in _not_unlinked(list_of_named_memory(file)):
        if left_by(maker):
            _unlink(sort, name)
    _try(os.unlink, list_of_named_memory(file))


def remove_folder(folder: str, deadline: float) -> bool:
    """Remove ``folder`` with what is in it; False if some of it is still there at ``deadline``, or may not go."""
    if not os.path.lexists(folder) or _try(os.rmdir, folder):
        return True
    for here, folders, files in os.walk(folder, topdown=False):
        for name in files:
            _try(os.unlink, os.path.join(here, name))
            if time.monotonic() > deadline:
                return False
        for name in folders:
            _try(os.rmdir, os.path.join(here, name)) or _try(os.unlink, os.path.join(here, name))  # a link to one
    return _try(os.rmdir, folder)


def _try(act: Callable[[str], None], path: str) -> bool:
    try:
        act(path)
    except (OSError, TypeError, ValueError):
        return False  # it was never made, or is gone, or its owner has changed; or the list has been tampered with
    return True


def left_behind(file: str) -> list[tuple[int, str, int | None, bool]]:
    """The named memory that the program has made and not unlinked: maker's process ID, name, line, whether it is there.

    Only Linux says whether it is.
    """
    found = _not_unlinked(list_of_named_memory(file))
    left = (entry for entry in found if entry[0] == SHARED_MEMORY and _is_sound(*entry[1:]))
    return sorted(
        ((maker, name, line, os.path.exists(f"/dev/shm{name}")) for _, maker, name, line in left),
        key=lambda one: one[:2],
    )[:_MOST_LEFT]


def _is_sound(maker: object, name: object, line: object) -> bool:
    """Whether that can be true: a program can write into the list, too."""
    is_line = line is None or (type(line) is int and 0 < line < 1 << 31)
    return is_line and type(maker) is int and 0 < maker < 1 << 31 and type(name) is str and 0 < len(name) < 256


def _not_unlinked(path: str) -> set[tuple[str, int, str, int | None]]:
    """What a program has made, and not unlinked itself: sort, maker's process ID, name, and line."""
    there: dict[tuple[str, str], tuple[int, int | None]] = {}
    try:
        with open(path, encoding="utf-8", errors="replace") as lines:
            for made, sort, maker, name, line in map(json.loads, lines):
                there.pop((sort, name), None)
                if made:
                    there[sort, name] = maker, line
    except (OSError, ValueError, TypeError):
        pass  # there is no list, or the program has written there itself
    return {(sort, maker, name, line) for (sort, name), (maker, line) in there.items()}


def _unlink(sort: str, name: str) -> None:
    # Here: few programs make any, and neither module is light.
    module, unlink = ("_posixshmem", "shm_unlink") if sort == SHARED_MEMORY else ("_multiprocessing", "sem_unlink")
    _try(getattr(__import__(module), unlink), name)
