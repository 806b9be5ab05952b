"""shmlesson: learn how processes share memory, on real processes, from a notebook."""

from __future__ import annotations

TYPE_CHECKING = False  # typing's own would cost the fork server a third of its start
if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from .api.compare import compare
    from .api.explore import explore
    from .api.maps import maps
    from .api.program import program
    from .api.share import share
    from .api.trials import trials
    from .guard import allow_fork
    from .machine import check_machine
    from .memory.available import available_memory
    from .memory.block import bytes_on_the_map, inode, look, map_line, pages
    from .memory.physical import physical_pages

__version__ = "0.1.0"
__all__ = [
    "allow_fork",
    "available_memory",
    "bytes_on_the_map",
    "check_machine",
    "compare",
    "explore",
    "inode",
    "look",
    "map_line",
    "maps",
    "pages",
    "physical_pages",
    "program",
    "share",
    "trials",
]

_HOMES = {
    "allow_fork": "guard",
    "available_memory": "memory.available",
    "bytes_on_the_map": "memory.block",
    "check_machine": "machine",
    "compare": "api.compare",
    "explore": "api.explore",
    "inode": "memory.block",
    "look": "memory.block",
    "map_line": "memory.block",
    "maps": "api.maps",
    "pages": "memory.block",
    "physical_pages": "memory.physical",
    "program": "api.program",
    "share": "api.share",
    "trials": "api.trials",
}


def __getattr__(name: str) -> object:
    """Import a name on first use: the fork server starts from this package too, and must start fast."""
    if name not in _HOMES:
        raise AttributeError(f"module 'shmlesson' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)


def load_ipython_extension(shell: InteractiveShell) -> None:
    """``%load_ext shmlesson``: the magic ``%%program``, pictures of runs and blocks, no fork in the kernel itself."""
    from . import magics

    magics.load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """``%unload_ext shmlesson``: take the magic and the pictures away again."""
    from . import magics

    magics.unload(shell)
