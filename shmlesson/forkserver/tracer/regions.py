"""Where in this process's memory its blocks lie: an address, and which bytes of which block are there.

A view knows no block, but has an address. It is asked for with the functions under ``ctypes``, not with ``ctypes``:
that imports more than the program has. A block's own address is looked up when the first view is, not before.
"""

from __future__ import annotations

import _ctypes
import weakref
from mmap import mmap  # the real one: by name

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

_FULL, _PYTHON = 0x11C, 5  # PyBUF_FULL_RO: whatever the buffer is like; FUNCFLAG_CDECL | FUNCFLAG_PYTHONAPI


class _Int(_ctypes._SimpleCData):  # type: ignore[type-arg]
    _type_ = "i"


class _Object(_ctypes._SimpleCData):  # type: ignore[type-arg]
    _type_ = "O"


class _Pointer(_ctypes._SimpleCData):  # type: ignore[type-arg]
    _type_ = "P"


class _Byte(_ctypes._SimpleCData):  # type: ignore[type-arg]
    _type_ = "c"


class _Buffer(_ctypes.Structure):
    """A ``Py_buffer``; see the C API, Buffer Protocol. All its sizes are as wide as a pointer."""

    _fields_ = (
        *((name, _Pointer) for name in ("buf", "obj", "len", "itemsize")),
        *((name, _Int) for name in ("readonly", "ndim")),
        *((name, _Pointer) for name in ("format", "shape", "strides", "suboffsets", "internal")),
    )


class _Function(_ctypes.CFuncPtr):
    _flags_ = _PYTHON
    _restype_ = _Int


def _function(name: str) -> Callable[..., int]:
    return _Function(_ctypes.dlsym(_ctypes.dlopen(None, 0), name))  # type: ignore[arg-type]


_get, _release = _function("PyObject_GetBuffer"), _function("PyBuffer_Release")


def address_of(thing: Any) -> int:
    """Where the first item of a buffer is; 0 if there is none."""
    buffer = _Buffer()
    try:
        _get(_Object(thing), _ctypes.byref(buffer), _Int(_FULL))
    except (ValueError, TypeError, BufferError):
        return 0
    address: int = buffer.buf or 0
    _release(_ctypes.byref(buffer))
    return address


def bytes_at(address: int, size: int) -> bytes:
    """The bytes that are there; the memory must be mapped."""
    text: Any = (_Byte * size).from_address(address)
    return bytes(text.raw)


class Region:
    """The memory of one block, as long as its ``owner`` lives and is open.

    It lies from one address up to another, and its first byte is the one numbered ``base`` of the block.
    """

    __slots__ = ("_owner", "base", "memory", "name", "start", "stop")

    def __init__(self, name: str, memory: str, start: int, stop: int, owner: Any, base: int) -> None:
        self.name, self.memory, self.start, self.stop, self.base = name, memory, start, stop, base
        self._owner = weakref.ref(owner)

    @property
    def alive(self) -> bool:
        owner = self._owner()
        if owner is None or getattr(owner, "closed", False):
            return False
        return not isinstance(owner, mmap) or len(owner) == self.stop - self.start

    @property
    def moved(self) -> Any:
        """Its block, if that has another size now, and so another address perhaps."""
        owner = self._owner()
        return owner if isinstance(owner, mmap) and not owner.closed and not self.alive else None

    def bytes_of(self, start: int, stop: int) -> bytes:
        """These bytes of the block, as they are now; none if it has been closed, and the memory is no more."""
        return bytes_at(self.start + start - self.base, stop - start) if self.alive else b""


class Regions:
    """All that this process knows of: blocks, and the values of ``multiprocessing``."""

    def __init__(self) -> None:
        self._known: dict[int, Region] = {}  # by the first byte's address; of several there the latest
        self._new: list[Any] = []  # blocks whose address nobody has asked for

    def expect(self, block: Any) -> None:
        """Note a block, which has its own name."""
        self._new.append(weakref.ref(block))

    def add(self, name: str, memory: str, start: int, size: int, owner: Any, base: int = 0) -> Region:
        """Note a piece of memory."""
        region = self._known[start] = Region(name, memory, start, start + size, owner, base)
        return region

    def find(self, address: int) -> Region | None:
        """The one that holds this address."""
        self._look_up()
        for region in list(self._known.values()):
            if region.start <= address < region.stop:
                if region.alive:
                    return region
                del self._known[region.start]
        return None

    def all(self) -> Iterator[Region]:
        """Those that are there, in the order in which they were made."""
        self._look_up()
        return (region for region in list(self._known.values()) if region.alive)

    def _look_up(self) -> None:
        for region in list(self._known.values()):
            if (block := region.moved) is not None:
                del self._known[region.start]
                self.expect(block)
        new, self._new = self._new, []
        for reference in new:
            block = reference()
            if block is not None and not block.closed and len(block):
                self.add(block._name, block._memory, address_of(block), len(block), block, block._base)
