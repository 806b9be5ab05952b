"""Functions of the C library, by way of what is under ``ctypes``: in Python 3.14 that itself imports ``threading``."""

from __future__ import annotations

import _ctypes

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_HERE = 0  # RTLD_LOCAL; see dlopen(3)


class _Int(_ctypes._SimpleCData):  # type: ignore[type-arg]
    _type_ = "i"


class _Byte(_ctypes._SimpleCData):  # type: ignore[type-arg]
    _type_ = "c"


class _Function(_ctypes.CFuncPtr):
    _flags_ = _ctypes.FUNCFLAG_CDECL
    _restype_ = _Int


class Address(_ctypes._SimpleCData):  # type: ignore[type-arg]
    """An argument that is as wide as an address, or a size; a bare number is an ``int``."""

    _type_ = "P"


def function(name: str) -> Callable[..., int]:
    """The function of this name, which returns an ``int``."""
    return _Function(_ctypes.dlsym(_ctypes.dlopen(None, _HERE), name))  # type: ignore[arg-type]


def pinned(block: Any) -> tuple[int, object]:
    """Where a block's first byte is, and what keeps it there: as long as that lives, nobody can close the block."""
    pin = _Byte.from_buffer(block)
    return _ctypes.addressof(pin), pin
