"""The anonymous blocks of a program: which bytes are read and written, in whichever way."""

from __future__ import annotations

import mmap
import struct
import weakref
from functools import partial

from ...memory.block import look
from .hooks import like, replace
from .memoryviews import is_viewed
from .recorder import Recorder
from .traced_mmap import recording
from .view_writes import ViewWrites, changes

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


_real = mmap.mmap
_SMALL = 1 << 16  # bytes of a block of which a copy is kept, so that writes through views are found
_SHOWN = 1 << 20  # bytes of a block whose contents are part of an outcome


class Blocks:
    """All blocks that this process knows of, each with a copy into which every write goes that is reported."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self._known: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self.named: dict[str, tuple[str, mmap.mmap | None]] = {}  # by a SharedMemory's own name
        self._view_writes = ViewWrites()

    def install(self) -> None:
        """Have every new block be a traced one."""
        mmap.mmap = recording(self.recorder, self.add)  # type: ignore[misc]
        replace(struct, "pack_into", self._packs(struct.pack_into))
        replace(struct, "unpack_from", self._unpacks(struct.unpack_from))
        self.recorder.before_recording, self.recorder.passed = self.look_for_views, self.look_anew
        self.recorder.before_threads = self._end_the_quick_way
        if self.recorder.gate:
            self.recorder.gate.contents = self.contents

    def add(self, block: Any, memory: str) -> None:
        """Report a new block, and keep a copy of it if it is small."""
        self._enter(block, memory, self.recorder.name_for("block"), self._copied(len(block), memory))

    def attach(self, block: Any, key: str) -> None:
        """Report a named block; one that was seen before keeps its name and its copy."""
        with self.recorder.hold:
            if key not in self.named:
                self.named[key] = self.recorder.name_for("block"), self._copied(len(block), "named")
            self._enter(block, "named", *self.named[key])

    def _copied(self, size: int, memory: str) -> mmap.mmap | None:
        private = mmap.MAP_PRIVATE if memory == "private" else mmap.MAP_SHARED
        return _real(-1, size, flags=private | mmap.MAP_ANONYMOUS) if self.recorder.records and size <= _SMALL else None

    def _enter(self, block: Any, memory: str, name: str, copy: mmap.mmap | None) -> None:
        with self.recorder.hold:
            block._name, block._memory, block._viewed, block._copy = name, memory, False, copy
            block._read_here = self.recorder.epochs.by_place("reads", name)
            block._wrote_here = self.recorder.epochs.by_place("writes", name)
            self.recorder.record("maps", size=len(block), memory=memory, block=name)
            self._known[id(block)] = block

    def _end_the_quick_way(self) -> None:
        """Where there are threads, each access must be in the hold."""
        for block in self.known():
            block._saw = block._wrote = None

    def known(self) -> list[Any]:
        """Those that are there and open, in the order in which they were made."""
        there = [reference() for reference in self._known.valuerefs()]
        return [block for block in there if block is not None and not block.closed]

    def look_for_views(self) -> None:
        """Report views that were taken, and bytes that were changed through them."""
        for block in self.known():
            if not block._viewed and is_viewed(block):
                self.view(block)
        viewed = self._viewed()
        mine = bool(viewed) and self._view_writes.could_have()
        for block in viewed:
            for start, stop in changes(block._seen, block._copy[:], _now_in(block)) if mine else ():
                block._copy[start:stop] = data = _now_in(block, start, stop)
                self.recorder.record_view_write(block._name, start, look(data))
            block._seen = _now_in(block)

    def look_anew(self) -> None:
        """Take what has been written to blocks until now as somebody else's, or reported."""
        viewed = self._viewed()
        for block in viewed:
            block._seen = _now_in(block)
        if viewed:
            self._view_writes.could_have()

    def _viewed(self) -> list[Any]:
        return [block for block in self.known() if block._viewed and block._copy is not None]

    def view(self, block: Any) -> None:
        """Report a view; what is done through it takes no turns, so an exploration may miss outcomes."""
        block._viewed, block._wrote, block._seen = True, None, b"" if block._copy is None else block._copy[:]
        if self.recorder.gate:
            self.recorder.gate.mark_incomplete("takes a view, through which reads and writes take no turns")
        self.recorder.record("views", block=block._name)

    def contents(self) -> Mapping[str, object]:
        """What each block holds now, by its name; a private one by its process, too."""
        return {
            _of(block, self.recorder.name): look(_now_in(block)).to_wire()
            for block in sorted(self.known(), key=lambda block: block._name)
            if len(block) <= _SHOWN
        }

    def _packs(self, pack: Callable[..., None]) -> Callable[..., None]:
        def pack_into(*arguments: Any, **options: Any) -> Any:
            buffer, start, stop = _packed(*arguments)
            return buffer._writes(start, stop, pack, *arguments) if buffer is not None else pack(*arguments, **options)

        return like(pack_into, pack)

    def _unpacks(self, unpack: Callable[..., Any]) -> Callable[..., Any]:
        def unpack_from(*arguments: Any, **options: Any) -> Any:
            buffer, start, stop = _packed(*arguments, **options)
            act = partial(unpack, *arguments, **options)
            return buffer._reads(start, stop, act) if buffer is not None else act()

        return like(unpack_from, unpack)


def _packed(format: Any = None, buffer: Any = None, offset: Any = 0, *values: Any) -> tuple[Any, int, int]:
    """The block that is meant, and which bytes of it; None for a buffer that is no block, and for what is an error."""
    if getattr(buffer, "_name", None) is None:
        return None, 0, 0
    try:
        size = len(buffer)
        start = offset + size if offset < 0 else offset
        return buffer, start, start + struct.calcsize(format)
    except (TypeError, ValueError, struct.error):
        return None, 0, 0


def _now_in(block: Any, start: int | None = None, stop: int | None = None) -> bytes:
    """The bytes that a block holds now, read without a report."""
    return _real.__getitem__(block, slice(start, stop))


def _of(block: Any, role: str) -> str:
    return f"{block._name} of {role}" if block._memory == "private" else str(block._name)
