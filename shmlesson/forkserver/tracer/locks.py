"""The locks, semaphores, events and barriers of ``multiprocessing`` in a program: who has them, and who waits."""

from __future__ import annotations

import operator
import sys
from types import ModuleType

from .lines import where
from .recorder import Recorder, at_once, inside, silent

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_SORTS = {"Lock": "lock", "RLock": "rlock", "Semaphore": "semaphore", "BoundedSemaphore": "semaphore"}
_NOT_THE_LEARNERS = ("multiprocessing.", __package__.rpartition(".")[0])  # all of the fork server
_UNKNOWN = -1  # how many tokens a process has found, where it has not looked
_RECURSIVE = 0  # the kind of a SemLock that its owner may take again


def watch_locks(module: Any, recorder: Recorder) -> None:
    """Have everything that is made of a ``SemLock`` report what is done with it, and take turns."""
    module._multiprocessing = _Instead(
        module._multiprocessing, SemLock=_recording(module._multiprocessing.SemLock, recorder)
    )
    _watch_events(module.Event, recorder)
    _watch_barriers(module.Barrier, recorder)


class _Instead:
    """A module with another thing in a place of its own."""

    def __init__(self, module: ModuleType, **things: Any) -> None:
        self.__dict__.update({**vars(module), **things})


def _recording(real: Any, recorder: Recorder) -> Any:
    class SemLock(real):  # type: ignore[misc]
        def __new__(cls, kind: int, value: int, *rest: Any) -> Any:
            lock = super().__new__(cls, kind, value, *rest)
            owner = sys._getframe(1).f_locals.get("self")
            lock._sort = _SORTS.get(type(owner).__name__, "semaphore")
            lock._name = _name(recorder, "lock" if lock._sort == "rlock" else lock._sort)
            lock._found = _UNKNOWN  # tokens that this process last found there, if it has not changed that since
            with inside(recorder, lock._name.startswith("inner")):
                recorder.record("makes", at=lock._sort, name=lock._name, value=value)
            return lock

        def acquire(self, *arguments: Any, **options: Any) -> bool:
            try:
                block, timeout = _asked(*arguments, **options)
            except TypeError:
                return bool(super().acquire(*arguments, **options))  # an error, and Python says so best
            if self._again():
                return bool(super().acquire(block, timeout))
            forever = block and timeout is None

            def is_free() -> bool:
                return not forever or not real._is_zero(self)

            with recorder.act("acquires", self._name, at=self._sort, waits=forever, ready=is_free) as act:
                act.happened = super().acquire(False)
                # Where turns are taken nobody else moves meanwhile: what is not free now will not be in time.
                if not act.happened and block and (forever or not recorder.gate):
                    act.begins_to_wait()
                    act.happened = super().acquire(True, timeout)
            if act.happened:
                self._found = _UNKNOWN
            elif "inner " not in self._name:
                self._find(0)
            return bool(act.happened)

        def _get_value(self) -> int:
            return self._look(super()._get_value, int)  # type: ignore[no-any-return]

        def _is_zero(self) -> bool:
            return self._look(super()._is_zero, operator.not_)  # type: ignore[no-any-return]

        def _look(self, look: Callable[[], Any], count: Callable[[Any], int]) -> Any:
            """A look at its state: another process may have changed it, and may have done other things before."""
            if recorder.gate:
                recorder.wait_for_turn("reads", self._name, at=self._sort)
            found = look()
            self._find(int(count(found)))
            return found

        def _find(self, count: int) -> None:
            """Report how many tokens there are; of none only if there were some when it looked before."""
            if count or self._found != 0:
                recorder.record("notices", at=self._sort, name=self._name, count=count)
            self._found = count

        def _again(self) -> bool:
            return bool(self.kind == _RECURSIVE and self._is_mine())

        def release(self) -> None:
            if self._again() and self._count() > 1:
                super().release()
                return
            with recorder.act("releases", self._name, at=self._sort):
                super().release()
            self._found = _UNKNOWN

        def __enter__(self) -> bool:
            return self.acquire()

        def __exit__(self, *error: object) -> None:
            self.release()

    return SemLock


def _asked(block: Any = True, timeout: Any = None) -> tuple[bool, float | None]:
    return bool(block), None if timeout is None else float(timeout + 0)


def _name(recorder: Recorder, sort: str) -> str:
    """The name of a lock or semaphore; what a library makes for itself does not count among the learner's."""
    frame = sys._getframe(1)
    while (module := frame.f_globals.get("__name__", "")).startswith(_NOT_THE_LEARNERS):
        if module == "multiprocessing.sharedctypes":
            return f"{recorder.next_name('value')}’s lock"
        if sort == "semaphore" and type(frame.f_locals.get("self")).__name__ == "Condition":
            return recorder.name_for("inner semaphore")
        frame = frame.f_back or frame
    return recorder.name_for(f"inner {sort}" if recorder.now.library or where()[1] else sort)


def _watch_events(kind: Any, recorder: Recorder) -> None:
    made, set_, clear_, wait, is_set = kind.__init__, kind.set, kind.clear, kind.wait, kind.is_set

    def make(event: Any, **options: Any) -> None:
        with silent(recorder):
            made(event, **options)
        event._name = recorder.name_for("event")
        event._cleared = True  # as far as this process knows
        recorder.record("makes", at="event", name=event._name)

    def release(event: Any) -> None:
        event._cleared = False
        with recorder.act("releases", event._name, at="event"), at_once(recorder):
            set_(event)

    def clear(event: Any) -> None:
        event._cleared = True
        recorder.record("releases", at="event", name=event._name, count=0)
        with silent(recorder):
            clear_(event)

    def acquire(event: Any, timeout: float | None = None) -> Any:
        def ready() -> bool:
            return timeout is not None or there(event)

        with recorder.act("acquires", event._name, at="event", ready=ready) as act:
            if not there(event):
                act.begins_to_wait()
            with at_once(recorder):
                act.happened = wait(event, 0 if recorder.gate else timeout)
        find(event, act.happened)
        return act.happened

    def look(event: Any) -> bool:
        with recorder.act("acquires", event._name, at="event", waits=False) as act:
            act.happened = there(event)
        find(event, act.happened)
        return bool(act.happened)

    def find(event: Any, is_there: Any) -> None:
        """Report that it is not set, once: else a loop that waits for it would say so again and again."""
        if not is_there and not event._cleared:
            recorder.record("notices", at="event", name=event._name, count=0)
        event._cleared = not is_there

    def there(event: Any) -> bool:
        with at_once(recorder):
            return bool(is_set(event))

    kind.__init__, kind.set, kind.clear, kind.wait, kind.is_set = make, release, clear, acquire, look


def _watch_barriers(kind: Any, recorder: Recorder) -> None:
    made, wait, lets_go, waiting = kind.__init__, kind.wait, kind._release, kind.n_waiting

    def make(barrier: Any, parties: int, *arguments: Any, **options: Any) -> None:
        with silent(recorder):
            made(barrier, parties, *arguments, **options)
        barrier._label = recorder.name_for("barrier")
        number = {"value": parties} if isinstance(parties, int) else {}  # alone, it takes anything, and fails later
        recorder.record("makes", at="barrier", name=barrier._label, **number)

    def pass_(barrier: Any, timeout: float | None = None) -> Any:
        recorder.record("releases", at="barrier", name=barrier._label)
        with recorder.act("acquires", barrier._label, at="barrier") as act:
            act.begins_to_wait()
            with silent(recorder):
                place = wait(barrier, timeout)
        if barrier._action:
            with inside(recorder):
                recorder.record("notices", at="event", name=f"the action of {barrier._label}")
        return place

    def let_go(barrier: Any) -> None:
        """The last to arrive does the barrier's action, if it has one; whoever passes comes after it."""
        action = barrier._action

        def acts() -> None:
            library, recorder.now.library = recorder.now.library, False
            try:
                action()
                with inside(recorder):
                    recorder.record("releases", at="event", name=f"the action of {barrier._label}")
            finally:
                recorder.now.library = library

        barrier._action = action and acts
        try:
            lets_go(barrier)
        finally:
            barrier._action = action

    def n_waiting(barrier: Any) -> Any:
        with silent(recorder):
            count = waiting.fget(barrier)
        if count:
            recorder.record("notices", at="barrier", name=barrier._label, count=count)
        return count

    kind.__init__, kind.wait, kind._release, kind.n_waiting = make, pass_, let_go, property(n_waiting)
