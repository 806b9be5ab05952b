"""Locks on files: ``fcntl.flock`` and ``fcntl.lockf`` in a program."""

from __future__ import annotations

import fcntl
import os
from os import fstat, readlink  # by name: a program may replace them

from .files import Files
from .hooks import like, replace
from .recorder import Recorder

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def watch_file_locks(recorder: Recorder, files: Files) -> None:
    """Have this process report whenever it has acquired a lock on a file, or is about to release it.

    With ``flock`` it is what was opened that has the lock: who inherits it, or makes a second descriptor of it, is let
    through. With ``lockf`` it is the process. So a report says through what a lock was taken. Closing releases it, too:
    that is reported where nobody else has what was opened. Where somebody may have, it is not, nor is an end; so from
    the first lock on, no access is held back: what this process has reported by the time another one acquires the lock,
    it did before.
    """
    locks = FileLocks(recorder, files)
    files.closes = locks.before_close
    for name in ("flock", "lockf"):
        replace(fcntl, name, locks.recording(getattr(fcntl, name)))


class FileLocks:
    """The locks on files that this process has taken."""

    def __init__(self, recorder: Recorder, files: Files) -> None:
        self.recorder, self.files = recorder, files
        self._taken: dict[tuple[int, int], str] = {}  # by device and inode

    def recording(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """``flock`` or ``lockf``, reported."""

        def lock(*arguments: Any, **options: Any) -> Any:
            fd, operation = arguments[:2] if len(arguments) >= 2 else (None, None)
            number = _number(fd)
            name = self._name(number) if isinstance(operation, int) else None
            if name is None:
                return real(*arguments, **options)  # an error, or what it is
            self.recorder.unbuffered = True
            if operation & fcntl.LOCK_UN:
                self.recorder.record("releases", at="file lock", name=name)
                self._taken.pop(_identity(number), None)
                return real(*arguments, **options)
            more: dict[str, Any] = {"through": self.files.description(number)[0]} if real.__name__ == "flock" else {}
            more |= {} if operation & fcntl.LOCK_EX else {"shared": True}
            with self.recorder.act("acquires", name, at="file lock", **more) as act:
                self.recorder.flush()
                result = self._wait(act, real, operation, arguments, options)
            self._taken[_identity(number)] = name
            return result

        return like(lock, real)

    def _wait(
        self, act: Any, real: Callable[..., Any], operation: int, arguments: tuple[Any, ...], options: dict[str, Any]
    ) -> Any:
        """Take it; if it is not free, report the wait, and wait."""
        if operation & fcntl.LOCK_NB or self.recorder.gate:
            return real(*arguments, **options)
        try:
            return real(arguments[0], operation | fcntl.LOCK_NB, *arguments[2:], **options)
        except (BlockingIOError, PermissionError):
            act.begins_to_wait()
            return real(*arguments, **options)

    def before_close(self, fd: Any) -> None:
        """Report the release of what closing this descriptor releases, if that is certain."""
        if not self._taken or not isinstance(fd, int):
            return
        try:
            name = self._taken.get(_identity(fd))
            alone = name and self.files.description(fd)[1]
        except (OSError, OverflowError):
            return
        if name and alone:
            del self._taken[_identity(fd)]
            self.recorder.record("releases", at="file lock", name=name)

    def _name(self, number: Any) -> str | None:
        """``lock on data.bin``; None for what is no open file."""
        name = self.files.name_behind(number).removeprefix("file ") or _name(number)
        return None if name is None else f"lock on {name}"


def _identity(fd: int) -> tuple[int, int]:
    status = fstat(fd)
    return status.st_dev, status.st_ino


def _number(fd: Any) -> Any:
    try:
        return fd if isinstance(fd, int) else fd.fileno()
    except (AttributeError, OSError, TypeError, ValueError):
        return None


def _name(number: Any) -> str | None:
    """``data.bin``; None for what is no open file."""
    try:
        if hasattr(fcntl, "F_GETPATH"):
            path = fcntl.fcntl(number, fcntl.F_GETPATH, bytes(1024)).rstrip(b"\0").decode()
        else:
            path = readlink(f"/proc/self/fd/{number}")
    except (OSError, TypeError, ValueError):
        return None
    return os.path.basename(path).removesuffix(" (deleted)")
