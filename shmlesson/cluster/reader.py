"""What runs on a node: a process that gets objects, and a function that says where it was called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .got import getting


class Reader:
    """A process of a node, to be made by Ray: it gets objects, and tells how that went.

    It puts an array first: so NumPy is imported and the store is mapped by then, once, and neither is measured.
    """

    def __init__(self) -> None:
        import numpy
        import ray

        self.first = ray.put(numpy.zeros(1 << 20))
        ray.get(self.first)

    def get(self, references: list[Any]) -> dict[str, Any]:
        """Get the object of the one reference; in a list, or Ray would get it before the call."""
        import ray

        return getting(lambda: ray.get(references[0]))


def noting(function: Callable[[], Any], path: str, places: dict[str, str]) -> Callable[[], Any]:
    """``function``, which writes down at each call on which node it was: ``places`` has their names, by their IDs."""

    def noted() -> Any:
        import ray

        with open(path, "a") as notes:
            print(places[ray.get_runtime_context().get_node_id()], file=notes)
        return function()

    return noted
