"""The exit functions of a program: whether a child will run those that its parent has registered for its own end."""

from __future__ import annotations

import atexit
import sys
from types import MethodType

from .hooks import like, replace
from .lines import NAME

TYPE_CHECKING = False  # typing's own would cost the server a third of its start
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class ExitFunctions:
    """Those that the program itself has registered; what libraries register, they know how to run in a child."""

    def __init__(self) -> None:
        self._own: list[Any] = []
        self._copied: list[Any] = []
        self._had_copied = False

    def install(self) -> None:
        """Have them be known from now on."""
        replace(atexit, "register", self._registers(atexit.register))
        replace(atexit, "unregister", self._unregisters(atexit.unregister))

    def becomes_child(self) -> None:
        """What there is now was registered by who has forked this process."""
        self._copied, self._own = self._copied + self._own, []

    @property
    def copied(self) -> bool:
        """Whether there are some of another process's."""
        return self._had_copied or bool(self._copied)

    def lets_go(self) -> None:
        """Hold none of them any more: they have run."""
        self._had_copied = self.copied
        self._own, self._copied = [], []

    def _registers(self, register: Callable[..., Any]) -> Callable[..., Any]:
        def traced_register(*arguments: Any, **options: Any) -> Any:
            result = register(*arguments, **options)
            if sys._getframe(1).f_code.co_filename == NAME:
                self._own.append(arguments[0])
            return result

        return like(traced_register, register)

    def _unregisters(self, unregister: Callable[..., Any]) -> Callable[..., Any]:
        def traced_unregister(*arguments: Any, **options: Any) -> Any:
            result = unregister(*arguments, **options)
            self._own, self._copied = (
                [f for f in kept if not _is(f, arguments[0])] for kept in (self._own, self._copied)
            )
            return result

        return like(traced_unregister, unregister)


def _is(one: Any, other: Any) -> bool:
    """Whether it is the same function, or the same method of the same object, without a question to that."""
    return one is other or (type(one) is type(other) is MethodType and one == other)
