"""The signal handlers of a program: each gets the learner's frame, and runs where it disturbs nothing of ours."""

from __future__ import annotations

import signal
from functools import partial

from ..standing import STANDS
from .hooks import like
from .lines import is_ours
from .recorder import Recorder

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
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
            if recorder.gate and arguments[0] == signal.SIGCHLD:
                recorder.gate.handles_ends()
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
        self.handler(number, frame)
        if gate:
            gate.interrupted()
