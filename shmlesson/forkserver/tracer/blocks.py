"""The blocks of a program: which bytes are read and written, in whichever way.

A block is anonymous memory, a file that is mapped, or ``SharedMemory``. Of the last two the name goes with what is
mapped, not with who maps it (see ``Claims``): all of a file is one block, wherever in it a mapping begins.
"""

from __future__ import annotations

import mmap
import struct
import sys
import weakref
from functools import partial
from os import fstat  # by name: a program may replace it
from stat import S_ISREG

from ...memory.block import look
from .claims import Claims
from .hooks import like, replace
from .probes import Probes
from .recorder import Recorder
from .regions import Regions
from .traced_mmap import recording
from .views import Views

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


_real = mmap.mmap
_SHOWN = 1 << 20  # bytes of a block whose contents are part of an outcome
_OTHERS = ("multiprocessing.heap", "multiprocessing.shared_memory")  # whose files are no blocks of the program's own


class Blocks:
    """All blocks that this process knows of, and the views of them."""

    def __init__(self, recorder: Recorder, claims: Claims) -> None:
        self.recorder, self.claims = recorder, claims
        self._known: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self.regions = Regions()
        self.views = Views(recorder, self.regions)
        self.probes = Probes(self.views, self.view)

    def install(self) -> None:
        """Have every new block be a traced one."""
        mmap.mmap = recording(self.recorder, self.add, self.add_file)  # type: ignore[misc]
        replace(struct, "pack_into", self._packs(struct.pack_into))
        replace(struct, "unpack_from", self._unpacks(struct.unpack_from))
        replace(struct, "Struct", self._packing(struct.Struct))
        self.recorder.before_threads = self._end_the_quick_way
        if self.recorder.gate:
            self.recorder.gate.contents = self.contents
            self.recorder.gate.memory.append(self.known)

    def add(self, block: Any, memory: str) -> None:
        """Report a new anonymous block."""
        self._enter(block, memory, self.recorder.name_for("block"))

    def add_file(self, block: Any, memory: str, fileno: int, offset: int) -> None:
        """Report a file that has been mapped."""
        if sys._getframe(2).f_globals.get("__name__") in _OTHERS:
            return
        about = fstat(fileno)
        if not S_ISREG(about.st_mode):  # /dev/zero, each mapping of which is another memory
            return self.add(block, memory)
        if memory == "private":
            return self._enter(block, memory, self.recorder.name_for("mapped file"))
        block._base = offset
        return self._enter(block, "file", self.claims.name_of(f"{about.st_dev} {about.st_ino}", "mapped file"))

    def attach(self, block: Any, key: str) -> None:
        """Report a named block; one that was seen before keeps its name."""
        self._enter(block, "named", self.claims.name_of(key, "block"))

    def _enter(self, block: Any, memory: str, name: str) -> None:
        with self.recorder.hold:
            block._name, block._memory, block._viewed = name, memory, False
            if not block._base:  # else the places in the block are not those that are noted
                block._read_here = self.recorder.epochs.by_place("reads", name)
                block._wrote_here = self.recorder.epochs.by_place("writes", name)
            self.recorder.record("maps", size=len(block), memory=memory, block=name)
            self._known[id(block)] = block
            self.regions.expect(block)

    def _end_the_quick_way(self) -> None:
        """Where there are threads, each access must be in the hold."""
        for block in self.known():
            block._saw = block._wrote = None

    def known(self) -> list[Any]:
        """Those that are there and open, in the order in which they were made."""
        there = [reference() for reference in self._known.valuerefs()]
        return [block for block in there if block is not None and not block.closed]

    def view(self, block: Any) -> None:
        """Report the first view of a block."""
        if getattr(block, "_viewed", None) is False:
            block._viewed = True
            self.recorder.record("views", block=block._name)

    def contents(self) -> Mapping[str, object]:
        """What each block holds now, by its name; a private one by its process, too."""
        return {
            _of(block, self.recorder.name): look(_now_in(block)).to_wire()
            for block in sorted(self.known(), key=lambda block: block._name)
            if len(block) <= _SHOWN
        }

    def packs(self, buffer: Any, offset: Any, size: int, act: Callable[[], Any]) -> Any:
        """Do what packs into a block, or into a view of one."""
        return self._touches("writes", buffer, offset, size, act)

    def unpacks(self, buffer: Any, offset: Any, size: int, act: Callable[[], Any]) -> Any:
        """Do what unpacks from a block, or from a view of one."""
        return self._touches("reads", buffer, offset, size, act)

    def _touches(self, kind: str, buffer: Any, offset: Any, size: int, act: Callable[[], Any]) -> Any:
        if type(offset) is not int or not self.probes.is_memory(buffer):
            return act()
        try:
            length = memoryview(buffer).nbytes
        except (ValueError, TypeError, BufferError):
            return act()  # closed, or released
        start = offset + length if offset < 0 else offset
        if not 0 <= start < start + size <= length:
            return act()
        if getattr(buffer, "_name", None) is not None:
            return (buffer._writes if kind == "writes" else buffer._reads)(start, start + size, act)
        target = self.views.part(buffer, start, start + size)
        if kind == "reads":
            self.views.read(target)
            return act()
        self.views.write(target)
        result = act()
        self.views.done()
        return result

    def _packs(self, pack: Callable[..., None]) -> Callable[..., None]:
        def pack_into(*arguments: Any, **options: Any) -> Any:
            act = partial(pack, *arguments, **options)
            return self.packs(*_packed(*arguments), act) if len(arguments) > 2 else act()

        return like(pack_into, pack)

    def _unpacks(self, unpack: Callable[..., Any]) -> Callable[..., Any]:
        def unpack_from(*arguments: Any, **options: Any) -> Any:
            act = partial(unpack, *arguments, **options)
            return self.unpacks(*_packed(*arguments, **options), act)

        return like(unpack_from, unpack)

    def _packing(self, real: Any) -> type:
        blocks = self

        class Struct(real):  # type: ignore[misc]
            __slots__ = ()
            __doc__ = real.__doc__

            def pack_into(self, *arguments: Any) -> Any:
                act = partial(real.pack_into, self, *arguments)
                return blocks.packs(arguments[0], arguments[1], self.size, act) if len(arguments) > 1 else act()

            def unpack_from(self, *arguments: Any, **options: Any) -> Any:
                act = partial(real.unpack_from, self, *arguments, **options)
                buffer, offset, _ = _packed(None, *arguments, **options)
                return blocks.unpacks(buffer, offset, self.size, act)

        Struct.__module__, Struct.__qualname__ = real.__module__, real.__qualname__
        return Struct


def _packed(format: Any = None, buffer: Any = None, offset: Any = 0, *values: Any, **more: Any) -> tuple[Any, Any, int]:
    """The buffer, the place in it, and how many bytes are meant; 0 for what is an error."""
    try:
        return buffer, offset, 0 if format is None else struct.calcsize(format)
    except (TypeError, ValueError, struct.error):
        return None, 0, 0


def _now_in(block: Any, start: int | None = None, stop: int | None = None) -> bytes:
    """The bytes that a block holds now, read without a report."""
    return _real.__getitem__(block, slice(start, stop))


def _of(block: Any, role: str) -> str:
    begins = f" from {block._base} on" if block._base else ""
    return f"{block._name} of {role}" if block._memory == "private" else f"{block._name}{begins}"
