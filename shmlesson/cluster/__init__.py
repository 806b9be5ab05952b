"""Past one machine: two nodes of Ray, each with its store, and what becomes of a block that goes from one to the other.

Ray and Dask come with the extra ``shmlesson[cluster]``; nothing here imports them before it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .copies import Copies
    from .dask_copy import copy_by_dask
    from .got import Got
    from .nodes import Nodes, two_nodes
    from .stores import Stores

__all__ = ["Copies", "Got", "Nodes", "Stores", "copy_by_dask", "two_nodes"]

_HOMES = {
    "Copies": "copies",
    "Got": "got",
    "Nodes": "nodes",
    "Stores": "stores",
    "copy_by_dask": "dask_copy",
    "two_nodes": "nodes",
}


def __getattr__(name: str) -> object:
    """Import a name on first use: pictures need the values alone, in every notebook, and the nodes only one needs."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
