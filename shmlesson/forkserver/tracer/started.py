"""Programs that a program starts: nobody watches them, but what they can have been told is known, and what they hold.

A start is reported before it is done, with the pipes that the new program gets. What comes out of one of these, and
nobody here has sent, that program has sent, after its start; see ``analysis/order/programs.py``.
"""

from __future__ import annotations

import os
import sys
from os import get_inheritable, listdir  # by name: a program may replace them

from .hooks import like, replace
from .pipes import Channels

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

_PROGRAM = "a program that it started"
_FOLDER = "/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"


def watch_starts_of_programs(channels: Channels) -> None:
    """Have every start by a function of ``os`` be reported, whatever the program is."""
    starts = Starts(channels)
    for name in {"system", "execv", "execve", "posix_spawn", "posix_spawnp"} & vars(os).keys():
        all_of_them = name.startswith("posix_spawn")  # which can make any descriptor an inheritable one
        replace(os, name, starts.by(getattr(os, name), all_of_them))


def watch_popen(module: Any, channels: Channels) -> None:
    """The same of ``subprocess.Popen``."""
    starts, execute = Starts(channels), module.Popen._execute_child

    def _execute_child(popen: Any, *arguments: Any, **options: Any) -> Any:
        """Of its arguments the sixth or so are ``pass_fds``, and numbers stand for what it is given: see its source."""
        lists = [fds for fds in arguments if isinstance(fds, tuple | list | set | frozenset)]
        given = {0, 1, 2} | {fd for fds in [arguments, *lists[:3]] for fd in fds if type(fd) is int and fd >= 0}
        close_fds = arguments[3] if len(arguments) > 3 else True
        starts.start(given if close_fds else given | starts.inheritable())
        return execute(popen, *arguments, **options)

    module.Popen._execute_child = like(_execute_child, execute)


def watch_spawn(module: Any, channels: Channels) -> None:
    """The same of the interpreters that ``multiprocessing`` starts, where it does not fork."""
    starts, spawn = Starts(channels), module.spawnv_passfds

    def spawnv_passfds(path: Any, arguments: Any, fds: Any) -> Any:
        if sys._getframe(1).f_globals.get("__name__") != "multiprocessing.resource_tracker":
            starts.start(fds)
        return spawn(path, arguments, fds)

    module.spawnv_passfds = like(spawnv_passfds, spawn)


def watch_fork_server(module: Any, channels: Channels) -> None:
    """The same of the processes that its own fork server forks."""
    starts, connect = Starts(channels), module.ForkServer.connect_to_new_process

    def connect_to_new_process(server: Any, fds: Any) -> Any:
        starts.start(fds)
        return connect(server, fds)

    module.ForkServer.connect_to_new_process = like(connect_to_new_process, connect)


class Starts:
    """The starts of other programs by this process."""

    def __init__(self, channels: Channels) -> None:
        self.channels = channels

    def by(self, real: Callable[..., Any], all_of_them: bool) -> Callable[..., Any]:
        """What stands in the place of a function that starts a program with what it inherits."""

        def starts(*arguments: Any, **options: Any) -> Any:
            self.start(_descriptors() if all_of_them else self.inheritable())
            if real.__name__ != "system":
                return real(*arguments, **options)
            with self.channels.recorder.act("notices", _PROGRAM, at="program", turn=False):
                return real(*arguments, **options)

        return like(starts, real)

    def start(self, fds: Iterable[Any]) -> None:
        """Report a start; ``fds`` are what the program gets."""
        names = {name for fd in fds for name in (self.channels.name_in(fd), self.channels.name_out(fd)) if name}
        self.channels.recorder.record("starts", names=sorted(names))

    def inheritable(self) -> set[int]:
        """The descriptors that a program gets unless it is told otherwise."""
        return {fd for fd in _descriptors() if _is_inheritable(fd)}


def _descriptors() -> set[int]:
    try:
        return {int(name) for name in listdir(_FOLDER)}
    except OSError:
        return set()


def _is_inheritable(fd: int) -> bool:
    try:
        return get_inheritable(fd)
    except OSError:
        return False
