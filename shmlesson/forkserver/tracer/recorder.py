"""A process of a learner's program, as it reports itself: what it does, on which line, and not the same thing twice."""

from __future__ import annotations

import os
import sys
from _thread import _local  # threading's own, without the rest of it
from functools import cache

from ...memory.block import look
from ...wire.kinds import kinds_with
from ..reporter import Reporter
from .gate import Gate
from .hold import Hold

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType, FrameType, ModuleType
    from typing import Any, TypeVar

    from ...memory.contents import Contents

    Function = TypeVar("Function", bound=Callable[..., Any])

NAME = "program.py"  # what a program is called, in tracebacks too
# All that is under a program: beside this folder the rest of the fork server, and what it shares with the kernel.
_PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
_OURS = tuple(os.path.join(_PACKAGE, folder, "") for folder in ("forkserver", "wire", "memory"))
_BYTES = [bytes((byte,)) for byte in range(256)]
_MOST = 5000  # acts that one process tells of; then it goes on untold
_ALWAYS, _AFTER = kinds_with("always"), kinds_with("after")
# What the learner calls, by module and function; whatever else acts between the learner's line and us acts for itself.
_CALLED = {
    "multiprocessing.synchronize": {"__enter__", "__exit__", "__init__"},
    "multiprocessing.sharedctypes": {"__enter__", "__exit__", "acquire", "release", "synchronized", "Value", "Array"},
    "multiprocessing.connection": {"send", "recv", "send_bytes", "recv_bytes", "Pipe"},
    "multiprocessing.shared_memory": {"__init__"},
    "socket": {"readinto", "write", "send_fds", "recv_fds"},
    "multiprocessing.process": {"start", "join"},
    "multiprocessing.popen_fork": {"__init__", "_launch", "wait", "poll"},
    "multiprocessing.context": {
        *("_Popen", "Lock", "RLock", "Semaphore", "BoundedSemaphore", "Event", "Barrier"),
        *("Condition", "Value", "Array", "Pipe"),
    },
}


class _Now(_local):
    """What each thread is at."""

    library = False  # what happens is told as one act of a library's object
    at_once = False  # what happens is one step
    inside = False  # what happens is what a library does for itself


class Recorder(Reporter):
    """A ``Reporter`` that knows the learner's lines, asks at its ``gate`` where orders are explored, and counts.

    A program's threads and handlers share it, so all that reads or changes what it keeps is in its ``hold``.
    """

    def __init__(self, reporter: Reporter, gate: Gate | None = None) -> None:
        super().__init__(reporter.name, reporter.report)
        self.gate = gate
        self.hold = gate.hold if gate else Hold()
        self.records = not (gate and gate.unrecorded)  # else nobody needs to hear what happens
        self.before_recording: Callable[[], None] = lambda: None
        self.passed: Callable[[], None] = lambda: None  # whatever others did meanwhile, this process did not do it
        self.children: dict[int, str] = {}
        self.now = _Now()
        self.hurries = False  # so that nothing is held back
        self.threads = False  # there are others than the first
        self.before_threads: Callable[[], None] = lambda: None
        self._made: dict[str, int] = {}
        self._room, self._truncated = _MOST, 0
        self._held: dict[tuple[str, str], Coalesced] = {}

    def name_for(self, sort: str) -> str:
        """``block 1`` for the parent's first block, ``child 2’s pipe 1`` for the first pipe that this child makes."""
        with self.hold:
            name = self.next_name(sort)
            self._made[sort] = self._made.get(sort, 0) + 1
            return name

    def next_name(self, sort: str) -> str:
        """The name that the next thing of this sort will have."""
        number = self._made.get(sort, 0) + 1
        return f"{sort} {number}" if self.name == "parent" else f"{self.name}’s {sort} {number}"

    def becomes_child(self) -> None:
        super().becomes_child()
        self.children, self._made, self._held, self.threads = {}, {}, {}, False
        self._room, self._truncated = _MOST, 0
        self.hold.becomes_child()

    def has_threads(self) -> None:
        """From now on others may act beside this thread, between any two of its steps."""
        self.threads = True
        self.before_threads()
        if self.gate:
            self.gate.sees_not_all()

    def wait_for_turn(self, kind: str, thing: str, **more: Any) -> None:
        """Wait until it is this process's turn to do this, where somebody decides that; see ``Gate.wait_for_turn``."""
        if self.gate and not self.now.at_once:
            self.record_view_writes()
            self.gate.wait_for_turn(kind, thing, line=where()[0], **more)

    def record(self, kind: str, **detail: object) -> None:
        """Tell of an act, with the learner's line; whatever was held back comes first."""
        with self.hold:
            if kind == "reaps" and self.gate:
                self.gate.reaped(detail)
            if self.now.library or not self.records:
                return
            if kind in _AFTER:
                self.passed()
            else:
                self.record_view_writes()
            self.flush()
            self._say(kind, detail)

    def record_view_write(self, block: str, offset: int, contents: Contents) -> None:
        """Tell of bytes that were written through a view, some time since the last act that was told."""
        detail = {"block": block, "offset": offset, "contents": contents.to_wire(), "via": "view"}
        self.flush()
        self._say("writes", detail, (None, False))

    def record_view_writes(self) -> None:
        """Tell what was written through views of blocks, before anything else is told."""
        if self.records:
            with self.hold:
                library, self.now.library = self.now.library, False
                self.before_recording()
                self.now.library = library

    def record_access(self, kind: str, block: str, offset: int, data: bytes, **more: object) -> Coalesced | None:
        """Tell of a read or a write; more of the same on the same line is held back, and told as one."""
        line, inner = where()
        key, end = (kind, block), offset + len(data)
        with self.hold:
            held = self._held.get(key)
            if held and held.line == line and held.goes_on(offset, end):
                held.add(offset, end, data, more)
                return held
            if held or any(other.line != line for other in self._held.values()):
                self.flush()
            held = None if self.hurries else self._held.setdefault(key, Coalesced(line, inner, offset, end))
            self._say(kind, {"block": block, "offset": offset, "contents": look(data).to_wire(), **more}, (line, inner))
            return held

    def flush(self) -> None:
        """Tell what was held back."""
        with self.hold:
            held, self._held = self._held, {}
            for (kind, block), entry in held.items():
                for detail in entry.rest():
                    self._say(kind, {"block": block, **detail}, (entry.line, entry.inner))

    def _say(self, kind: str, detail: dict[str, Any], place: tuple[int | None, bool] | None = None) -> None:
        """Report, unless the program has closed the report pipe: it goes on either way, as it would alone."""
        if kind not in _ALWAYS and not self._has_room():
            return
        line, inner = place or where()
        inner = inner or (self.now.inside and place is None)
        detail = {**detail, **({} if line is None else {"line": line}), **({"inner": True} if inner else {})}
        try:
            self.tell(kind, **detail)
        except OSError:
            pass

    def _has_room(self) -> bool:
        self._room -= 1
        if self._room == 0:
            self._say("truncated", {})
        self._truncated += self._room <= 0
        return self._room > 0

    def prints(self, text: str, stream: str) -> None:
        """Tell what was printed; ``OSError`` if nobody can be told."""
        with self.hold:
            if self.gate:
                self.gate.prints(text)
            if not self.records:
                return
            self.record_view_writes()
            self.flush()
            line, _ = where()
            self.tell("prints", text=text, stream=stream, **({} if line is None else {"line": line}))

    def finishes(self, code: int, how: str, line: int | None) -> None:
        """Tell of this process's end; where it called for it itself, with the line."""
        if not self.records:
            return
        with self.hold:
            self.record_view_writes()
            self.flush()
            if self._truncated:
                self._say("omitted", {"count": self._truncated})
            self._say("ends", {"code": code, "how": how}, (line or (where()[0] if how == "_exit" else None), False))


class Coalesced:
    """Reads or writes of one block on one line since the first was told: the same bytes again, or the next ones."""

    def __init__(self, line: int | None, inner: bool, offset: int, end: int) -> None:
        self.line, self.inner = line, inner
        self._first = self._last = (offset, end)
        self._times = 0
        self._parts: list[bytes] = []  # one behind the other; or the last of those that were the same
        self._more: dict[str, object] = {}
        # For the quick way: the bytes that it goes on with, and where that line was last.
        self._same = offset if end - offset == 1 and not inner else None
        self._behind = None if inner else end
        self._code: CodeType | None = None
        self._place = -1

    def goes_on(self, offset: int, end: int) -> bool:
        """Whether this is the same once more, or follows behind it, and nothing of the other sort came before."""
        same, behind = (offset, end) == self._last, offset == self._last[1]
        return (same and self._first == self._last) or (behind and not self._times)

    def add(self, offset: int, end: int, data: bytes, more: dict[str, object]) -> None:
        if (offset, end) == self._last:
            self._times, self._parts, self._behind = self._times + 1, [data], None
        else:
            self._parts.append(data)
            self._same, self._behind = None, None if self.inner else end
        self._last, self._more = (offset, end), more

    def goes_on_at(self, offset: int, frame: FrameType) -> bool:
        """The same for one byte, quickly, if the access is in the learner's own ``frame``; False if it is not clear."""
        if offset != self._same and offset != self._behind:
            return False
        if frame.f_lasti == self._place and frame.f_code is self._code:
            return True  # whose line is known: to ask for it takes longer
        if frame.f_lineno != self.line or frame.f_code.co_filename != NAME:
            return False
        self._place, self._code = frame.f_lasti, frame.f_code
        return True

    def add_byte(self, offset: int, byte: int) -> bool:
        """What ``goes_on_at`` has found to go on; False if a signal handler has had it told meanwhile."""
        if offset == self._same:
            self._times, self._parts, self._behind = self._times + 1, [_BYTES[byte]], None
        elif offset == self._behind:
            self.add(offset, offset + 1, _BYTES[byte], {})
        else:
            return False
        return True

    def rest(self) -> Iterator[dict[str, object]]:
        """What is still to be told; nothing can be added to it any more."""
        self._same = self._behind = None
        if self._parts:
            times = {"times": self._times} if self._times else {}
            contents = look(b"".join(self._parts))
            yield {"offset": self._first[0 if times else 1], "contents": contents.to_wire(), **times, **self._more}


@cache
def is_ours(file: str) -> bool:
    """Whether a file is one of the fork server's: its frames are no part of the program."""
    return file.startswith(_OURS)


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


def replace(module: ModuleType, name: str, traced: Any) -> None:
    """Put ``traced`` into this place, and where a pickle would look it up: a function of ``os`` is one of ``posix``."""
    real = getattr(module, name)
    home = sys.modules.get(getattr(real, "__module__", None) or "")
    setattr(module, name, traced)
    if home is not None and getattr(home, name, None) is real:
        setattr(home, name, traced)


def like(traced: Function, real: Any) -> Function:
    """``traced``, under the name of what it stands for."""
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        setattr(traced, name, getattr(real, name, None))
    return traced


class silent:
    """What happens within is told as one act, by whoever uses this."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder

    def __enter__(self) -> None:
        self.before = self.recorder.now.library, self.recorder.now.at_once
        self.recorder.now.library = True

    def __exit__(self, *error: object) -> None:
        self.recorder.now.library, self.recorder.now.at_once = self.before


class at_once(silent):
    """The same, and it is one step, too: nobody else moves before its end."""

    def __enter__(self) -> None:
        super().__enter__()
        self.recorder.now.at_once = True


class inside:
    """What happens within is what a library does for itself, if it is that ``really``."""

    def __init__(self, recorder: Recorder, really: bool = True) -> None:
        self.recorder, self.really = recorder, really

    def __enter__(self) -> None:
        self.before, self.recorder.now.inside = self.recorder.now.inside, self.recorder.now.inside or self.really

    def __exit__(self, *error: object) -> None:
        self.recorder.now.inside = self.before
