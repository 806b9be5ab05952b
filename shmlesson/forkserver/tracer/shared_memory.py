"""``multiprocessing.shared_memory`` in a program: each is a block, and the same one whoever attaches to it."""

from __future__ import annotations

import sys
from types import ModuleType

from .blocks import Blocks
from .hooks import like

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from typing import Any


# What a ``ShareableList`` does beside its items: it has written down of what type each of them is.
_ASIDE = ("__init__", "__len__", "_get_packing_format", "_get_back_transform", "_set_packing_format_and_transform")


def watch_shared_memory(module: ModuleType, blocks: Blocks) -> None:
    """Have every ``multiprocessing.shared_memory.SharedMemory`` be a block that is known."""
    real = module.SharedMemory

    def attach(memory: Any, *arguments: Any, **options: Any) -> None:
        begin(memory, *arguments, **options)
        if sys.platform != "win32" and getattr(memory, "_mmap", None) is not None:
            blocks.attach(memory._mmap, memory.name)

    begin, real.__init__ = real.__init__, attach
    for name in _ASIDE:
        _hide(module.ShareableList, name, blocks)


def _hide(kind: Any, name: str, blocks: Blocks) -> None:
    """Do not report what this method touches."""
    real = getattr(kind, name)

    def hidden(*arguments: Any, **options: Any) -> Any:
        before, blocks.views.hidden = blocks.views.hidden, True
        try:
            return real(*arguments, **options)
        finally:
            blocks.views.hidden = before

    setattr(kind, name, like(hidden, real))
