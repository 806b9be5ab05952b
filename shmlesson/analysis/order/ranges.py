"""Notes on ranges of bytes, and the quick way to those that overlap one.

A segment tree (Bentley, Solutions to Klee's rectangle problems, 1977): its leaves are the pieces between the places
where ranges begin and end, and each node stands for the leaves below it. A range is cut into few nodes, at most two on
each level. The invariant: a note on a range stands in ``_covering`` at each of these nodes, and in ``_within`` at them
and at every node above. So the notes that overlap another range are those within its own nodes, and those that cover a
node above them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Places:
    """Where ranges begin and end, as the leaves of a segment tree; several ``Ranges`` may share them."""

    def __init__(self, places: Iterable[int]) -> None:
        self._leaf = {place: number for number, place in enumerate(sorted(set(places)))}
        self._leaves = 1 << len(self._leaf).bit_length()
        self._ways: dict[tuple[int, int], tuple[list[int], list[int]]] = {}

    def way(self, start: int, stop: int) -> tuple[list[int], list[int]]:
        """The nodes that make up a range, and all that lie above them; both ends must be among the places."""
        if (start, stop) not in self._ways:
            nodes = self._nodes(start, stop)
            above = {node >> level for node in nodes for level in range(1, node.bit_length())}
            self._ways[start, stop] = nodes, sorted(above)
        return self._ways[start, stop]

    def _nodes(self, start: int, stop: int) -> list[int]:
        low, high = self._leaf[start] + self._leaves, self._leaf[stop] + self._leaves
        nodes = []
        while low < high:
            if low & 1:
                nodes.append(low)
                low += 1
            if high & 1:
                high -= 1
                nodes.append(high)
            low, high = low >> 1, high >> 1
        return nodes


class Ranges(Generic[Key, Value]):
    """Notes on ranges of bytes, a value for each key; a segment tree over the places where ranges begin and end.

    Each step takes time that grows with the logarithm of the number of places, however many ranges have notes.
    """

    def __init__(self, places: Places | Iterable[int]) -> None:
        self._way = (places if isinstance(places, Places) else Places(places)).way
        self._covering: dict[int, dict[Key, Value]] = {}  # notes on ranges that cover the whole of a node
        self._within: dict[int, dict[Key, Value]] = {}  # notes on ranges that overlap it and lie in it

    def note(self, start: int, stop: int, key: Key, value: Value, *, alone: bool = False) -> None:
        """Note ``value`` on the bytes from ``start`` up to ``stop``, in place of what ``key`` had there.

        With ``alone``, it stands for what is noted there already, which may be forgotten.
        """
        nodes, above = self._way(start, stop)
        for node in nodes:
            if alone:
                self._covering[node], self._within[node] = {}, {}
            self._covering.setdefault(node, {})[key] = value
        for node in nodes + above:
            self._within.setdefault(node, {})[key] = value

    def over(self, start: int, stop: int) -> Iterable[dict[Key, Value]]:
        """All notes on ranges that overlap this one, in groups; the same note may be in several."""
        nodes, above = self._way(start, stop)
        for node in nodes:
            if notes := self._within.get(node):
                yield notes
        for node in above:
            if notes := self._covering.get(node):
                yield notes
