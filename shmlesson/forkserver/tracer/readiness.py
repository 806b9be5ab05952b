"""Readiness: what ``select``, ``poll``, ``epoll`` and all that is built on them find out, and what they wait for.

That there is something to read in a pipe shows that it was written before; a timeout shows nothing. So each descriptor
that is found to be readable is a notice, and a wait without an end is reported as one, at the first pipe that is waited
for. Where a scheduler decides, a look at each pipe is a step, and so is the wait for the first of them to be ready.
"""

from __future__ import annotations

import select
from select import POLLERR, POLLHUP, POLLIN, POLLPRI, poll  # by name, as the others: a program may replace them

from .descriptors import UNSEEN, behind
from .ends import Ends
from .hooks import like, replace
from .pipes import Channels, is_at_its_end

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

_LISTS: tuple[type, ...] = (list, tuple, set, frozenset, dict, type({}.keys()), type({}.values()))
_TO_READ = POLLIN | POLLPRI | POLLHUP | POLLERR


def watch_readiness(channels: Channels, ends: Ends) -> None:
    """Have it reported what this process finds ready, by whatever call."""
    looks = Looks(channels, ends)
    replace(select, "select", _selecting(select.select, looks))
    types = {"poll": _polling, "epoll": _polling_by_type, "devpoll": _polling, "kqueue": _kqueue}
    for name in types.keys() & vars(select).keys():
        setattr(select, name, types[name](getattr(select, name), looks))


def watch_selectors(module: Any) -> None:
    """Have its classes use what stands in the place of the functions that they were made with."""
    module.SelectSelector._select = staticmethod(select.select)
    for kind, name in (("PollSelector", "poll"), ("EpollSelector", "epoll"), ("DevpollSelector", "devpoll")):
        if hasattr(module, kind):
            getattr(module, kind)._selector_cls = getattr(select, name)


class Looks:
    """Looks at descriptors that take nothing: each is reported, with what it has shown."""

    def __init__(self, channels: Channels, ends: Ends) -> None:
        self.channels, self.recorder, self.ends = channels, channels.recorder, ends

    def look(self, fds: Iterable[Any], forever: bool, act: Callable[[bool], Any], found: Callable[[Any], Any]) -> Any:
        """What ``act`` gives, which waits for one of ``fds`` to be ready, or only looks, if it is told True.

        ``found`` gives of its result those that can be read.
        """
        numbers = [fd for fd in fds if isinstance(fd, int)]
        if self.recorder.gate:
            return self._in_turn(numbers, forever, act, found)
        if forever:
            result = act(True)
            if any(result) if isinstance(result, tuple) else result:
                return self._notice(result, found)
            self._begin_to_wait(numbers)
        return self._notice(act(False), found)

    def _in_turn(self, fds: list[int], forever: bool, act: Callable[[bool], Any], found: Callable[[Any], Any]) -> Any:
        things = {fd: thing for fd in fds if (thing := self._thing(fd))}
        if len(things) < len(fds) and any(behind(fd)[0] for fd in fds if fd not in things):
            self.recorder.gate.mark_incomplete()  # type: ignore[union-attr]
        ready = _ready_of(fds)
        if not things:
            return self._notice(act(False), found)
        alone = forever and len(things) == 1
        for at, name in dict.fromkeys(things.values()):
            if not alone:
                self.recorder.wait_for_turn("looks" if at == "child" else "reads", name, at=at)
        if alone or (forever and not ready()):
            if not alone:
                self.recorder.gate.mark_incomplete("waits for several things at once, which takes no turns")  # type: ignore[union-attr]
            at, name = next(iter(things.values()))
            self.recorder.wait_for_turn("reaps" if at == "child" else "gets", name, at=at, ready=ready)
            return self._notice(act(False), found)
        return self._notice(act(True), found)

    def _thing(self, fd: int) -> tuple[str, str] | None:
        """What a descriptor belongs to: its sort, and its name."""
        if pid := self.ends.shown_by(fd):
            return "child", self.recorder.children.get(pid, "any child")
        name = self.channels.name_in(fd)
        return ("pipe", name) if name else None

    def _begin_to_wait(self, fds: list[int]) -> None:
        """Report the wait, at the first thing that can end it."""
        things = [thing for fd in fds if (thing := self._thing(fd))]
        if things:
            self.recorder.record("waits", at=things[0][0], name=things[0][1])
        elif any(behind(fd)[0] == "unseen" for fd in fds):
            self.recorder.record("waits", at="unseen", name=UNSEEN)

    def _notice(self, result: Any, found: Callable[[Any], Any]) -> Any:
        for fd in found(result):
            self.notice(fd)
        return result

    def notice(self, fd: int) -> None:
        """Something can be read there: report it; if it is the end of a pipe, as nothing."""
        if pid := self.ends.shown_by(fd):
            self.ends.notice(pid)
            return
        name = self.channels.name_in(fd)
        if name in self.channels.openings:
            self.recorder.record("notices", at="opening", name=name)
        elif name:
            more = {"count": 0} if is_at_its_end(fd) else {}
            self.recorder.record("notices", at="pipe", name=name, **more)
        elif behind(fd)[0] == "unseen":
            self.recorder.record("notices", at="unseen", name=UNSEEN)


def as_number(fd: Any) -> Any:
    """The descriptor; of an object that has one, what it gives when it is asked; what it is, if it has none."""
    fileno = None if isinstance(fd, int) else getattr(fd, "fileno", None)
    return fd if fileno is None else fileno()


def _numbered(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same, with a number for the descriptor, which is the first."""
    return tuple(as_number(one) for one in arguments[:1]) + arguments[1:]


def _ready_of(fds: Iterable[int]) -> Callable[[], bool]:
    """Whether one of them can be read now."""
    poller = poll()
    for fd in fds:
        poller.register(fd, POLLIN)
    return lambda: bool(poller.poll(0))


def _selecting(real: Callable[..., Any], looks: Looks) -> Callable[..., Any]:
    def select_(*arguments: Any, **options: Any) -> Any:
        if options or not 3 <= len(arguments) <= 4 or not all(isinstance(them, _LISTS) for them in arguments[:3]):
            return real(*arguments, **options)  # an error, or nothing to be said of it
        given = [list(them) for them in arguments[:3]]
        numbers = [[as_number(one) for one in them] for them in given]  # once: the program's own objects give them
        if not numbers[0] or not all(isinstance(number, int) for them in numbers for number in them):
            return real(*arguments)

        def act(at_once: bool) -> Any:
            return real(*numbers, *([0] if at_once else arguments[3:]))

        result = looks.look(numbers[0], arguments[3:] in ((), (None,)), act, lambda result: result[0])
        return tuple(
            [one for one, number in zip(them, there, strict=True) if number in ready]
            for them, there, ready in zip(given, numbers, result, strict=True)
        )

    return like(select_, real)


def _polling(real: Any, looks: Looks) -> Any:
    """A ``poll`` whose objects report what they find."""

    class poll:
        def __init__(self, *arguments: Any) -> None:
            self._real = real(*arguments)
            self._reading: set[Any] = set()

        def register(self, *arguments: Any) -> None:
            given = _numbered(arguments)
            self._real.register(*given)
            self._note(*given)

        def modify(self, *arguments: Any) -> None:
            given = _numbered(arguments)
            self._real.modify(*given)
            self._note(*given)

        def unregister(self, *arguments: Any) -> None:
            given = _numbered(arguments)
            self._real.unregister(*given)
            self._reading.discard(*given)

        def _note(self, fd: Any, events: int = _TO_READ) -> None:
            (self._reading.add if events & _TO_READ else self._reading.discard)(fd)

        def poll(self, *arguments: Any) -> Any:
            forever = not arguments or arguments[0] is None or (isinstance(arguments[0], int) and arguments[0] < 0)

            def act(at_once: bool) -> Any:
                return self._real.poll(0) if at_once else self._real.poll(*arguments)

            return looks.look(self._reading, forever, act, _found)

    return _like_a_type(poll, type(real()))


def _found(result: list[tuple[int, int]]) -> list[int]:
    """Those that can be read."""
    return [fd for fd, events in result if events & _TO_READ]


def _polling_by_type(real: Any, looks: Looks) -> Any:
    """An ``epoll`` whose objects report what they find; it cannot be derived from."""

    class epoll:
        def __init__(self, *arguments: Any, **options: Any) -> None:
            self._real = real(*arguments, **options)
            self._reading: dict[Any, int] = {}

        @classmethod
        def fromfd(cls, fd: Any) -> Any:
            made = cls.__new__(cls)
            made._real, made._reading = real.fromfd(fd), {}
            return made

        def __getattr__(self, name: str) -> Any:
            return getattr(self._real, name)

        def __enter__(self) -> Any:
            self._real.__enter__()
            return self

        def __exit__(self, *error: Any) -> Any:
            return self._real.__exit__(*error)

        def register(self, *arguments: Any, **options: Any) -> Any:
            given = _numbered(arguments)
            self._real.register(*given, **options)
            self._note(*given, **options)

        def modify(self, *arguments: Any, **options: Any) -> Any:
            given = _numbered(arguments)
            self._real.modify(*given, **options)
            self._note(*given, **options)

        def unregister(self, *arguments: Any, **options: Any) -> Any:
            given = _numbered(arguments)
            self._real.unregister(*given, **options)
            self._reading.pop(options.get("fd", *given), None)

        def _note(self, fd: Any, eventmask: int = _TO_READ) -> None:
            self._reading.pop(fd, None)
            if eventmask & _TO_READ:
                self._reading[fd] = eventmask

        def poll(self, *arguments: Any, **options: Any) -> Any:
            given = [*arguments[:1], *(options[name] for name in ("timeout",) if name in options), None]
            forever = given[0] is None or (isinstance(given[0], int | float) and given[0] < 0)

            def act(at_once: bool) -> Any:
                if not at_once:
                    return self._real.poll(*arguments, **options)
                return self._real.poll(0, *arguments[1:], **{k: v for k, v in options.items() if k != "timeout"})

            return looks.look(self._reading, forever, act, _found)

    return _like_a_type(epoll, real)


def _kqueue(real: Any, looks: Looks) -> Any:
    """A ``kqueue`` (macOS) whose objects report what they find."""

    system: Any = select  # of which some names are not everywhere

    class kqueue:
        def __init__(self) -> None:
            self._real = real()
            self._reading: set[int] = set()

        @classmethod
        def fromfd(cls, fd: Any) -> Any:
            made = cls.__new__(cls)
            made._real, made._reading = real.fromfd(fd), set()
            return made

        def __getattr__(self, name: str) -> Any:
            return getattr(self._real, name)

        def control(self, changes: Any, *arguments: Any) -> Any:
            changes = None if changes is None else list(changes)
            for change in changes or ():
                if change.filter == system.KQ_FILTER_READ:
                    gone = change.flags & system.KQ_EV_DELETE
                    (self._reading.discard if gone else self._reading.add)(change.ident)
            if not arguments or not arguments[0]:
                return self._real.control(changes, *arguments)
            forever = len(arguments) < 2 or arguments[1] is None
            given = [changes]

            def act(at_once: bool) -> Any:
                first, given[0] = given[0], None  # a change is made once
                return self._real.control(first, arguments[0], *([0] if at_once else arguments[1:]))

            return looks.look(self._reading, forever, act, found)

    def found(events: Any) -> list[int]:
        return [event.ident for event in events if event.filter == system.KQ_FILTER_READ]

    return _like_a_type(kqueue, real)


def _like_a_type(made: Any, real: Any) -> Any:
    """``made``, under the name of the type that it stands for."""
    made.__name__ = made.__qualname__ = real.__name__
    made.__module__, made.__doc__ = real.__module__, real.__doc__
    return made
