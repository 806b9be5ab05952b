"""Plain variables of a program: which of them a process has changed since it was forked, or has forked.

Looked at are the module's variables, those of the functions that are being run, what is in their lists and the like,
and the attributes of objects of the program's own classes. Nothing of that is asked how it compares, or looks: what is
noted is which object stands where, and the value only of numbers, texts and bytes. And nothing is kept alive by a note.
"""

from __future__ import annotations

import sys
from types import FunctionType

from .lines import NAME

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import FrameType
    from typing import Any

_VALUES = frozenset({int, float, complex, str, bytes, bool, type(None)})
_SEQUENCES = frozenset({list, tuple, set, frozenset})
_CONTAINERS: tuple[Any, ...] = (dict, list, set, tuple)
_KINDS_OF = {"_collections": {"deque"}, "collections": {"deque"}}
_MAPPINGS = {"collections": {"OrderedDict", "defaultdict", "Counter"}, "_collections": {"OrderedDict", "defaultdict"}}
_MOST = 10_000  # items of a container that is looked at
_MOST_IN_ALL, _DEAR = 40_000, 10  # items that are looked at, of which a container or an object counts as so many
_MOST_BYTES = 1 << 20
_DEEPEST = 5
_LOOKS_AT_ITSELF = frozenset({"locals", "vars", "dir", "eval", "exec"})
_OPTIMIZED = 1  # a function's code has it; a module's and a class's have not


class Variables:
    """The values of a program's plain variables at one moment."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names
        self._before = _Look(names)

    def changed(self) -> dict[str, list[str]]:
        """What has another value now: variables of the module, of functions (with their line), and attributes.

        An attribute is named with the variable by which its object can be found.
        """
        now, before = _Look(self._names), self._before
        names = _differing(before.names, now.names)
        attributes = {
            f"{name} {now.roots[number]}"
            for number in before.objects.keys() & now.objects.keys()
            for name in before.objects[number].keys() | now.objects[number].keys()
            if before.objects[number].get(name) != now.objects[number].get(name)
        }
        of_functions = {f"{line} {name}" for _, line, name in _differing(before.of_functions, now.of_functions)}
        found = {"names": sorted(names), "locals": sorted(of_functions), "attributes": sorted(attributes)}
        return {what: those for what, those in found.items() if those}


def _differing(before: dict[Any, Any], now: dict[Any, Any]) -> list[Any]:
    return [name for name in before.keys() & now.keys() if before[name] != now[name]]


class _Look:
    """What stands where."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._left = _MOST_IN_ALL
        self.objects: dict[int, dict[str, Any]] = {}
        self.roots: dict[int, str] = {}
        self.names: dict[str, Any] = {}
        self.of_functions: dict[tuple[int, int, str], Any] = {}
        for name, value in list(names.items()):
            if not name.startswith("__"):
                self._note(self.names, name, name, value)
        for place, line, name, value in _of_functions():
            self._note(self.of_functions, (place, line, name), name, value)

    def _note(self, where: dict[Any, Any], key: Any, name: str, value: Any) -> None:
        try:
            token = self._token(value, name, _DEEPEST)
        except Exception:
            return  # what is not as it should be is not for us to judge
        if token is not None:
            where[key] = token

    def _token(self, value: Any, root: str, deep: int) -> Any:
        """What a plain value is; None for any other, whose attributes are noted if it is of the program's own."""
        sort = type(value)
        if sort in _VALUES:
            return sort, value
        if deep and self._left > 0:
            self._left -= _DEAR
            if sort in _SEQUENCES or _is_one_of(sort, _KINDS_OF):
                return self._of_items(value, list(value), root, deep) if len(value) <= _MOST else None
            if sort is dict or _is_one_of(sort, _MAPPINGS):
                if len(value) > _MOST:
                    return None
                return self._of_items(value, [part for item in dict.items(value) for part in item], root, deep)
            if issubclass(sort, _CONTAINERS):  # of the program's own: its methods are not asked
                base = next(kind for kind in _CONTAINERS if issubclass(sort, kind))
                if base.__len__(value) > _MOST:
                    return None
                parts = (
                    [part for item in dict.items(value) for part in item] if base is dict else [*base.__iter__(value)]
                )
                self._look_into(value, root, deep)
                return self._of_items(value, parts, root, deep)
            if sort is memoryview:
                own = type(value.obj) in (bytes, bytearray) and value.nbytes <= _MOST_BYTES
                return (sort, id(value.obj), value.tobytes()) if own else None
            if sort is bytearray or _has_bytes_of_its_own(value):
                return (sort, id(value), bytes(memoryview(value).cast("B"))) if len(value) <= _MOST_BYTES else None
            self._look_into(value, root, deep)
        return None

    def _of_items(self, value: Any, items: list[Any], root: str, deep: int) -> Any:
        self._left -= len(items)
        if _VALUES.issuperset(map(type, items)):
            there: Any = tuple(items), tuple(map(type, items))
        else:
            there = [self._token(item, root, deep - 1) or id(item) for item in items]
        if issubclass(type(value), set | frozenset):
            there = sorted(map(hash, there[0])) if type(there) is tuple else sorted(map(repr, map(id, items)))
        return type(value), there

    def _look_into(self, value: Any, root: str, deep: int) -> None:
        """Note the attributes of an object, a class or a function of the program."""
        if id(value) in self.objects:
            return
        attributes = _attributes_of(value)
        if attributes is None:
            return
        self.objects[id(value)] = noted = {}
        self.roots[id(value)] = root
        for name, there in attributes:
            token = self._token(there, root, deep - 1)
            if token is not None:
                noted[name] = token


def _attributes_of(value: Any) -> list[tuple[str, Any]] | None:
    if type(value) is FunctionType:
        return list(value.__dict__.items()) if value.__module__ == "__main__" and value.__dict__ else None
    kind = value if issubclass(type(value), type) else type(value)  # isinstance would ask the object itself
    if type.__getattribute__(kind, "__dict__").get("__module__") != "__main__":
        return None
    there = type.__getattribute__(kind, "__dict__") if kind is value else object.__getattribute__(value, "__dict__")
    return [(name, part) for name, part in list(there.items()) if not name.startswith("__")]


def _is_one_of(sort: type, sorts: dict[str, set[str]]) -> bool:
    return sort.__name__ in sorts.get(sort.__module__, ())


def _has_bytes_of_its_own(value: Any) -> bool:
    """Whether it is an array of numbers that lies in no memory but its own."""
    sort = type(value)
    if sort.__module__ == "numpy" and sort.__name__ == "ndarray":
        return bool(value.flags.owndata and value.flags.c_contiguous and not value.dtype.hasobject and value.ndim)
    return sort.__module__ == "array" and sort.__name__ == "array"


def _of_functions() -> Iterator[tuple[int, int, str, Any]]:
    """The variables of the functions that are being run: which of these it is, its first line, name, value."""
    frames = list(_frames())
    for place, frame in enumerate(reversed(frames)):
        code = frame.f_code
        if not code.co_flags & _OPTIMIZED or _LOOKS_AT_ITSELF.intersection(code.co_names):
            continue
        there = frame.f_locals
        items = list(there.items())
        if isinstance(there, dict):
            there.clear()  # before Python 3.13 it is kept with the frame, and would keep alive what is in it
        for name, value in items:
            yield place, code.co_firstlineno, name, value


def _frames() -> Iterator[FrameType]:
    frame: Any = None if sys.gettrace() else sys._getframe(1)
    while frame:
        if frame.f_code.co_filename == NAME:
            yield frame
        frame = frame.f_back
