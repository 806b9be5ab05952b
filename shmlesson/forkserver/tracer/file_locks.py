"""Locks on files: ``fcntl.flock`` and ``fcntl.lockf`` in a program."""

from __future__ import annotations

import fcntl
import os
from os import readlink  # by name: a program may replace it

from .hooks import like, replace
from .recorder import Recorder

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def watch_file_locks(recorder: Recorder) -> None:
    """Have this process report whenever it has acquired a lock on a file, or released it by a call.

    Most locks are released by closing their descriptor, which is not seen. So from the first lock on, no access is held
    back: what this process has reported by the time another one acquires the lock, it did before.
    """
    for name in ("flock", "lockf"):
        replace(fcntl, name, _recording(getattr(fcntl, name), recorder))


def _recording(real: Callable[..., Any], recorder: Recorder) -> Callable[..., Any]:
    def lock(*arguments: Any, **options: Any) -> Any:
        fd, operation = arguments[:2] if len(arguments) >= 2 else (None, None)
        name = _name(fd) if isinstance(operation, int) else None
        if name is None:
            return real(*arguments, **options)  # an error, or what it is
        recorder.unbuffered = True
        if operation & fcntl.LOCK_UN:
            recorder.record("releases", at="file lock", name=name)
            return real(*arguments, **options)
        with recorder.act("acquires", name, at="file lock"):
            recorder.flush()
            return real(*arguments, **options)

    return like(lock, real)


def _name(fd: Any) -> str | None:
    """``lock on data.bin``; None for what is no open file."""
    try:
        number = fd if isinstance(fd, int) else fd.fileno()
        if hasattr(fcntl, "F_GETPATH"):
            path = fcntl.fcntl(number, fcntl.F_GETPATH, bytes(1024)).rstrip(b"\0").decode()
        else:
            path = readlink(f"/proc/self/fd/{number}")
    except (AttributeError, OSError, TypeError, ValueError):
        return None
    return f"lock on {os.path.basename(path).removesuffix(' (deleted)')}"
