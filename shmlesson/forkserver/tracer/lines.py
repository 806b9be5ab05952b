"""The learner's line that leads to an act, found in the frames of the stack; and which files are ours."""

from __future__ import annotations

import os
import sys
from functools import cache

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

NAME = "program.py"  # what a program is called, in tracebacks too
# All that is under a program: beside this folder the rest of the fork server, and what it shares with the kernel.
_PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
_OURS = tuple(os.path.join(_PACKAGE, folder, "") for folder in ("forkserver", "wire", "memory"))
_OF_PROXIES = {  # whose methods are made without a module; see MakeProxyType in multiprocessing.managers
    *("acquire", "release", "__enter__", "__exit__", "wait", "notify", "notify_all", "wait_for", "is_set", "set"),
    *("clear", "get", "get_nowait", "put", "put_nowait", "qsize", "empty", "full", "join", "task_done", "append"),
    *("extend", "insert", "pop", "popitem", "remove", "reverse", "sort", "index", "count", "keys", "values", "items"),
    *("copy", "update", "setdefault", "__getitem__", "__setitem__", "__delitem__", "__contains__", "__len__"),
    *("__iter__", "__getattr__", "__setattr__", "__delattr__", "__iadd__", "__str__", "parties", "n_waiting"),
    *("_callmethod", "temp", "abort", "reset", "broken", "__next__"),
}
_OF_PATHS = {
    *("exists", "is_file", "is_dir", "stat", "lstat", "unlink", "touch", "mkdir", "rmdir", "rename", "replace"),
    *("open", "read_text", "write_text", "read_bytes", "write_bytes", "iterdir", "symlink_to", "hardlink_to"),
}
# What the learner calls, by module and function; whatever else acts between the learner's line and us acts for itself.
_CALLED = {
    "multiprocessing.synchronize": {"__enter__", "__exit__", "__init__"},
    "multiprocessing.sharedctypes": {
        "__enter__",
        "__exit__",
        "acquire",
        "release",
        "synchronized",
        "Value",
        "Array",
        "RawValue",
        "RawArray",
        "copy",
    },
    "genericpath": {"exists", "lexists", "isfile", "isdir", "getsize", "getmtime"},
    "posixpath": {"lexists"},
    **dict.fromkeys(("pathlib", "pathlib._local", "pathlib._abc"), _OF_PATHS),
    "multiprocessing.connection": {
        *("send", "recv", "send_bytes", "recv_bytes", "recv_bytes_into", "Pipe", "poll", "_poll", "wait"),
        *("accept", "Client", "SocketClient"),
    },
    "selectors": {"select"},
    "multiprocessing.managers": _OF_PROXIES,
    "": _OF_PROXIES,
    "multiprocessing.shared_memory": {"__init__", "__getitem__", "__setitem__"},
    "numpy.memmap": {"__new__"},
    "numpy.core.memmap": {"__new__"},
    "numpy._core.memmap": {"__new__"},
    "socket": {"readinto", "write", "send_fds", "recv_fds", "create_connection", "sendfile", "_sendfile_use_sendfile"},
    "multiprocessing.process": {"start", "join"},
    "multiprocessing.popen_fork": {"__init__", "_launch", "wait", "poll"},
    "multiprocessing.context": {
        *("_Popen", "Lock", "RLock", "Semaphore", "BoundedSemaphore", "Event", "Barrier"),
        *("Condition", "Value", "Array", "RawValue", "RawArray", "Pipe"),
    },
}


@cache
def is_ours(file: str) -> bool:
    """Whether a file is one of the fork server's: its frames are no part of the program."""
    return file.startswith(_OURS)


def who_acts() -> tuple[int | None, bool, FrameType | None]:
    """The same as ``where``; and the learner's frame, where nothing but our hooks lies between it and the act."""
    frame: Any = sys._getframe(1)
    while frame and is_ours(frame.f_code.co_filename):
        frame = frame.f_back
    if frame and frame.f_code.co_filename == NAME:
        return frame.f_lineno, False, frame
    return *where(), None


def where() -> tuple[int | None, bool]:
    """The learner's line that led here, and whether a library acts for itself; None where no line of theirs did."""
    frame, inner = sys._getframe(1), False
    while frame:
        file = frame.f_code.co_filename
        if file == NAME:
            return frame.f_lineno, inner
        if not is_ours(file):
            module = frame.f_globals.get("__name__", "")
            inner = inner or frame.f_code.co_name not in _CALLED.get(module, ())
        if frame.f_back is None and frame.f_globals.get("__name__") == "threading":
            return None, True  # a thread that a library has started
        frame = frame.f_back  # type: ignore[assignment]
    return None, False
