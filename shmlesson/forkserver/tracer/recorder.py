"""A process of a learner's program, as it reports itself: what it does, in which of its lines, repetitions merged."""

from __future__ import annotations

import sys
from _thread import _local  # threading's own, without the rest of it
from functools import partial

from ...memory.block import wire_of
from ...wire.kinds import kinds_with, same_epoch, step_of
from ...wire.messages import line_of
from ..reporter import Reporter
from .coalescing import Coalesced
from .epochs import Epochs, Site
from .hold import Hold
from .lines import NAME, where, who_acts

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .gate import Gate  # where nothing is explored, a program need not wait for that import

_MOST = 20_000  # events that one process reports; after that it goes on unreported
_ALWAYS, _AFTER, _AHEAD = kinds_with("always"), kinds_with("after"), kinds_with("ahead")
_SAME_EPOCH = same_epoch()
_OFTEN = frozenset({"sends", "receives", "releases", "acquires", "notices", "waits"})  # and few different ones
_MOST_TEXTS = 1000


_STARTERS = {
    "multiprocessing.pool": "makes a pool, which starts threads",
    "multiprocessing.managers": "starts a manager, which starts threads",
    "concurrent.futures": "makes an executor, which starts threads",
    "multiprocessing.queues": "puts something into a queue, which starts a thread",
}


def _starter() -> str:
    """What the learner's line does that starts a thread now."""
    frame = sys._getframe(1)
    while frame and frame.f_code.co_filename != NAME:
        module = frame.f_globals.get("__name__", "")
        for name, does in _STARTERS.items():
            if module == name or module.startswith(f"{name}."):
                return does
        frame = frame.f_back  # type: ignore[assignment]
    return "starts a thread"


class _Now(_local):
    """What each thread is doing."""

    library = False  # a library's object acts, and whoever uses it reports all of that as one act
    at_once = False  # and all of that is one step
    inside = False  # a library acts for purposes of its own


def _always() -> bool:
    return True


class Recorder(Reporter):
    """A ``Reporter`` for a program that knows nothing of it: it adds lines, merges repetitions and takes turns.

    A hook says each act once, with ``act``, or with ``access`` if it reads or writes a block. What has to happen
    around the act follows from the table of kinds (``wire/kinds.py``): which step of a schedule it is, so that it waits
    for its turn where a scheduler decides (see ``Gate``), and whether it is reported before or after it is done. The
    rule is Lamport's (CACM 1978): of two events that the system orders, the first must be reported first. A lock is
    reported as released *before* it is, and as acquired *after* it is, so no report of an acquire can come earlier than
    that of the release that made it possible, although no clock but the machine's ties the processes together. For a
    plain read or write nothing of the kind can be promised: it and its report are two things, and another process may
    come between them. So who reads what is decided by values, and who comes first by vector clocks, never by reports.

    Repeated reads and writes are held back (see ``Coalesced``). The invariant: nothing is held back across any other
    event, a fork, an end, or an access on another line. So whatever orders this process before another one (a message,
    a release, a fork, an end) is reported after everything that this process did before it.

    A write through a view that has had its turn is reported in ``before_recording``, at the latest (see ``Views``).

    A program's threads and signal handlers share the recorder: all that reads or changes its state is in its ``hold``.
    """

    def __init__(self, reporter: Reporter, gate: Gate | None = None) -> None:
        super().__init__(reporter.name, reporter.report)
        self.gate = gate
        self.hold = gate.hold if gate else Hold()
        self.act, self.access = partial(Act, self), partial(Access, self)  # no functions: they run for every act
        self.records = not (gate and gate.unrecorded)  # else only the outcome counts, and no events are reported
        self.before_recording: Callable[[], None] = lambda: None
        self.children: dict[int, str] = {}
        self.now = _Now()
        # Nothing is held back: in turns, what another process does may come between any two accesses.
        self.unbuffered = gate is not None
        self.threads = False  # there are others than the first
        self.before_threads: Callable[[], None] = lambda: None
        self._made: dict[str, int] = {}
        self._room, self._truncated = _MOST, 0
        self._held: dict[tuple[str, str], Coalesced] = {}
        self.epochs = Epochs(self._tell_of_more)
        self._texts: dict[tuple[object, ...], str] = {}  # that reports begin with which are made often

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
        self._texts = {}
        self.epochs.becomes_child()
        self.hold.becomes_child()

    def has_threads(self) -> None:
        """From now on others may act beside this thread, between any two of its steps."""
        self.threads = True
        self.epochs.forget()
        self.before_threads()
        if self.gate:
            self.gate.bars(f"{_starter()}, and threads take no turns")

    def wait_for_turn(
        self,
        step: str,
        thing: str,
        at: str = "",
        start: int = 0,
        stop: int = 0,
        ready: Callable[[], bool] = _always,
    ) -> None:
        """Wait until this process may take this step, where a scheduler decides that; see ``Gate.wait_for_turn``."""
        if self.gate and not self.now.at_once:
            self.record_view_writes()
            self.gate.wait_for_turn(step, thing, at, start, stop, ready, where()[0])

    def record(self, kind: str, **detail: object) -> None:
        """Report an event with the learner's line, after whatever was held back."""
        with self.hold:
            if kind == "reaps" and self.gate:
                self.gate.reaped(detail)
            if self.now.library or not self.records:
                return
            self.record_view_writes()
            self.flush()
            if kind not in _SAME_EPOCH:
                self.epochs.end()
            self._send(kind, detail)

    def record_view_writes(self) -> None:
        """Report what was written through views of blocks, before anything else is reported."""
        if self.records:
            with self.hold:
                library, self.now.library = self.now.library, False
                self.before_recording()
                self.now.library = library

    def record_access(
        self,
        kind: str,
        block: str,
        offset: int,
        data: bytes,
        place: tuple[int | None, bool] | None = None,
        **more: object,
    ) -> Coalesced | None:
        """Report a read or a write; more of the same on the same line is held back, and reported as one.

        ``place``: what ``where`` has said, if it was not here.

        What further accesses can be added to; None if nothing is held back.
        """
        line, inner, frame = (*place, None) if place else who_acts()
        key, end = (kind, block), offset + len(data)
        with self.hold:
            held = self._held.get(key)
            if held and held.line == line and held.goes_on(offset, end):
                held.add(offset, end, data, more)
                return held
            site = self.epochs.site(kind, block, line, inner)
            if held or any(other.line != line for other in self._held.values()):
                self.flush()
            if site.is_quiet and not self.gate:
                self.epochs.note(kind, block, site, offset, end, None if self.threads else frame)
                return None
            site.told += 1
            held = None if self.unbuffered else self._held.setdefault(key, Coalesced(line, inner, offset, end))
            if self._has_room():
                self._emit_access(kind, {"block": block, **_place(line, inner)}, offset, data, more)
            return held

    def _emit_access(
        self, kind: str, what: dict[str, object], offset: int, data: bytes, more: dict[str, object]
    ) -> None:
        rest = f',"offset":{offset},"contents":[{",".join(map(str, wire_of(data)))}]'
        if more:
            rest += f",{line_of(more)[1:-2].decode('ascii')}"
        self._emit_often(kind, what, rest)

    def _emit_often(self, kind: str, detail: dict[str, object], rest: str = "") -> None:
        """Report it, as ``emit`` does; the beginning of its text is kept for the next time."""
        key = (kind, *detail.items())
        text = self._texts.get(key)
        if text is None:
            if len(self._texts) >= _MOST_TEXTS:
                self._texts.clear()
            text = self._texts[key] = self.beginning_of(kind, **detail)
        try:
            self.emit_text(text, rest)
        except OSError:
            pass  # the program has closed the report pipe: it goes on, as it would alone

    def _tell_of_more(self, kind: str, block: str, site: Site, ranges: list[int]) -> None:
        """Report bytes that a line has touched, of which it is not told what they held."""
        offset, size = ranges[0], ranges[-1] - ranges[0]
        detail = {"block": block, "offset": offset, "contents": [size, 1], "ranges": ranges}
        self._send(kind, detail, (site.line, site.inner))

    def flush(self) -> None:
        """Report what was held back."""
        if not self._held:
            return
        with self.hold:
            held, self._held = self._held, {}
            for (kind, block), entry in held.items():
                for detail in entry.rest():
                    self._send(kind, {"block": block, **detail}, (entry.line, entry.inner))

    def _send(self, kind: str, detail: dict[str, Any], place: tuple[int | None, bool] | None = None) -> None:
        """Report, unless the program has closed the report pipe: it goes on either way, as it would alone."""
        if kind not in _ALWAYS and not self._has_room():
            return
        line, inner = place or where()
        inner = inner or (self.now.inside and place is None)
        detail = {**detail, **_place(line, inner)}
        if kind in _OFTEN:
            self._emit_often(kind, detail)
            return
        try:
            self.emit(kind, **detail)
        except OSError:
            pass

    def _has_room(self) -> bool:
        self._room -= 1
        if self._room == 0:
            self._send("truncated", {})
        self._truncated += self._room <= 0
        return self._room > 0

    def prints(self, text: str, stream: str) -> None:
        """Report what was printed; ``OSError`` if the report pipe is closed."""
        with self.hold:
            if self.gate:
                self.gate.prints(text)
            if not self.records:
                return
            self.record_view_writes()
            self.flush()
            line, _ = where()
            self.emit("prints", text=text, stream=stream, **({} if line is None else {"line": line}))

    def finishes(self, code: int, how: str, line: int | None, **more: object) -> None:
        """Report this process's end; with the line, where it called for it itself."""
        if not self.records:
            return
        with self.hold:
            self.record_view_writes()
            self.flush()
            self.epochs.end()
            if self._truncated:
                self._send("omitted", {"count": self._truncated})
            self._send(
                "ends", {"code": code, "how": how, **more}, (line or (where()[0] if how == "_exit" else None), False)
            )


def _place(line: int | None, inner: bool) -> dict[str, object]:
    """The fields that say where in the program something was done."""
    return {**({} if line is None else {"line": line}), **({"inner": True} if inner else {})}


class Act:
    """One act of a program, around what does it: its turn, and its report before or after, as its kind has it.

    ``thing`` is the name of what it is about, ``at`` the sort of that, where the kind can be about several.
    ``waits``: it waits for the thing, rather than try, or wait for a limited time. ``ready``: whether it would go
    through now, without a wait. ``turn`` is false where what does it takes turns by itself, or where there are none.
    ``detail`` is reported with it; so is the thing, if ``at`` is given.

    An act that fails is not reported as done; nor is one that has not ``happened``.
    """

    __slots__ = ("_after", "_at", "_detail", "_kind", "_ready", "_recorder", "_step", "_thing", "happened")

    def __init__(
        self,
        recorder: Recorder,
        kind: str,
        thing: str,
        at: str = "",
        waits: bool = True,
        ready: Callable[[], bool] = _always,
        turn: bool = True,
        **detail: object,
    ) -> None:
        self._recorder, self._kind, self._thing, self._at, self._ready = recorder, kind, thing, at, ready
        self._step = step_of(kind, at, waits) if turn and recorder.gate else ""
        self._detail = {"at": at, "name": thing, **detail} if at else detail
        self._after = kind in _AFTER
        self.happened: Any = True

    def __enter__(self) -> Act:
        if self._after:
            self._recorder.record_view_writes()
            self.wait_for_turn()
        elif self._kind in _AHEAD:
            self._recorder.record(self._kind, **self._detail)
            self.wait_for_turn()
        else:
            self.wait_for_turn()
            self._recorder.record(self._kind, **self._detail)
        return self

    def __exit__(self, error: object, *more: object) -> None:
        if self._after and error is None and self.happened:
            self._recorder.record(self._kind, **self._detail)

    def wait_for_turn(self) -> None:
        """Take the turn for it; once more for each further step, if it is done in several."""
        if self._step:
            self._recorder.wait_for_turn(self._step, self._thing, self._at, ready=self._ready)

    def begins_to_wait(self) -> None:
        """Report that it has to wait."""
        self._recorder.record("waits", at=self._at or "child", name=self._thing)

    def says(self, **detail: object) -> None:
        """Report this with it, too."""
        self._detail.update(detail)


class Access:
    """A read or a write of these bytes of a block, around what does it: in turn, and in the hold."""

    __slots__ = ("_block", "_kind", "_recorder", "_start", "_stop")

    def __init__(self, recorder: Recorder, kind: str, block: str, start: int, stop: int) -> None:
        self._recorder, self._kind, self._block, self._start, self._stop = recorder, kind, block, start, stop

    def __enter__(self) -> Access:
        if self._recorder.gate:
            self._recorder.wait_for_turn(step_of(self._kind), self._block, "block", self._start, self._stop)
        self._recorder.hold.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._recorder.hold.__exit__()

    def record(self, data: bytes) -> Coalesced | None:
        """Report it with the bytes that it has read or written; see ``Recorder.record_access``."""
        return self._recorder.record_access(self._kind, self._block, self._start, data)


class silent:
    """What happens within is reported as one act, by whoever uses this."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder

    def __enter__(self) -> None:
        self.before = self.recorder.now.library, self.recorder.now.at_once
        self.recorder.now.library = True

    def __exit__(self, *error: object) -> None:
        self.recorder.now.library, self.recorder.now.at_once = self.before


class at_once(silent):
    """The same, and it is one step, too: no other process moves before its end."""

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
