"""``multiprocessing.shared_memory`` in a program: each is a block, and the same one whoever attaches to it."""

from __future__ import annotations

import sys
from types import ModuleType

from .blocks import Blocks

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from typing import Any


def watch_shared_memory(module: ModuleType, blocks: Blocks) -> None:
    """Have every ``multiprocessing.shared_memory.SharedMemory`` be a block that is known."""
    real = module.SharedMemory

    def attach(memory: Any, *arguments: Any, **options: Any) -> None:
        begin(memory, *arguments, **options)
        if sys.platform != "win32" and getattr(memory, "_mmap", None) is not None:
            blocks.attach(memory._mmap, memory.name)
            blocks.view(memory._mmap)

    begin, real.__init__ = real.__init__, attach
