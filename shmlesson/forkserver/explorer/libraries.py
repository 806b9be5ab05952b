"""What ``multiprocessing`` does by itself and in its own time, put in order: a program is to be the same each time.

Three things. It keeps its children in a set, whose order is that of their addresses; here they stay in the order of
their starts. ``Process.start`` reaps those that happen to have ended, which is a matter of chance; here none has, which
is as good as any. And a ``Queue`` has a thread that writes into its pipe, some time after ``put``; here ``put`` writes
itself. That is one of the orders that there can be, so an exploration says that it may have missed others; where the
pipe is full, the thread would wait and ``put`` would not, and nothing can be put in order any more.
"""

from __future__ import annotations

import sys
from fcntl import ioctl  # by name: a program may replace any of them
from os import close, dup2
from select import POLLOUT, poll
from termios import FIONREAD

from ..tracer.gate import TRACKER, Gate

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from typing import Any

_ATOMIC, _ROOM = 4096, 1 << 16  # bytes that surely fit into a pipe that takes any, and into an empty one; see pipe(7)
_LENGTH = 12  # bytes before a message, at most


def put_in_order(gate: Gate) -> None:
    """Do it for those modules of ``multiprocessing`` that have been imported."""
    if "multiprocessing.process" in sys.modules:
        _keep_children_in_order(sys.modules["multiprocessing.process"])
    if "multiprocessing.queues" in sys.modules:
        _write_at_once(sys.modules["multiprocessing.queues"], gate)
    if "_posixshmem" in sys.modules:
        _open_in_turn(sys.modules["_posixshmem"], gate)


def start_tracker() -> None:
    """Start the process that keeps account of memory with a name: one for all orders, for it takes its time."""
    from multiprocessing import resource_tracker

    tracker: Any = resource_tracker._resource_tracker
    tracker.ensure_running()
    dup2(tracker._fd, TRACKER, inheritable=False)
    close(tracker._fd)
    tracker._fd = TRACKER


def _open_in_turn(module: Any, gate: Gate) -> None:
    """Memory with a name is there for all orders at once: none opens any before its first turn."""
    shm_open = module.shm_open

    def opens(*arguments: Any, **options: Any) -> Any:
        if not gate.begun:
            gate.wait_for_turn("starts")
        return shm_open(*arguments, **options)

    module.shm_open = opens


class _InOrder(dict[object, None]):
    """As much of a set as is needed, in the order in which its elements came."""

    def add(self, element: object) -> None:
        self[element] = None

    def discard(self, element: object) -> None:
        self.pop(element, None)


def _keep_children_in_order(module: Any) -> None:
    clean_up = module._cleanup

    def _cleanup() -> None:
        if sys._getframe(1).f_code.co_name != "start":
            clean_up()

    module.set, module._children, module._cleanup = _InOrder, _InOrder(), _cleanup  # a child makes itself a new one


def _write_at_once(module: Any, gate: Gate) -> None:
    def start(queue: Any) -> None:
        queue._buffer, queue._thread = _Pipe(queue, module, gate), True
        queue._close = lambda: (queue._reader.close(), queue._writer.close())

    module.Queue._start_thread = start


class _Pipe:
    """In the place of what waits for the thread: there is none, and nothing waits."""

    def __init__(self, queue: Any, module: Any, gate: Gate) -> None:
        self._queue, self._module, self._gate = queue, module, gate

    def append(self, thing: object) -> None:
        """Write it, as the thread does it: errors are printed, and the program goes on."""
        self._gate.mark_incomplete("puts something into a queue, whose thread takes no turns")
        queue = self._queue
        try:
            data = self._module._ForkingPickler.dumps(thing)
        except Exception as error:
            queue._sem.release()
            queue._on_queue_feeder_error(error, thing)
            return
        with _taken(queue._wlock):
            if not _has_room(queue._writer.fileno(), len(data) + _LENGTH):
                self._gate.bars("puts more into a queue than its pipe holds, and its thread takes no turns")
            queue._writer.send_bytes(data)

    def clear(self) -> None:
        """Nothing waits."""


class _taken:
    """A lock that is held within; a queue need not have one."""

    def __init__(self, lock: Any) -> None:
        self._lock = lock

    def __enter__(self) -> None:
        if self._lock is not None:
            self._lock.acquire()

    def __exit__(self, *error: object) -> None:
        if self._lock is not None:
            self._lock.release()


def _has_room(fd: int, size: int) -> bool:
    """Whether so many bytes can surely be written without a wait."""
    poller, waiting = poll(), bytearray(4)
    poller.register(fd, POLLOUT)
    ioctl(fd, FIONREAD, waiting)
    return bool(poller.poll(0)) and size <= (_ATOMIC if any(waiting) else _ROOM)
