"""Past one machine: two nodes of Ray, each with its store, and what becomes of a block that goes from one to the other.

Ray and Dask come with the extra ``shmlesson[cluster]``; nothing here imports them before it is asked for.
"""

from __future__ import annotations

from .copies import Copies
from .dask_copy import copy_by_dask
from .got import Got
from .nodes import Nodes, two_nodes
from .stores import Stores

__all__ = ["Copies", "Got", "Nodes", "Stores", "copy_by_dask", "two_nodes"]
