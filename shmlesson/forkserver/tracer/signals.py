"""The signals of a program: each handler gets the learner's frame, and runs where it disturbs nothing of ours.

That a signal has come is reported where the program learns of it: when its handler runs, or when it has waited for it.
"""

from __future__ import annotations

import signal
from functools import partial
from signal import Signals

from ..standing import STANDS
from .ends import Ends
from .hooks import like, replace
from .lines import is_ours
from .recorder import Recorder

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from .gate import Gate


def watch_handlers(recorder: Recorder) -> None:
    """Have every handler that is set from now on be called as it would be alone, whatever it interrupts."""
    set_, get = signal.signal, signal.getsignal

    kept: list[Any] = [signal.SIG_DFL]  # for the signal that asks where a process stands, which keeps its handler

    def signal_(*arguments: Any, **options: Any) -> Any:
        if len(arguments) == 2 and _is_handler(arguments[1]) and _asks_where_it_stands(arguments[0]):
            kept.append(arguments[1])
            return kept.pop(0)
        if len(arguments) == 2 and callable(arguments[1]):
            if recorder.gate and arguments[1] is not signal.default_int_handler:
                recorder.gate.has_handler()
            arguments = arguments[0], _Handler(recorder, arguments[1])
        return _as_set(set_(*arguments, **options))

    def getsignal(*arguments: Any, **options: Any) -> Any:
        if len(arguments) == 1 and _asks_where_it_stands(arguments[0]):
            return kept[0]
        return _as_set(get(*arguments, **options))

    signal.signal, signal.getsignal = like(signal_, set_), like(getsignal, get)
    if get(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if recorder.gate:
        for name in ("alarm", "setitimer"):
            setattr(signal, name, _seen(recorder.gate, getattr(signal, name)))


def _is_handler(value: Any) -> bool:
    return callable(value) or value in (signal.SIG_DFL, signal.SIG_IGN)


def _asks_where_it_stands(number: Any) -> bool:
    return isinstance(number, int) and STANDS == number != 0


def watch_waits(recorder: Recorder, ends: Ends) -> None:
    """Have this process report what it waits for, or asks for, without a handler; and what it sends to a pidfd."""
    waits: dict[str, tuple[Callable[..., str], Callable[[Any], Iterable[int]]]] = {
        "sigwait": (_listed, lambda number: [number]),
        "sigwaitinfo": (_listed, lambda info: [info.si_signo]),
        "sigtimedwait": (_listed, lambda info: [info.si_signo] if info else []),
        "pause": (lambda: "any signal", lambda nothing: []),
        "sigpending": (lambda: "", list),
    }
    for name, (what, come) in waits.items():
        if hasattr(signal, name):  # some are not there on macOS
            replace(signal, name, _noticing(recorder, getattr(signal, name), what, come))
    if hasattr(signal, "pidfd_send_signal"):
        replace(signal, "pidfd_send_signal", _sending(recorder, ends, signal.pidfd_send_signal))


def _noticing(
    recorder: Recorder, real: Callable[..., Any], what: Callable[..., str], come: Callable[[Any], Iterable[int]]
) -> Callable[..., Any]:
    """``what`` it waits for, of its arguments, empty if it does not; ``come``: the signals that its result names."""

    def notices(*arguments: Any, **options: Any) -> Any:
        try:
            arguments = tuple(tuple(one) if hasattr(one, "__iter__") else one for one in arguments)
            waited = what(*arguments, **options)
        except Exception:
            return real(*arguments, **options)  # an error, and Python says so best
        if waited:
            if recorder.gate:
                recorder.gate.mark_incomplete(
                    "waits for a signal, which takes no turns"
                )  # nobody knows when a signal comes
            recorder.record("waits", at="signal", name=waited)
        result = real(*arguments, **options)
        for number in come(result):
            notice(recorder, number)
        return result

    return like(notices, real)


def _listed(signals: Iterable[int], *more: Any) -> str:
    """``SIGUSR1``, ``SIGINT or SIGTERM``."""
    return " or ".join(_name(number) for number in sorted(signals)) or "no signal"


def _name(number: int) -> str:
    return Signals(number).name if number in _NAMED else f"signal {number}"


_NAMED = frozenset(Signals)
_OF_CLOCKS = frozenset(
    getattr(signal, name) for name in ("SIGALRM", "SIGVTALRM", "SIGPROF") if hasattr(signal, name)
)  # which come by themselves, again and again: they say what time it is, and nothing of others


def notice(recorder: Recorder, number: int) -> None:
    """Report that this signal has come."""
    if number not in _OF_CLOCKS:
        recorder.record("notices", at="signal", name=_name(number), count=int(number))


def _sending(recorder: Recorder, ends: Ends, real: Callable[..., None]) -> Callable[..., None]:
    def sends(*arguments: Any, **options: Any) -> None:
        fd, number, *_ = *arguments, None, None
        pid = ends.shown_by(fd)
        if pid is None or not isinstance(number, int) or not number:
            return real(*arguments, **options)
        with recorder.act("signals", recorder.children.get(pid, "any process"), pid=pid, signal=int(number)):
            return real(*arguments, **options)

    return like(sends, real)


def _seen(gate: Gate, act: Callable[..., Any]) -> Callable[..., Any]:
    """An act after which something comes by itself, in its own time."""

    def acts(*arguments: Any, **options: Any) -> Any:
        if any(arguments[-1:]):  # 0 takes it back
            gate.bars("sets a timer, which goes off in its own time and takes no turns")
        return act(*arguments, **options)

    return like(acts, act)


def watch_starts(module: Any, recorder: Recorder) -> None:
    """Have it be known that there are threads. Python itself reports them from 3.12 on."""

    def starting(start: Callable[..., Any]) -> Callable[..., Any]:
        def start_thread(*arguments: Any, **options: Any) -> Any:
            recorder.has_threads()
            return start(*arguments, **options)

        return like(start_thread, start)

    for name in {"_start_new_thread", "_start_joinable_thread", "start_new_thread", "start_joinable_thread"}:
        if hasattr(module, name):
            setattr(module, name, starting(getattr(module, name)))


def _as_set(handler: Any) -> Any:
    return handler.handler if isinstance(handler, _Handler) else handler


class _Handler:
    def __init__(self, recorder: Recorder, handler: Callable[[int, Any], object]) -> None:
        self.recorder, self.handler = recorder, handler

    def __call__(self, number: int, frame: Any) -> None:
        while frame and is_ours(frame.f_code.co_filename):
            frame = frame.f_back
        act = partial(self._act, number, frame)
        if not self.recorder.hold.keeps(act):
            act()

    def _act(self, number: int, frame: Any) -> None:
        gate = self.recorder.gate
        if gate:
            gate.mark_incomplete("may be interrupted by a handler at any moment, which takes no turns")
        notice(self.recorder, number)
        self.handler(number, frame)
        if gate:
            gate.interrupted()
