"""A process of a learner's program, as it reports itself: what it does, on which line, and not the same thing twice."""

from __future__ import annotations

from _thread import _local  # threading's own, without the rest of it

from ...memory.block import look
from ...wire.kinds import kinds_with
from ..reporter import Reporter
from .coalescing import Coalesced
from .gate import Gate
from .hold import Hold
from .lines import where

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ...memory.contents import Contents

_MOST = 5000  # acts that one process tells of; then it goes on untold
_ALWAYS, _AFTER = kinds_with("always"), kinds_with("after")


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
