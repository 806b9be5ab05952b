"""Physical pages: the pages of the machine's own memory that a block has, as far as the kernel tells."""

from __future__ import annotations

import mmap
import struct

from .block import PAGE, pages
from .libc import pinned

PAGEMAP = "/proc/self/pagemap"  # eight bytes for each page of the address space; see proc_pid_pagemap(5)
_ENTRY = struct.Struct("=Q")
_PRESENT = 1 << 63
_NUMBER = (1 << 55) - 1  # all zeros for those who may not know it

NO_PAGEMAP = "only Linux tells which physical pages a block has, and this is another system"
HIDDEN = "Linux tells only root which physical pages a block has, and this Python does not have the rights of root"


def physical_pages(block: mmap.mmap) -> frozenset[int]:
    """The numbers of the physical pages that ``block`` has now; a page that was never touched has none yet.

    ``FileNotFoundError`` where the system does not say, ``PermissionError`` where it says so to root only.
    """
    entries = [entry for (entry,) in _ENTRY.iter_unpack(_entries(block)) if entry & _PRESENT]
    numbers = frozenset(entry & _NUMBER for entry in entries)
    if 0 in numbers:
        raise PermissionError(HIDDEN)
    return numbers


def _entries(block: mmap.mmap) -> bytes:
    """What the kernel's table says of each page of ``block``."""
    address, pin = pinned(block)
    del pin  # else the block could not be closed
    try:
        with open(PAGEMAP, "rb", buffering=0) as pagemap:
            pagemap.seek(address // PAGE * _ENTRY.size)
            return pagemap.read(pages(len(block)) * _ENTRY.size)
    except FileNotFoundError:
        raise FileNotFoundError(NO_PAGEMAP) from None
    except PermissionError:
        raise PermissionError(HIDDEN) from None
