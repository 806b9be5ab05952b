"""The probes in a program's text (see ``instrument``): each gives back what it gets, and notes if that is a view.

They run at every index of such a program, so each first looks at the type, and almost always that is all. A type is
compared by identity: to look it up in a set would call a learner's metaclass. An index is evaluated between the object
and the operation, so what is known of the object waits, under its frame and its place in the text, for the next probe.
"""

from __future__ import annotations

import sys
from mmap import mmap  # by name: the real one

from .geometry import CTYPES, gives_objects
from .instrument import ATTRIBUTE_OF, COUNTS, EVERYTHING, READS, TEXT, UNKNOWN, VIEWS, WRITES
from .lines import NAME
from .traced_mmap import plain
from .views import Target, Views

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .geometry import Runs

_SIMPLE, _STRUCTURE, _UNION, _ARRAY, _POINTER = CTYPES
_Function: Any = type(lambda: None)
_MOST_WAITING = 100  # notes that an error has left behind
_SMALL = 1 << 16  # bytes of a block that is compared when text without probes has run
_views: tuple[type, ...] = (memoryview,)  # whose kind is ``type``, with those of numpy once that is imported


def numpy_is_there(numpy: Any) -> None:
    """Know its arrays from now on, but no learner's own."""
    global _views
    _views = (memoryview, numpy.ndarray, numpy.memmap)


def _is_view(thing: Any) -> bool:
    kind = type(thing)
    return kind in _views if type(kind) is type else _is_of_ctypes(thing)


def _is_of_ctypes(thing: Any) -> bool:
    meta = type(type(thing))
    return any(meta is each for each in CTYPES)


def _is_array(thing: Any) -> bool:
    kind = type(thing)
    return type(kind) is type and kind is not memoryview and kind in _views


def _is_block(thing: Any) -> bool:
    return type(type(thing)) is not type and isinstance(thing, mmap)


class Probes:
    """What the probes of this process have noted and not yet used."""

    def __init__(self, views: Views, first_view: Callable[[Any], None]) -> None:
        self.views, self.first_view = views, first_view
        self.recorder = views.recorder
        self.waiting: dict[tuple[int, int], Any] = {}
        self.calls: dict[tuple[int, int], list[tuple[str, Target, list[bytes]]]] = {}

    def names(self) -> dict[str, Callable[..., Any]]:
        """The functions, by the names that they have in the text, which no program can write."""
        return {**_of_items(self), **_of_attributes(self), **_of_wholes(self), **_of_calls(self)}

    def is_memory(self, thing: Any) -> bool:
        """Whether this may be a block, or a view of one."""
        return _is_view(thing) or _is_block(thing)

    def wait(self, frame: Any, site: int, what: Any) -> None:
        if len(self.waiting) > _MOST_WAITING:
            self.waiting.clear()
        self.waiting[id(frame), site] = what

    def update(self, write: Callable[[], None] | None, frame: Any, site: int) -> None:
        """The read half of ``… += …`` has been done: what is to be called before the other."""
        if write is not None:
            self.wait(frame, site, write)

    def goes_into_call(self, thing: Any, frame: Any, site: int, how: str, callee: Any) -> None:
        """A view is an argument of a call, or what a method of it is called on."""
        if type(callee) is _Function and callee.__code__.co_filename == NAME:
            return
        target = self.views.whole(thing)
        if target is None or not target.runs or (how == TEXT and not _shows_itself(thing)):
            return
        if how in (READS, TEXT, UNKNOWN):
            self.views.read(target)
        if how in (READS, TEXT) or _is_readonly(thing):
            return
        if gate := self.recorder.gate:
            if how != WRITES:
                gate.mark_incomplete("gives a view to what reads and writes without turns")
            self.recorder.wait_for_turn("writes", target.region.name, "block", target.runs[0][0], target.runs[-1][1])
        self._notes(frame, site).append((how, target, self.views.snapshot(target)))

    def change(self, array: Any) -> None:
        """All of an array is about to be read and written; one step for Python, in which others could come between."""
        target = self.views.whole(array)
        if target and self.recorder.gate:
            self.recorder.gate.mark_incomplete("changes a whole array, item by item, in one turn")
        self.views.read(target)
        self.views.write(target)

    def change_attribute(self, thing: Any, name: str, frame: Any, site: int) -> None:
        """``thing.name += …`` is about to read, if that is a number."""
        target = self.views.attribute(thing, name)
        if target and not target.gives_part:
            self.update(self.views.update(target), frame, site)

    def everything_is_open(self, frame: Any, site: int) -> None:
        """Text that has no probes is about to run."""
        regions = [region for region in self.views.regions.all() if region.stop - region.start <= _SMALL]
        for region in regions:
            target = Target(region, [(region.base, region.base + region.stop - region.start)])
            self._notes(frame, site).append((UNKNOWN, target, self.views.snapshot(target)))
        if regions and self.recorder.gate:
            self.recorder.gate.mark_incomplete("runs text in which reads and writes take no turns")

    def _notes(self, frame: Any, site: int) -> list[Any]:
        if len(self.calls) > _MOST_WAITING:
            self.calls.clear()
        return self.calls.setdefault((id(frame), site), [])

    def comes_back(self, result: Any, frame: Any, site: int) -> None:
        """A call that had got a view has returned."""
        notes = self.calls.pop((id(frame), site), ())
        left = _count(result)
        for how, target, before in notes:
            if how == WRITES:
                self.views.wrote(target)
            elif how == COUNTS and left is not None:
                done, left = _first(target.runs, left)
                self.views.wrote(target._replace(runs=done))
            else:
                self.views.wrote_what_differs(target, before)


def _of_items(probes: Probes) -> dict[str, Callable[..., Any]]:
    """For ``thing[key]``: the object, then its key."""
    views, waiting, frame_of = probes.views, probes.waiting, sys._getframe

    def base(thing: Any, site: int, updated: bool = False) -> Any:
        kind = type(thing)
        if type(kind) is type and kind not in _views and not updated:
            return thing
        if _is_view(thing) or (updated and kind in (list, tuple, dict)):
            probes.wait(frame_of(1), site, thing)
        return thing

    def load_of(key: Any, thing: Any) -> Any:
        kind = type(thing)
        if type(kind) is type and kind not in _views:
            return key
        if _is_view(thing):
            key = _plain(thing, key)
            views.load(views.item(thing, key))
        return key

    def load(key: Any, site: int) -> Any:
        if waiting and (thing := waiting.pop((id(frame_of(1)), site), None)) is not None:
            key = _plain(thing, key)
            views.load(views.item(thing, key))
        return key

    def store(key: Any, site: int) -> Any:
        if waiting and (thing := waiting.pop((id(frame_of(1)), site), None)) is not None:
            key = _plain(thing, key)
            views.write(views.item(thing, key))
        return key

    def update(key: Any, site: int) -> Any:
        if waiting and (thing := waiting.pop((id(frame_of(1)), site), None)) is not None:
            if _is_view(thing):
                key = _plain(thing, key)
                probes.update(views.update(views.item(thing, key)), frame_of(1), site)
            elif _is_array(there := _item(thing, key)):
                probes.update(lambda: probes.change(there), frame_of(1), site)
        return key

    def updated(value: Any, site: int) -> Any:
        if _is_array(value):
            views.read(views.whole(value))
        if waiting and (write := waiting.pop((id(frame_of(1)), site), None)) is not None:
            write()
        return value

    def done() -> None:
        if views.stores:
            views.done()

    return {
        **{"<base>": base, "<load of>": load_of, "<load>": load, "<store>": store},
        **{"<update>": update, "<updated>": updated, "<done>": done, "<slice>": slice},
    }


def _of_attributes(probes: Probes) -> dict[str, Callable[..., Any]]:
    """For ``thing.name``: the object."""
    views, frame_of = probes.views, sys._getframe

    def gets(thing: Any, name: str) -> Any:
        if type(type(thing)) is not type and _is_of_ctypes(thing):
            views.load(views.attribute(thing, name))
        return thing

    def sets(thing: Any, name: str) -> Any:
        if type(type(thing)) is not type and _is_of_ctypes(thing):
            views.write(views.attribute(thing, name))
        return thing

    def updates(thing: Any, name: str, site: int) -> Any:
        if type(type(thing)) is not type and _is_of_ctypes(thing):
            probes.change_attribute(thing, name, frame_of(1), site)
        elif _is_array(there := _own_attribute(thing, name)):
            probes.update(lambda: probes.change(there), frame_of(1), site)
        return thing

    return {"<get>": gets, "<set>": sets, "<update attribute>": updates}


def _of_wholes(probes: Probes) -> dict[str, Callable[..., Any]]:
    """For what reads a view as a whole: a loop, a comparison, arithmetic."""
    views = probes.views

    def whole(thing: Any) -> Any:
        kind = type(thing)
        if type(kind) is type and kind not in _views:
            return thing
        if _is_view(thing) and type(kind) not in (_SIMPLE, _STRUCTURE, _UNION, _POINTER):
            views.read(views.whole(thing))
        return thing

    def operand(thing: Any) -> Any:
        if _is_array(thing):
            views.read(views.whole(thing))
        return thing

    def text(thing: Any) -> Any:
        if _is_view(thing) and _shows_itself(thing):
            views.read(views.whole(thing))
        return thing

    def into(value: Any, target: Any) -> Any:
        if _is_array(value):
            views.read(views.whole(value))
        if _is_array(target):
            probes.change(target)
        return value

    return {"<whole>": whole, "<operand>": operand, "<text>": text, "<into>": into}


def _of_calls(probes: Probes) -> dict[str, Callable[..., Any]]:
    """For a call: what a method is called on, each argument, and the result."""
    calls, frame_of = probes.calls, sys._getframe

    def method(thing: Any, name: str, site: int) -> Any:
        if _is_array(thing) or type(thing) is memoryview:
            how = ATTRIBUTE_OF.get(name)
            if how:
                probes.goes_into_call(thing, frame_of(1), site, how, None)
        return thing

    def argument(thing: Any, site: int, how: str, callee: Any = None) -> Any:
        kind = type(thing)
        if type(kind) is type and kind not in _views and how != EVERYTHING:  # a block's kind is another
            return thing
        if how == VIEWS:
            probes.first_view(thing)
        elif how == EVERYTHING:
            probes.everything_is_open(frame_of(1), site)
        elif _is_view(thing) or (how in (COUNTS, UNKNOWN) and _is_block(thing)):
            probes.goes_into_call(thing, frame_of(1), site, how, callee)
        return thing

    def result(value: Any, site: int) -> Any:
        if calls:
            probes.comes_back(value, frame_of(1), site)
        return value

    return {"<method>": method, "<argument>": argument, "<result>": result}


def _plain(thing: Any, key: Any) -> Any:
    """The key of a view; what stands for a number is asked for it once only, as Python itself would."""
    if type(key) is int or (_is_array(thing) and type(key) not in (slice, tuple)):
        return key  # numpy itself says which objects are numbers
    if type(key) is tuple:
        return tuple(plain(part) if type(part) is slice else part for part in key)
    return plain(key)


def _item(container: Any, key: Any) -> Any:
    """What is in a list, a tuple or a dict, where that can be asked without the program's own code."""
    try:
        return container[key] if type(key) in (int, str) else None
    except LookupError:
        return None


def _own_attribute(thing: Any, name: str) -> Any:
    """An attribute that an object has itself, where that can be asked without the program's own code."""
    try:
        return object.__getattribute__(thing, "__dict__").get(name)
    except AttributeError:
        return None


def _shows_itself(thing: Any) -> bool:
    """Whether the text of a view shows what it holds."""
    kind = type(thing)
    return _is_array(thing) or (type(kind) is _SIMPLE and not gives_objects(kind))


def _is_readonly(thing: Any) -> bool:
    if type(thing) is memoryview:
        return thing.readonly
    return _is_array(thing) and not thing.flags.writeable


def _count(result: Any) -> int | None:
    """How many bytes a call says that it has written."""
    if type(result) is tuple and result:
        result = result[0]
    return result if type(result) is int else None


def _first(runs: Runs, count: int) -> tuple[Runs, int]:
    """So many bytes of these, and how many are left."""
    found: Runs = []
    for start, stop in runs:
        stop = min(stop, start + count)
        if start < stop:
            found.append((start, stop))
            count -= stop - start
    return found, count
