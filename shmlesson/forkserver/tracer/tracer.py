"""All hooks of a traced program: processes, streams, signals, blocks, pipes, locks, and what is imported later."""

from __future__ import annotations

import _thread
import builtins
import io
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from ...wire.belongings import claims_of_names
from ..limits import Ration
from .blocks import Blocks
from .by_address import watch_memory_functions
from .claims import Claims
from .eventfds import watch_eventfds
from .fifos import watch_fifos
from .file_locks import watch_file_locks
from .file_objects import watching_open
from .files import Files, watch_files
from .gate import Gate
from .hooks import like, replace, when_imported
from .locks import watch_locks
from .managers import watch_managers
from .pipes import Channels, standard_input
from .pools import watch_pools
from .probes import numpy_is_there
from .processes import Processes
from .readiness import watch_readiness, watch_selectors
from .recorder import Recorder
from .shared_memory import watch_shared_memory
from .signals import watch_handlers, watch_starts, watch_waits
from .sockets import watch_connections, watch_sockets
from .started import watch_fork_server, watch_popen, watch_spawn, watch_starts_of_programs
from .stdio import stream
from .tracebacks import watch_threads, watch_tracebacks
from .tracing import watch_tracing
from .transfers import watch_transfers
from .values import watch_values


def _barred(gate: Gate, start: Callable[..., None]) -> Callable[..., None]:
    def starts(*arguments: Any, **options: Any) -> None:
        gate.bars("starts a process that is not forked, and so takes no turns")

    return like(starts, start)


class Tracer:
    """The tracing of this process, and of every process forked from it; the program need not know."""

    def __init__(self, recorder: Recorder, names: dict[str, Any]) -> None:
        self.recorder = recorder
        self.processes = Processes(recorder, names)
        self.claims = Claims(recorder, claims_of_names(names["__file__"]))

    def install(self, ration: Ration | None = None) -> None:
        """Have this process report itself; ``ration`` says how many it may fork, with those that they fork."""
        self.processes.install(ration)
        streams = sys.stdout, sys.stderr = stream(self.recorder, 1), stream(self.recorder, 2)
        self.processes.streams = sys.__stdout__, sys.__stderr__ = streams  # type: ignore[misc]
        watch_handlers(self.recorder)
        watch_waits(self.recorder, self.processes.ends_seen)
        watch_starts(_thread, self.recorder)
        blocks, channels = Blocks(self.recorder, self.claims), Channels(self.recorder)
        blocks.install()
        channels.install()
        for watch in (watch_eventfds, watch_fifos, watch_transfers, watch_starts_of_programs):
            watch(channels)
        watch_readiness(channels, self.processes.ends_seen)
        for out in streams:
            out.buffer.raw.write_elsewhere = channels.write_elsewhere  # type: ignore[attr-defined]
        if sys.stdin is not None:
            sys.stdin = sys.__stdin__ = standard_input(channels, sys.stdin)  # type: ignore[misc]
        files = Files(self.recorder)
        self.processes.note_buffers = files.note_buffers
        watch_files(files)
        watch_file_locks(self.recorder, files)
        self.opens = watching_open(files, channels.open)
        replace(io, "open", self.opens)
        watch_tracing()
        own = self.processes.names["__builtins__"] = ModuleType("builtins")
        vars(own).update({**vars(builtins), **blocks.probes.names(), "open": self.opens})
        when_imported(
            {
                "traceback": watch_tracebacks,
                "numpy": numpy_is_there,
                "ctypes": lambda module: watch_memory_functions(module, blocks.views),
                "shutil": self._open_for_it,
                "logging": self._open_for_it,
                "threading": self._watch_threads,
                "selectors": watch_selectors,
                "socket": lambda module: watch_sockets(module, channels),
                "subprocess": lambda module: watch_popen(module, channels),
                "multiprocessing.util": lambda module: watch_spawn(module, channels),
                "multiprocessing.forkserver": lambda module: watch_fork_server(module, channels),
                "multiprocessing.popen_fork": self.processes.ends_seen.watch_sentinels,
                "multiprocessing.popen_spawn_posix": self._starts_anew,
                "multiprocessing.popen_forkserver": self._starts_anew,
                "multiprocessing.pool": lambda module: watch_pools(module, self.processes),
                "multiprocessing.connection": lambda module: watch_connections(module, channels),
                "multiprocessing.managers": lambda module: watch_managers(module, self.recorder),
                "multiprocessing.synchronize": lambda module: watch_locks(module, self.recorder),
                "multiprocessing.sharedctypes": lambda module: watch_values(module, self.recorder, blocks.regions),
                "multiprocessing.shared_memory": lambda module: watch_shared_memory(module, blocks),
            }
        )

    def _open_for_it(self, module: Any) -> None:
        """It opens files for whoever calls it."""
        module.open = self.opens

    def _starts_anew(self, module: Any) -> None:
        """Without a fork, which is the default from Python 3.14 on: the processes that are started are not seen."""
        if self.recorder.gate:
            module.Popen.__init__ = _barred(self.recorder.gate, module.Popen.__init__)

    def _watch_threads(self, module: Any) -> None:
        watch_threads(module)
        watch_starts(module, self.recorder)
