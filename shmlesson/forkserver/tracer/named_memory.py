"""Memory with a name outlives its processes: each piece is written down before it is made, for whoever ends them."""

from __future__ import annotations

import json
import os
import sys
from os import close, getpid, open, write  # by name: a traced program replaces some of them

from ...wire.belongings import SEMAPHORE, SHARED_MEMORY, list_of_named_memory
from .hooks import when_imported
from .lines import where

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from typing import Any

    from .hooks import Act

_NEW = os.O_CREAT | os.O_EXCL


def write_down_named_memory(file: str) -> None:
    """Have this process, and all that it forks, write down what it makes and unlinks through ``multiprocessing``."""
    notes = _List(list_of_named_memory(file))
    # No hook on the modules that the tracer hooks: there is one for each.
    watches: dict[str, Act] = {"_posixshmem": notes.watch_shared_memory, "_multiprocessing": notes.watch_semaphores}
    for name in watches.keys() & set(sys.builtin_module_names):
        __import__(name)  # such a module is found where nobody asks the path
    when_imported(watches)


class _List:
    """The list, one line of JSON for each act; a file, for it must be there when all processes are killed."""

    def __init__(self, path: str) -> None:
        self._path = path

    def watch_shared_memory(self, module: Any) -> None:
        make, unlink = module.shm_open, module.shm_unlink

        def shm_open(path: str, flags: int, mode: int = 0o777) -> Any:
            if flags & _NEW != _NEW or os.path.exists(f"/dev/shm{path}"):  # somebody else's
                return make(path, flags, mode)
            self._write(True, SHARED_MEMORY, path)
            try:
                return make(path, flags, mode)
            except OSError:
                self._write(False, SHARED_MEMORY, path)
                raise

        def shm_unlink(path: str) -> None:
            unlink(path)
            self._write(False, SHARED_MEMORY, path)

        module.shm_open, module.shm_unlink = shm_open, shm_unlink

    def watch_semaphores(self, module: Any) -> None:
        real: Any = module.SemLock
        unlink, notes = module.sem_unlink, self

        class SemLock(real):  # type: ignore[misc]
            __slots__ = ()

            def __new__(cls, kind: int, value: int, maxvalue: int, name: str, unlink: bool) -> Any:
                if not unlink:  # else it is unlinked as soon as it is made
                    notes._write(True, SEMAPHORE, name)
                return super().__new__(cls, kind, value, maxvalue, name, unlink)

        def sem_unlink(name: str) -> None:
            unlink(name)
            self._write(False, SEMAPHORE, name)

        module.SemLock, module.sem_unlink = SemLock, sem_unlink

    def _write(self, made: bool, sort: str, name: str) -> None:
        line = json.dumps([made, sort, getpid(), name, where()[0]]).encode() + b"\n"
        try:
            fd = open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            try:
                write(fd, line)
            finally:
                close(fd)
        except OSError:
            pass  # no descriptor, no room: the program is to go on as it would alone
