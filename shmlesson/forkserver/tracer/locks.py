"""The locks, semaphores, events and barriers of ``multiprocessing`` in a program: who has them, and who waits."""

from __future__ import annotations

import sys
from types import ModuleType

from .recorder import Teller, at_once, inside, like, silent, where

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from typing import Any

_SORTS = {"Lock": "lock", "RLock": "rlock", "Semaphore": "semaphore", "BoundedSemaphore": "semaphore"}
_NOT_THE_LEARNERS = ("multiprocessing.", __package__.rpartition(".")[0])  # all of the fork server
_RECURSIVE = 0  # the kind of a SemLock that its owner may take again


def watch_locks(module: Any, me: Teller) -> None:
    """Have everything that is made of a ``SemLock`` tell of itself, and ask for its turns."""
    module._multiprocessing = _Instead(module._multiprocessing, SemLock=_telling(module._multiprocessing.SemLock, me))
    for kind, name in (module.SemLock, "locked"), (module.Semaphore, "get_value"):
        if hasattr(kind, name):  # ``locked`` from Python 3.14 on
            setattr(kind, name, _asking(getattr(kind, name), me))
    _watch_events(module.Event, me)
    _watch_barriers(module.Barrier, me)


class _Instead:
    """A module with another thing in a place of its own."""

    def __init__(self, module: ModuleType, **things: Any) -> None:
        self.__dict__.update({**vars(module), **things})


def _asking(real: Any, me: Teller) -> Any:
    """What a lock is asked for, which may have another answer after another's step."""

    def asks(lock: Any) -> Any:
        if me.turns:
            me.turn("reads", lock._semlock._name, changes=False)
        return real(lock)

    return like(asks, real)


def _telling(real: Any, me: Teller) -> Any:
    class SemLock(real):  # type: ignore[misc]
        def __new__(cls, kind: int, value: int, *rest: Any) -> Any:
            lock = super().__new__(cls, kind, value, *rest)
            owner = sys._getframe(1).f_locals.get("self")
            lock._sort = _SORTS.get(type(owner).__name__, "semaphore")
            lock._name = _name(me, "lock" if lock._sort == "rlock" else lock._sort)
            with inside(me, lock._name.startswith("inner")):
                me.note("makes", at=lock._sort, name=lock._name, value=value)
            return lock

        def acquire(self, *arguments: Any, **options: Any) -> bool:
            try:
                block, timeout = _asked(*arguments, **options)
            except TypeError:
                return bool(super().acquire(*arguments, **options))  # an error, and Python says so best
            if self._again():
                return bool(super().acquire(block, timeout))
            me.note_views()
            forever = block and timeout is None
            kind = "takes" if self._sort == "semaphore" else "acquires" if forever else "tries"
            me.turn(kind, self._name, ready=lambda: not forever or not self._is_zero())
            if me.turns and not forever:
                done = super().acquire(False)  # nobody else moves meanwhile: what is not free now will not be
            else:
                done = super().acquire(False) or (block and self._wait(timeout))
            if done:
                me.note("hears", at=self._sort, name=self._name)
            return bool(done)

        def _wait(self, timeout: float | None) -> bool:
            me.note("waits", at=self._sort, name=self._name)
            return bool(super().acquire(True, timeout))

        def _again(self) -> bool:
            return bool(self.kind == _RECURSIVE and self._is_mine())

        def release(self) -> None:
            if not (self._again() and self._count() > 1):
                me.turn("gives" if self._sort == "semaphore" else "releases", self._name)
                me.note("tells", at=self._sort, name=self._name)
            super().release()

        def __enter__(self) -> bool:
            return self.acquire()

        def __exit__(self, *error: object) -> None:
            self.release()

    return SemLock


def _asked(block: Any = True, timeout: Any = None) -> tuple[bool, float | None]:
    return bool(block), None if timeout is None else float(timeout + 0)


def _name(me: Teller, sort: str) -> str:
    """The name of a lock or semaphore; what a library makes for itself does not count among the learner's."""
    frame = sys._getframe(1)
    while (module := frame.f_globals.get("__name__", "")).startswith(_NOT_THE_LEARNERS):
        if module == "multiprocessing.sharedctypes":
            return f"{me.next_name('value')}’s lock"
        if sort == "semaphore" and type(frame.f_locals.get("self")).__name__ == "Condition":
            return me.name_for("inner semaphore")
        frame = frame.f_back or frame
    return me.name_for(f"inner {sort}" if me.now.library or where()[1] else sort)


def _watch_events(kind: Any, me: Teller) -> None:
    made, set_, wait, is_set = kind.__init__, kind.set, kind.wait, kind.is_set

    def make(event: Any, **options: Any) -> None:
        with silent(me):
            made(event, **options)
        event._name = me.name_for("event")
        me.note("makes", at="event", name=event._name)

    def tell(event: Any) -> None:
        me.turn("puts", event._name)
        me.note("tells", at="event", name=event._name)
        with at_once(me):
            set_(event)

    def hear(event: Any, timeout: float | None = None) -> Any:
        me.note_views()
        me.turn("gets", event._name, changes=False, ready=lambda: timeout is not None or there(event))
        if not there(event):
            me.note("waits", at="event", name=event._name)
        with at_once(me):
            done = wait(event, 0 if me.turns else timeout)
        return heard(event, done)

    def look(event: Any) -> Any:
        me.turn("reads", event._name, changes=False)
        return heard(event, there(event))

    def there(event: Any) -> bool:
        with at_once(me):
            return bool(is_set(event))

    def heard(event: Any, there: bool) -> bool:
        if there:
            me.note("hears", at="event", name=event._name)
        return there

    kind.__init__, kind.set, kind.wait, kind.is_set = make, tell, hear, look


def _watch_barriers(kind: Any, me: Teller) -> None:
    made, wait = kind.__init__, kind.wait

    def make(barrier: Any, parties: int, *arguments: Any, **options: Any) -> None:
        with silent(me):
            made(barrier, parties, *arguments, **options)
        barrier._label = me.name_for("barrier")
        number = {"value": parties} if isinstance(parties, int) else {}  # alone, it takes anything, and fails later
        me.note("makes", at="barrier", name=barrier._label, **number)

    def pass_(barrier: Any, timeout: float | None = None) -> Any:
        me.note("tells", at="barrier", name=barrier._label)
        me.note("waits", at="barrier", name=barrier._label)
        with silent(me):
            number = wait(barrier, timeout)
        me.note("hears", at="barrier", name=barrier._label)
        return number

    kind.__init__, kind.wait = make, pass_
