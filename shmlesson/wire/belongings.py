"""What a program keeps outside of its processes while it runs: its text, a folder for temporary files, named memory.

All of it is named after the file with its text; the server removes it, or the kernel if the server was killed.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable

MARK = "SHMLESSON_SERVER"  # in the environment of each process of a run, and of what it starts: so they are found
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
    for sort, maker, name in _not_unlinked(list_of_named_memory(file)):
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


def _not_unlinked(path: str) -> set[tuple[str, int, str]]:
    """What a program has made, and not unlinked itself: sort, maker's process ID, and name."""
    there: dict[tuple[str, str], int] = {}
    try:
        with open(path, encoding="utf-8", errors="replace") as lines:
            for made, sort, maker, name in map(json.loads, lines):
                there.pop((sort, name), None)
                if made:
                    there[sort, name] = maker
    except (OSError, ValueError, TypeError):
        pass  # there is no list, or the program has written there itself
    return {(sort, maker, name) for (sort, name), maker in there.items()}


def _unlink(sort: str, name: str) -> None:
    # Here: few programs make any, and neither module is light.
    module, unlink = ("_posixshmem", "shm_unlink") if sort == SHARED_MEMORY else ("_multiprocessing", "sem_unlink")
    _try(getattr(__import__(module), unlink), name)
