"""The stores of two nodes: which objects are in them, as Ray reports; which processes map them, as ``/proc`` says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..memory.sizes import say_size

_NAME = "plasma"  # what Ray calls the file behind a store; it is unlinked at once, and lives as long as its maps


@dataclass(frozen=True, slots=True)
class Held:
    """An object that a node has: its number among those that were asked about (from 1), and its size in bytes.

    ``spilled``: it was written to disk. Whether it is in the store, too, is not known.
    """

    number: int
    size: int
    spilled: bool = False

    def __str__(self) -> str:
        return f"object {self.number} ({say_size(self.size)})"


@dataclass(frozen=True, slots=True)
class Store:
    """A node's store, which holds ``capacity`` bytes: the inode of its memory, and the objects that its node has."""

    place: str
    inode: int
    capacity: int
    objects: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Mapper:
    """A process of a node that maps a store: the inode and the permissions on the line of its map."""

    name: str
    place: str
    inode: int
    permissions: str


@dataclass(frozen=True, slots=True)
class Stores:
    """All stores, and all processes that map one. ``spilled``: the sizes of the files that objects were moved to."""

    stores: tuple[Store, ...]
    mappers: tuple[Mapper, ...]
    spilled: tuple[int, ...] = ()

    @property
    def apart(self) -> bool:
        """Whether each store is mapped by processes of its own node only, and by at least two of them."""
        own = {store.place: store.inode for store in self.stores}
        places = [mapper.place for mapper in self.mappers]
        theirs = all(mapper.inode == own.get(mapper.place) for mapper in self.mappers)
        return theirs and len({*own.values()}) == len(own) and all(places.count(place) >= 2 for place in own)

    def of(self, place: str) -> tuple[Mapper, ...]:
        """The processes of this node."""
        return tuple(mapper for mapper in self.mappers if mapper.place == place)

    def whose(self, inode: int) -> str:
        """The node whose store this is."""
        return next((store.place for store in self.stores if store.inode == inode), "nobody")

    def __str__(self) -> str:
        """A paragraph for each node: its store, and a line for each process."""
        texts = [text for store in self.stores for text in (store_in_words(store), *self._lines(store.place))]
        return "\n".join([*texts, *filter(None, [spilled_in_words(self)])])

    def _lines(self, place: str) -> list[str]:
        return [f"  {mapper.name:<16}{mapper_in_words(self, mapper)}" for mapper in self.of(place)]

    __repr__ = __str__


def store_in_words(store: Store) -> str:
    """``node here: a store of 640 MiB, inode 7, with object 1 (256 MiB)``."""
    held = ", ".join(str(one) for one in store.objects if not one.spilled) or "no object"
    spilled = ", ".join(str(one) for one in store.objects if one.spilled)
    on_disk = f"; written to disk: {spilled}" if spilled else ""
    return f"node {store.place}: a store of {say_size(store.capacity)}, inode {store.inode}, with {held}{on_disk}"


def mapper_in_words(stores: Stores, mapper: Mapper) -> str:
    """``maps the store of here, rw-s, inode 7``."""
    return f"maps the store of {stores.whose(mapper.inode)}, {mapper.permissions}, inode {mapper.inode}"


def spilled_in_words(stores: Stores) -> str:
    """One sentence on the files that objects were moved to; empty if there are none."""
    if not stores.spilled:
        return ""
    files = "a file" if len(stores.spilled) == 1 else f"{len(stores.spilled)} files"
    return f"On disk: {files}, with {say_size(sum(stores.spilled))} in all."


def mapped_stores(pid: int | str) -> list[tuple[int, str]]:
    """Inode and permissions of each store that this process maps, in one piece or several; none if it has ended."""
    try:
        lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
    except OSError:
        return []
    found = [line.split(maxsplit=5) for line in lines]
    stores = [(int(line[4]), line[1]) for line in found if len(line) == 6 and Path(line[5]).name.startswith(_NAME)]
    return list(dict.fromkeys(stores))


def spilled_files(folder: str, node: str = "") -> tuple[int, ...]:
    """The sizes of the files below ``folder`` that objects were moved to: those of the node with this ID, or all."""
    return tuple(
        sorted(path.stat().st_size for path in Path(folder).glob(f"**/ray_spilled_objects*{node}/*") if path.is_file())
    )
